import type { MessageInitShape } from '@bufbuild/protobuf';
import type { PartySchema } from '../../../../gen/numer/invoice/v1/invoice_pb.ts';
import type { ElectronicInvoice } from '../electronic-invoice.ts';
import { fromCreditNote } from '../from-credit-note.ts';
import { fromInvoice } from '../from-invoice.ts';
import { fulfilSpecification } from '../fulfil-specification.ts';
import { ACCOUNT, ALL, type GivenInvoice, issuedCreditNote, issuedInvoice } from './documents.ts';

type GivenParty = MessageInitShape<typeof PartySchema>;

/** A seller in Germany with everything that XRechnung asks for. */
export const GERMAN_SELLER = {
  name: 'Ada Lovelace Engines GmbH',
  email: 'billing@engines.example',
  taxId: 'DE 123 456 789',
  address: { line1: 'Kastanienallee 1', city: 'Berlin', postalCode: '10435', countryCode: 'DE' },
  paymentAccount: ACCOUNT,
  electronicAddress: { scheme: '9930', identifier: 'DE123456789' },
  contact: { name: 'Accounts receivable', phone: '+49 30 1234567', email: 'ar@engines.example' },
  legalRegistration: { identifier: 'HRB 12345 B' },
} satisfies GivenParty;

const { electronicAddress: _, ...BY_EMAIL } = GERMAN_SELLER;

/** An authority in Germany, reached by its Leitweg-ID. */
export const AUTHORITY = {
  name: 'Stadt Köln',
  email: 'rechnung@koeln.example',
  address: { line1: 'Rathausplatz 1', city: 'Köln', postalCode: '50667', countryCode: 'DE' },
  electronicAddress: { scheme: '0204', identifier: '991-01484-64' },
} satisfies GivenParty;

/** A seller in Sweden. */
const SWEDISH_SELLER = {
  name: 'Ada AB',
  email: 'ada@ada.example',
  taxId: 'SE556732170701',
  address: { line1: 'Storgatan 1', city: 'Stockholm', postalCode: '111 22', countryCode: 'SE' },
  paymentAccount: { accountIdentifier: 'SE4550000000058398257466', bic: 'ESSESESS' },
  electronicAddress: { scheme: '0007', identifier: '5567321707' },
  legalRegistration: { scheme: '0007', identifier: '5567321707' },
  taxRegistration: 'Godkänd för F-skatt',
} satisfies GivenParty;

/** A customer in Austria, by its GLN. */
const AUSTRIAN_BUYER = {
  name: 'Müller & Söhne',
  taxId: 'ATU12345678',
  address: { line1: 'Ring 2', city: 'Wien', postalCode: '1010', countryCode: 'AT' },
  electronicAddress: { scheme: '0088', identifier: '7300010000001' },
} satisfies GivenParty;

/** A Danish party. */
const dane = (name: string, cvr: string) => ({
  name,
  taxId: `DK${cvr}`,
  address: { line1: 'Nygade 1', city: 'København', postalCode: '1164', countryCode: 'DK' },
  paymentAccount: { accountIdentifier: 'DK5000400440116243', bic: 'NDEADKKK' },
  electronicAddress: { scheme: '0184', identifier: cvr },
  legalRegistration: { scheme: '0184', identifier: cvr },
});

const LINES: GivenInvoice['lines'] = [
  { description: 'Advice', quantity: '7.5', unitPrice: '95', unitCode: 'HUR', taxPercent: '19' },
  {
    description: 'Handbook',
    quantity: '3',
    unitPrice: '19.99',
    unitCode: 'H87',
    taxPercent: '7',
    discountPercent: '10',
  },
];
const REFERENCE = { buyerReference: '991-01484-64' };
const TO_AUTHORITY: GivenInvoice = {
  seller: GERMAN_SELLER,
  customer: AUTHORITY,
  lines: LINES,
  charges: [{ reasonCode: 'FC', amountMinor: 900n, taxPercent: '19' }],
  facts: { ...REFERENCE, deliveryDate: '2026-02-27' },
};
const untaxed = (category: 'OUTSIDE_SCOPE' | 'INTRA_COMMUNITY'): GivenInvoice => ({
  ...TO_AUTHORITY,
  lines: [{ description: 'Advice', quantity: '1', unitPrice: '95', taxes: [{ category }] }],
  charges: [],
});

