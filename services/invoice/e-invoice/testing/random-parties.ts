import fc from 'fast-check';
import type { Party } from '../../../../gen/numer/invoice/v1/invoice_pb.ts';
import { ACCOUNT } from './documents.ts';
import { type PartyFields, partyOf } from './party-of.ts';

/**
 * Parties with everything that is asked for in a country, by its code: the countries with rules of their own in Peppol,
 * and two others.
 */
const COMPLETE: Readonly<Record<string, PartyFields>> = {
  AT: { taxId: 'ATU12345678', electronicAddress: { scheme: '9914', identifier: 'ATU12345678' } },
  DE: {
    taxId: 'DE123456789',
    electronicAddress: { scheme: '0204', identifier: '991-01484-64' },
    legalRegistration: { identifier: 'HRB 12345 B' },
  },
  DK: {
    taxId: 'DK12345674',
    electronicAddress: { scheme: '0184', identifier: '12345674' },
    legalRegistration: { scheme: '0184', identifier: '12345674' },
  },
  GR: { taxId: 'EL123456789', electronicAddress: { scheme: '9933', identifier: '123456789' } },
  IS: {
    taxId: 'IS123456',
    electronicAddress: { scheme: '0196', identifier: '4612881234' },
    legalRegistration: { scheme: '0196', identifier: '4612881234' },
  },
  IT: { taxId: 'IT12345678903', electronicAddress: { scheme: '0211', identifier: 'IT12345678903' } },
  NL: {
    taxId: 'NL123456789B01',
    electronicAddress: { scheme: '0106', identifier: '12345678' },
    legalRegistration: { scheme: '0106', identifier: '12345678' },
  },
  NO: {
    taxId: 'NO987654325MVA',
    electronicAddress: { scheme: '0192', identifier: '987654325' },
    taxRegistration: 'Foretaksregisteret',
  },
  SE: {
    taxId: 'SE556732170701',
    electronicAddress: { scheme: '0007', identifier: '5567321707' },
    legalRegistration: { scheme: '0007', identifier: '5567321707' },
    taxRegistration: 'Godkänd för F-skatt',
  },
  US: { taxId: '12-3456789', electronicAddress: { scheme: '0060', identifier: '123456789' } },
};

const BASE: PartyFields = {
  name: 'Ada Lovelace Engines',
  email: 'ada@engines.example',
  address: { line1: 'Street 1', city: 'City', postalCode: '12345' },
  paymentAccount: ACCOUNT,
  contact: { name: 'Billing', phone: '+49 30 1234567', email: 'billing@engines.example' },
};

/** What parties lack, or have in another form than is asked for. */
const FLAWS: readonly PartyFields[] = [
  { address: undefined },
  { address: { city: 'City' } },
  { address: { line1: 'Street 1', postalCode: '12345' } },
  { paymentAccount: undefined },
  { paymentAccount: { accountIdentifier: '1234 0012345678' } },
  { paymentAccount: { accountIdentifier: 'TR330006100519786457841326' } },
  { contact: undefined },
  { contact: { phone: '112', email: "o'brien@localhost" } },
  { contact: { name: 'Billing', phone: '112', email: '.a@example.com' } },
  { electronicAddress: undefined },
  { electronicAddress: { scheme: '0242', identifier: '1' } },
  { legalRegistration: undefined },
  { legalRegistration: { identifier: 'B 1' } },
  { legalRegistration: { scheme: '0088', identifier: '7300010000001' } },
  { taxRegistration: '12/345/67890' },
  { taxId: '12/345/67890' },
  { taxId: 'NO12345678' },
  { taxId: '' },
];

/** A party in a country: one in two lacks something. */
function partyIn(country: string): fc.Arbitrary<Party> {
  return fc.oneof(fc.constant([]), fc.subarray([...FLAWS], { minLength: 1, maxLength: 2 })).map((flaws) => {
    const { address, ...others }: PartyFields = Object.assign({}, BASE, COMPLETE[country], ...flaws);
    return partyOf({ ...others, address: address && { ...address, countryCode: country } });
  });
}

/** The same as a buyer, who has neither a contact nor an account. */
function buyerIn(country: string): fc.Arbitrary<Party> {
  return partyIn(country).map(({ paymentAccount: _1, contact: _2, ...buyer }) => ({ ...buyer, taxRegistration: '' }));
}

const countries = fc.constantFrom(...Object.keys(COMPLETE), 'DE', 'DE', 'DK', 'SE');

/** Both parties of a document; half of them are in the same country. */
export const randomParties: fc.Arbitrary<{ readonly seller: Party; readonly customer: Party }> = fc
  .record({ from: countries, to: countries, isDomestic: fc.boolean() })
  .chain(({ from, to, isDomestic }) => fc.record({ seller: partyIn(from), customer: buyerIn(isDomestic ? from : to) }));
