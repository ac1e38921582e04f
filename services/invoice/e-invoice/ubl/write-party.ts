import type { Party } from '../../../../gen/numer/invoice/v1/invoice_pb.ts';
import type { ElectronicInvoice } from '../electronic-invoice.ts';
import { buyerNumbers, contactOf, electronicAddressOf, type PartyNumbers, sellerNumbers } from '../parties.ts';
import type { XmlElement } from '../xml.ts';
import { aggregate, basic } from './xml.ts';

/** The seller (BG-4 to BG-6). */
export function writeSeller(invoice: ElectronicInvoice): XmlElement | undefined {
  return aggregate('AccountingSupplierParty', writeParty(invoice.seller, sellerNumbers(invoice)));
}

/** The buyer (BG-7 to BG-9). */
export function writeBuyer(invoice: ElectronicInvoice): XmlElement | undefined {
  return aggregate('AccountingCustomerParty', writeParty(invoice.buyer, buyerNumbers(invoice)));
}

function writeParty(party: Party, { vatNumber, taxRegistration, identifier }: PartyNumbers): XmlElement | undefined {
  const { name, address, legalRegistration } = party;
  const contact = contactOf(party);
  return aggregate(
    'Party',
    writeIdentifier('EndpointID', electronicAddressOf(party)),
    aggregate('PartyIdentification', basic('ID', identifier)),
    aggregate(
      'PostalAddress',
      basic('StreetName', address?.line1 ?? ''),
      basic('AdditionalStreetName', address?.line2 ?? ''),
      basic('CityName', address?.city ?? ''),
      basic('PostalZone', address?.postalCode ?? ''),
      basic('CountrySubentity', address?.region ?? ''),
      aggregate('Country', basic('IdentificationCode', address?.countryCode ?? '')),
    ),
    writeTaxScheme(vatNumber, 'VAT'),
    writeTaxScheme(taxRegistration, 'TAX'),
    aggregate('PartyLegalEntity', basic('RegistrationName', name), writeIdentifier('CompanyID', legalRegistration)),
    aggregate(
      'Contact',
      basic('Name', contact.name),
      basic('Telephone', contact.phone),
      basic('ElectronicMail', contact.email),
    ),
  );
}

function writeIdentifier(
  name: string,
  { scheme, identifier }: { readonly scheme: string; readonly identifier: string } = { scheme: '', identifier: '' },
): XmlElement | undefined {
  return basic(name, identifier, scheme === '' ? {} : { schemeID: scheme });
}

function writeTaxScheme(number: string, scheme: 'VAT' | 'TAX'): XmlElement | undefined {
  if (number === '') return undefined;
  return aggregate('PartyTaxScheme', basic('CompanyID', number), aggregate('TaxScheme', basic('ID', scheme)));
}