const DANISH_SELLER = dane('Ada ApS', '12345674');
const AMONG_DANES: GivenInvoice = {
  seller: DANISH_SELLER,
  customer: dane('Grace A/S', '87654321'),
  currencyCode: 'DKK',
  lines: [{ description: 'Diesel', quantity: '100', unitPrice: '12.50', unitCode: 'LTR', taxPercent: '25' }],
  charges: [{ reason: '0123', reasonCode: 'ZZZ', amountMinor: 5_000n, taxPercent: '25' }],
  facts: { purchaseOrderReference: 'PO-4711' },
};

const xrechnung = (given: GivenInvoice) => fulfilSpecification(fromInvoice(issuedInvoice(given)), 'XRECHNUNG');
const peppol = (given: GivenInvoice) => fulfilSpecification(fromInvoice(issuedInvoice(given)), 'PEPPOL_BIS_BILLING');
const creditNote = (given: GivenInvoice) =>
  fromCreditNote(issuedCreditNote(issuedInvoice(given), { ...ALL, amountMinor: 10_000n }).source);

/**
 * Documents that fulfil more than the core of the standard, by what is special about them; each has the golden file of
 * this name.
 */
export const SPECIFIED_DOCUMENTS: Readonly<Record<string, () => ElectronicInvoice>> = {
  xrechnung: () => xrechnung(TO_AUTHORITY),
  'xrechnung-by-email': () =>
    xrechnung({
      ...TO_AUTHORITY,
      seller: BY_EMAIL,
      customer: { ...AUTHORITY, electronicAddress: { scheme: 'EM', identifier: 'xr@koeln.example' } },
    }),
  'xrechnung-credit-note': () => fulfilSpecification(creditNote(TO_AUTHORITY), 'XRECHNUNG'),
  // In CII, the place of delivery is that of the customer, and so has the customer's city.
  'xrechnung-undated': () => xrechnung({ ...TO_AUTHORITY, facts: REFERENCE }),
  'xrechnung-outside-scope': () => xrechnung(untaxed('OUTSIDE_SCOPE')),
  'xrechnung-intra-community': () =>
    xrechnung({ ...untaxed('INTRA_COMMUNITY'), customer: AUSTRIAN_BUYER, facts: REFERENCE }),
  'xrechnung-tax-registration': () =>
    xrechnung({ ...TO_AUTHORITY, seller: { ...GERMAN_SELLER, taxId: '', taxRegistration: '12/345/67890' } }),
  'xrechnung-early-payment-discount': () =>
    xrechnung({ ...TO_AUTHORITY, facts: { ...TO_AUTHORITY.facts, earlyDiscountPercent: '2', earlyDiscountDays: 10 } }),
  'peppol-early-payment-discount': () =>
    peppol({ ...TO_AUTHORITY, facts: { ...REFERENCE, earlyDiscountPercent: '3.25', earlyDiscountDays: 14 } }),
  'peppol-swedish': () =>
    peppol({
      seller: SWEDISH_SELLER,
      customer: AUSTRIAN_BUYER,
      currencyCode: 'SEK',
      lines: LINES.map((line) => ({ ...line, taxPercent: '25' })),
      facts: { purchaseOrderReference: 'PO-4711' },
    }),
  'peppol-danish': () => peppol(AMONG_DANES),
  'peppol-danish-account': () =>
    peppol({
      ...AMONG_DANES,
      seller: { ...DANISH_SELLER, paymentAccount: { accountIdentifier: '1234 0012345678', bic: '1234' } },
    }),
  'peppol-german-credit-note': () => fulfilSpecification(creditNote(TO_AUTHORITY), 'PEPPOL_BIS_BILLING'),
  // 7.5 % of 333 yen is 24.975, so 25 is taken off, and the percentage is left out.
  'peppol-yen': () =>
    peppol({
      seller: GERMAN_SELLER,
      customer: AUSTRIAN_BUYER,
      currencyCode: 'JPY',
      lines: [
        { description: 'Paper', quantity: '1', unitPrice: '333', taxPercent: '19', discountPercent: '7.5' },
        { description: 'Ink', quantity: '2', unitPrice: '100', taxPercent: '19', discountPercent: '7.5' },
      ],
      facts: REFERENCE,
    }),
};
