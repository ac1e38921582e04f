import type { Party } from '../../../../gen/numer/invoice/v1/invoice_pb.ts';
import { EMAIL_SCHEME } from '../document-codes.ts';
import type { ElectronicInvoice } from '../electronic-invoice.ts';
import { buyerIdsOf, type PartyIds, sellerIdsOf } from '../party-ids.ts';
import type { XmlElement } from '../xml.ts';
import { group, value } from './xml.ts';

/** The seller (BG-4 to BG-6). */
export function writeSeller(invoice: ElectronicInvoice): XmlElement | undefined {
  return writeParty('SellerTradeParty', invoice.seller, sellerIdsOf(invoice));
}

/** The buyer (BG-7 to BG-9). */
export function writeBuyer(invoice: ElectronicInvoice): XmlElement | undefined {
  return writeParty('BuyerTradeParty', invoice.buyer, buyerIdsOf(invoice));
}

function writeParty(role: string, { name, email, address }: Party, ids: PartyIds): XmlElement | undefined {
  return group(
    role,
    value('ID', ids.identifier),
    value('Name', name),
    group('DefinedTradeContact', group('EmailURIUniversalCommunication', value('URIID', email))),
    group(
      'PostalTradeAddress',
      value('PostcodeCode', address?.postalCode ?? ''),
      value('LineOne', address?.line1 ?? ''),
      value('LineTwo', address?.line2 ?? ''),
      value('CityName', address?.city ?? ''),
      value('CountryID', address?.countryCode ?? ''),
      value('CountrySubDivisionName', address?.region ?? ''),
    ),
    group('URIUniversalCommunication', value('URIID', email, { schemeID: EMAIL_SCHEME })),
    group('SpecifiedTaxRegistration', value('ID', ids.vatNumber, { schemeID: 'VA' })),
    group('SpecifiedTaxRegistration', value('ID', ids.localNumber, { schemeID: 'FC' })),
  );
}
