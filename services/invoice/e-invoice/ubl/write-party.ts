import type { Party } from '../../../../gen/numer/invoice/v1/invoice_pb.ts';
import { EMAIL_SCHEME } from '../document-codes.ts';
import type { ElectronicInvoice } from '../electronic-invoice.ts';
import { buyerIdsOf, type PartyIds, sellerIdsOf } from '../party-ids.ts';
import type { XmlElement } from '../xml.ts';
import { aggregate, basic } from './xml.ts';

/** The seller (BG-4 to BG-6). */
export function writeSeller(invoice: ElectronicInvoice): XmlElement | undefined {
  return aggregate('AccountingSupplierParty', writeParty(invoice.seller, sellerIdsOf(invoice)));
}

/** The buyer (BG-7 to BG-9). */
export function writeBuyer(invoice: ElectronicInvoice): XmlElement | undefined {
  return aggregate('AccountingCustomerParty', writeParty(invoice.buyer, buyerIdsOf(invoice)));
}

function writeParty({ name, email, address }: Party, ids: PartyIds): XmlElement | undefined {
  return aggregate(
    'Party',
    basic('EndpointID', email, { schemeID: EMAIL_SCHEME }),
    aggregate('PartyIdentification', basic('ID', ids.identifier)),
    aggregate(
      'PostalAddress',
      basic('StreetName', address?.line1 ?? ''),
      basic('AdditionalStreetName', address?.line2 ?? ''),
      basic('CityName', address?.city ?? ''),
      basic('PostalZone', address?.postalCode ?? ''),
      basic('CountrySubentity', address?.region ?? ''),
      aggregate('Country', basic('IdentificationCode', address?.countryCode ?? '')),
    ),
    writeTaxScheme(ids.vatNumber, 'VAT'),
    writeTaxScheme(ids.localNumber, 'TAX'),
    aggregate('PartyLegalEntity', basic('RegistrationName', name)),
    aggregate('Contact', basic('ElectronicMail', email)),
  );
}

function writeTaxScheme(number: string, scheme: 'VAT' | 'TAX'): XmlElement | undefined {
  if (number === '') return undefined;
  return aggregate('PartyTaxScheme', basic('CompanyID', number), aggregate('TaxScheme', basic('ID', scheme)));
}
