import type { Party } from '../../../../gen/numer/invoice/v1/invoice_pb.ts';
import type { ElectronicInvoice } from '../electronic-invoice.ts';
import { buyerNumbers, contactOf, electronicAddressOf, type PartyNumbers, sellerNumbers } from '../parties.ts';
import type { XmlElement } from '../xml.ts';
import { group, value } from './xml.ts';

/** The seller (BG-4 to BG-6). */
export function writeSeller(invoice: ElectronicInvoice): XmlElement | undefined {
  return writeParty('SellerTradeParty', invoice.seller, sellerNumbers(invoice));
}

/** The buyer (BG-7 to BG-9). */
export function writeBuyer(invoice: ElectronicInvoice): XmlElement | undefined {
  return writeParty('BuyerTradeParty', invoice.buyer, buyerNumbers(invoice));
}

function writeParty(
  role: string,
  party: Party,
  { vatNumber, taxRegistration, identifier }: PartyNumbers,
): XmlElement | undefined {
  const { name, address, legalRegistration } = party;
  const contact = contactOf(party);
  return group(
    role,
    value('ID', identifier),
    value('Name', name),
    group('SpecifiedLegalOrganization', writeIdentifier('ID', legalRegistration)),
    group(
      'DefinedTradeContact',
      value('PersonName', contact.name),
      group('TelephoneUniversalCommunication', value('CompleteNumber', contact.phone)),
      group('EmailURIUniversalCommunication', value('URIID', contact.email)),
    ),
    group(
      'PostalTradeAddress',
      value('PostcodeCode', address?.postalCode ?? ''),
      value('LineOne', address?.line1 ?? ''),
      value('LineTwo', address?.line2 ?? ''),
      value('CityName', address?.city ?? ''),
      value('CountryID', address?.countryCode ?? ''),
      value('CountrySubDivisionName', address?.region ?? ''),
    ),
    group('URIUniversalCommunication', writeIdentifier('URIID', electronicAddressOf(party))),
    group('SpecifiedTaxRegistration', value('ID', vatNumber, { schemeID: 'VA' })),
    group('SpecifiedTaxRegistration', value('ID', taxRegistration, { schemeID: 'FC' })),
  );
}

function writeIdentifier(
  name: string,
  { scheme, identifier }: { readonly scheme: string; readonly identifier: string } = { scheme: '', identifier: '' },
): XmlElement | undefined {
  return value(name, identifier, scheme === '' ? {} : { schemeID: scheme });
}
