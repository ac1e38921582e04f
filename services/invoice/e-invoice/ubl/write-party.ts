import type { Party } from '../../../../gen/numer/invoice/v1/invoice_pb.ts';
import type { ElectronicInvoice } from '../electronic-invoice.ts';
import { parseTaxId } from '../tax-id.ts';
import { aggregate, basic, type XmlElement } from './xml.ts';

/** The scheme of electronic addresses that are email addresses (list EAS, BR-CL-25). */
const EMAIL_SCHEME = 'EM';

/** The seller (BG-4 to BG-6). */
export function writeSeller({ seller, vatBreakdown }: ElectronicInvoice): XmlElement | undefined {
  const { kind, text } = parseTaxId(seller.taxId);
  const vatNumber = kind === 'VAT' && !isOutsideScope(vatBreakdown) ? text : '';
  const localNumber = kind === 'LOCAL' ? text : '';
  return aggregate(
    'AccountingSupplierParty',
    writeParty(seller, {
      // Without a VAT number it is what the buyer identifies the seller by (BR-CO-26).
      identifier: vatNumber === '' ? text : '',
      taxSchemes: [writeTaxScheme(vatNumber, 'VAT'), writeTaxScheme(localNumber, 'TAX')],
    }),
  );
}

/** The buyer (BG-7 to BG-9). The standard has no place for a tax number that is not for VAT, so that is an identifier. */
export function writeBuyer({ buyer, vatBreakdown }: ElectronicInvoice): XmlElement | undefined {
  const { kind, text } = parseTaxId(buyer.taxId);
  const vatNumber = kind === 'VAT' && !isOutsideScope(vatBreakdown) ? text : '';
  return aggregate(
    'AccountingCustomerParty',
    writeParty(buyer, {
      identifier: vatNumber === '' ? text : '',
      taxSchemes: [writeTaxScheme(vatNumber, 'VAT')],
    }),
  );
}

/** Whether it has no VAT, and so must not have a VAT number either (BR-O-2 to BR-O-4). */
function isOutsideScope(vatBreakdown: ElectronicInvoice['vatBreakdown']): boolean {
  return vatBreakdown.some(({ vat }) => vat.category === 'OUTSIDE_SCOPE');
}

type PartyIds = { readonly identifier: string; readonly taxSchemes: readonly (XmlElement | undefined)[] };

function writeParty({ name, email, address }: Party, { identifier, taxSchemes }: PartyIds): XmlElement | undefined {
  return aggregate(
    'Party',
    basic('EndpointID', email, { schemeID: EMAIL_SCHEME }),
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
    ...taxSchemes,
    aggregate('PartyLegalEntity', basic('RegistrationName', name)),
    aggregate('Contact', basic('ElectronicMail', email)),
  );
}

function writeTaxScheme(number: string, scheme: 'VAT' | 'TAX'): XmlElement | undefined {
  if (number === '') return undefined;
  return aggregate('PartyTaxScheme', basic('CompanyID', number), aggregate('TaxScheme', basic('ID', scheme)));
}
