import { describe, expect, test } from 'vitest';
import { findProblems } from './find-problems.ts';
import { fromCreditNote } from './from-credit-note.ts';
import { fromInvoice } from './from-invoice.ts';
import { fulfilSpecification } from './fulfil-specification.ts';
import type { Specification } from './specification.ts';
import { CII, UBL } from './syntax.ts';
import { ALL, type GivenInvoice, issuedCreditNote, issuedInvoice } from './testing/documents.ts';
import { type PartyFields, partyOf } from './testing/party-of.ts';
import { AUTHORITY, GERMAN_SELLER } from './testing/specified-documents.ts';

type Given = Omit<GivenInvoice, 'lines'> & Partial<Pick<GivenInvoice, 'lines'>>;

const COMPLETE: GivenInvoice = {
  seller: GERMAN_SELLER,
  customer: AUTHORITY,
  lines: [{ quantity: '1', unitPrice: '100', taxPercent: '19' }],
  facts: { buyerReference: '991-01484-64' },
};

/** The problems of an invoice that is complete except for what is given, each as `field rule`. */
function problemsOf(specification: Specification, given: Given, syntax = UBL): string[] {
  const document = fulfilSpecification(fromInvoice(issuedInvoice({ ...COMPLETE, ...given })), specification);
  return findProblems(document, [], syntax).map(({ field, rule }) => `${field} ${rule}`);
}

/** A party of another country. */
const partyIn = (countryCode: string, more: PartyFields = {}) =>
  partyOf({ ...GERMAN_SELLER, address: { ...GERMAN_SELLER.address, countryCode }, ...more });
const street = { line1: 'Street 1', city: '', postalCode: '' };

test('what is complete has no problem', () => {
  for (const specification of ['EN16931', 'XRECHNUNG', 'PEPPOL_BIS_BILLING'] as const) {
    expect(problemsOf(specification, {})).toEqual([]);
  }
});

describe('XRechnung', () => {
  const { contact: _, paymentAccount: _account, electronicAddress: _address, ...bare } = GERMAN_SELLER;

  test('names all that is missing, which the core of the standard does not miss', () => {
    const given = {
      seller: { ...bare, address: { countryCode: 'DE' } },
      customer: { name: 'Ada', address: { countryCode: 'FR' } },
      facts: {},
    };
    expect(problemsOf('EN16931', given)).toEqual([]);
    expect(problemsOf('XRECHNUNG', given)).toEqual([
      'seller.address.city BR-DE-3',
      'seller.address.postal_code BR-DE-4',
      'seller.contact.name BR-DE-5',
      'seller.contact.phone BR-DE-6',
      'seller.payment_account BR-DE-1',
      'customer.address.city BR-DE-8',
      'customer.address.postal_code BR-DE-9',
      'buyer_reference BR-DE-15',
      'customer.electronic_address PEPPOL-EN16931-R010',
    ]);
  });

  test('takes email addresses for electronic ones, and those with a domain that has a dot', () => {
    const { electronicAddress: _none, ...customer } = AUTHORITY;
    expect(problemsOf('XRECHNUNG', { customer })).toEqual([]);
    const contact = { ...GERMAN_SELLER.contact, email: 'ada@localhost' };
    expect(problemsOf('XRECHNUNG', { seller: { ...GERMAN_SELLER, contact } })).toEqual([
      'seller.contact.email BR-DE-28',
    ]);
  });

  test('takes blank texts for none', () => {
    expect(problemsOf('XRECHNUNG', { facts: { buyerReference: ' \u0007 ' } })).toEqual(['buyer_reference BR-DE-15']);
  });

  test('points a credit note to its invoice for the reference, and asks it for no account', () => {
    const source = issuedInvoice({ ...COMPLETE, seller: { ...bare, contact: GERMAN_SELLER.contact }, facts: {} });
    const document = fulfilSpecification(fromCreditNote(issuedCreditNote(source, ALL).source), 'XRECHNUNG');
    expect(findProblems(document, [], UBL).map(({ field, rule }) => `${field} ${rule}`)).toEqual([
      'invoice_id BR-DE-15',
    ]);
  });

  test('takes no rounding to whole units of the currency by more than two hundredths', () => {
    const lines = [
      { quantity: '3', unitPrice: '33.4', taxPercent: '19' },
      { quantity: '3', unitPrice: '33', taxPercent: '19' },
      { quantity: '50', unitPrice: '0.9996', baseQuantity: '1', taxPercent: '19' },
    ];
    expect(problemsOf('XRECHNUNG', { currencyCode: 'JPY', lines })).toEqual([
      'lines[0].unit_price PEPPOL-EN16931-R120',
    ]);
    expect(problemsOf('XRECHNUNG', { lines })).toEqual([]);
  });
});

describe('Peppol', () => {
  test('takes addresses in its network only, and any reference', () => {
    const { electronicAddress: _from, ...seller } = partyIn('FR');
    const customer = { ...AUTHORITY, electronicAddress: { scheme: '0242', identifier: '1' } };
    expect(problemsOf('PEPPOL_BIS_BILLING', { seller, customer, facts: {} })).toEqual([
      'seller.electronic_address PEPPOL-EN16931-CL008',
      'customer.electronic_address PEPPOL-EN16931-CL008',
      'buyer_reference PEPPOL-EN16931-R003',
    ]);
    const facts = { purchaseOrderReference: 'PO-1' };
    expect(problemsOf('PEPPOL_BIS_BILLING', { seller: partyIn('FR'), facts })).toEqual([]);
  });

  test('has no Caribbean guilder', () => {
    expect(problemsOf('PEPPOL_BIS_BILLING', { currencyCode: 'XCG' })).toEqual(['currency_code PEPPOL-EN16931-CL007']);
    expect(problemsOf('XRECHNUNG', { currencyCode: 'XCG' })).toEqual([]);
  });

  test.each([
    ['VATEX-EU-AE', ['taxes[0].exemption_code PEPPOL-EN16931-P0107']],
    ['VATEX-EU-D', []],
    ['constructor', ['taxes[0].exemption_code BR-CL-22']],
  ])('has the exemption %s for one category only', (exemptionCode, expected) => {
    const lines = [{ quantity: '1', unitPrice: '1', taxes: [{ category: 'EXEMPT' as const, exemptionCode }] }];
    expect(problemsOf('PEPPOL_BIS_BILLING', { lines })).toEqual(expected);
  });
});

/** A party in Denmark. */
const dane = (more = {}) =>
  partyIn('DK', { taxId: 'DK12345674', legalRegistration: { scheme: '0184', identifier: '12345674' }, ...more });

describe('in CII, and not in UBL, Peppol refuses what its check is stricter about or breaks at:', () => {
  const taxPercent = '25';
  const duty = { reason: '0123', reasonCode: 'ZZZ', amountMinor: 100n, taxPercent };
  const among = { seller: dane(), customer: dane(), lines: [{ quantity: '1', unitPrice: '100', taxPercent }] };
  const periodStartDate = '1999-12-31';

  test.each<[string, Given, string[]]>([
    [
      'a duty among Danes beside another reason',
      { ...among, charges: [duty, { reason: 'Freight', amountMinor: 100n, taxPercent }] },
      ['charges[0].reason DK-R-004'],
    ],
    ['a duty beside a discount', { ...among, charges: [duty], discountPercent: '10' }, ['charges[0].reason DK-R-004']],
    ['no duty beside a code', { ...among, charges: [duty, { reasonCode: 'FC', amountMinor: 100n, taxPercent }] }, []],
    [
      'no two other reasons',
      { ...among, charges: [{ reason: 'x', amountMinor: 1n, taxPercent }], discountPercent: '10' },
      [],
    ],
    [
      'days of other centuries',
      { facts: { ...COMPLETE.facts, periodStartDate, periodEndDate: '2000-01-01', deliveryDate: '2100-01-01' } },
      ['delivery_date PEPPOL-EN16931-F001', 'period_start_date PEPPOL-EN16931-F001'],
    ],
  ])('%s', (_, given, expected) => {
    expect(problemsOf('PEPPOL_BIS_BILLING', given, UBL)).toEqual([]);
    expect(problemsOf('PEPPOL_BIS_BILLING', given, CII)).toEqual(expected);
    expect(problemsOf('EN16931', given, CII)).toEqual([]);
  });

  test('an issue date of another century', () => {
    const source = { ...issuedInvoice(COMPLETE), issueDate: '1999-12-31' };
    const invoice = fulfilSpecification(fromInvoice(source), 'PEPPOL_BIS_BILLING');
    expect(findProblems(invoice, [], UBL)).toEqual([]);
    expect(findProblems(invoice, [], CII)).toMatchObject([{ field: 'issue_date', rule: 'PEPPOL-EN16931-F001' }]);
  });

  test('days of the invoice of a credit note', () => {
    const source = issuedInvoice({ ...COMPLETE, facts: { ...COMPLETE.facts, periodStartDate } });
    const creditNote = fulfilSpecification(fromCreditNote(issuedCreditNote(source, ALL).source), 'PEPPOL_BIS_BILLING');
    expect(findProblems(creditNote, [], UBL)).toEqual([]);
    expect(findProblems(creditNote, [], CII)).toMatchObject([
      { field: 'invoice_id', rule: 'PEPPOL-EN16931-F001', text: expect.stringContaining('1999-12-31') },
    ]);
  });
});

describe('Peppol has rules of single countries:', () => {
  const swede = (more = {}) => partyIn('SE', { taxId: 'SE556732170701', legalRegistration: undefined, ...more });
  const dutchman = (more = {}) =>
    partyIn('NL', { taxId: 'NL123456789B01', legalRegistration: { scheme: '0106', identifier: '12345678' }, ...more });
  const icelander = (more = {}) =>
    partyIn('IS', { taxId: 'IS123456', legalRegistration: { scheme: '0196', identifier: '4612881234' }, ...more });
  const taxed = (percent: string): GivenInvoice['lines'] => [{ quantity: '1', unitPrice: '100', taxPercent: percent }];

  test.each<[string, Given, string[]]>([
    [
      'Germany, among Germans',
      {
        seller: { ...GERMAN_SELLER, contact: { name: 'Ada', phone: '112', email: "o'hara@example.com" } },
        facts: { purchaseOrderReference: 'PO-1' },
      },
      ['seller.contact.email DE-R-028', 'buyer_reference DE-R-015'],
    ],
    [
      'Germany, not with customers elsewhere',
      {
        customer: partyIn('AT'),
        facts: { purchaseOrderReference: 'PO-1' },
        seller: partyIn('DE', { contact: undefined }),
      },
      [],
    ],
    ['Denmark', { seller: partyIn('DK', { legalRegistration: undefined }) }, ['seller.legal_registration DK-R-002']],
    [
      'Denmark, another registration',
      { seller: dane({ legalRegistration: { scheme: '0088', identifier: '7300010000001' } }) },
      ['seller.legal_registration.scheme DK-R-014'],
    ],
    [
      'Denmark, among Danes',
      {
        currencyCode: 'DKK',
        seller: dane({ paymentAccount: { accountIdentifier: '1234 0012345678' } }),
        customer: dane({ taxId: '12345674' }),
        charges: [{ reason: 'Duty', reasonCode: 'ZZZ', amountMinor: 100n, taxPercent: '25' }],
      },
      ['customer.tax_id DK-R-013', 'seller.payment_account.bic DK-R-006', 'charges[0].reason DK-R-004'],
    ],
    ['Denmark, in euros', { seller: dane(), customer: dane() }, []],
    ['Greece', { seller: partyIn('GR', { taxId: 'EL123456789' }) }, ['seller.address.country_code GR-R-001-1']],
    [
      'Iceland, among Icelanders',
      {
        seller: icelander({ legalRegistration: undefined }),
        customer: partyIn('IS', { address: { countryCode: 'IS' } }),
      },
      [
        'seller.legal_registration IS-R-002',
        'customer.legal_registration.scheme IS-R-004',
        'customer.address.line1 IS-R-005',
        'customer.address.postal_code IS-R-005',
      ],
    ],
    ['Iceland', { seller: icelander() }, []],
    [
      'Italy',
      { seller: { ...GERMAN_SELLER, taxId: '12/345', address: { ...street, countryCode: 'IT' } } },
      ['seller.tax_id IT-R-001', 'seller.address.city IT-R-003', 'seller.address.postal_code IT-R-004'],
    ],
    [
      'Italy, by the VAT number',
      { seller: partyIn('FR', { taxId: 'IT12345678903', taxRegistration: 'x' }) },
      ['seller.tax_registration IT-R-001'],
    ],
    [
      'the Netherlands, among the Dutch',
      {
        seller: dutchman({ address: { ...street, countryCode: 'NL' }, paymentAccount: undefined }),
        customer: dutchman({ legalRegistration: { identifier: '1' }, address: { countryCode: 'NL', city: 'Delft' } }),
      },
      [
        'seller.address.city NL-R-002',
        'seller.address.postal_code NL-R-002',
        'customer.address.line1 NL-R-004',
        'customer.address.postal_code NL-R-004',
        'customer.legal_registration.scheme NL-R-005',
        'seller.payment_account NL-R-007',
      ],
    ],
    [
      'the Netherlands, when nothing is to be paid',
      { seller: dutchman({ paymentAccount: undefined }), prepaidMinor: 11_900n },
      [],
    ],
    ['Norway', { seller: partyIn('NO', { taxId: 'NO987654326MVA' }) }, ['seller.tax_id NO-R-001']],
    ['Norway, a right number', { seller: partyIn('NO', { taxId: 'NO 987 654 325 MVA' }) }, []],
    ['Sweden', { seller: swede(), lines: taxed('19') }, ['taxes[0].tax_percent SE-R-006']],
    [
      'Sweden, another registration',
      { seller: swede({ legalRegistration: { identifier: 'AB 1' } }), lines: taxed('25') },
      ['seller.legal_registration.identifier SE-R-003, SE-R-004, SE-R-013'],
    ],
    [
      'Sweden, a registration',
      {
        seller: swede({ legalRegistration: { identifier: '5567321708' }, taxRegistration: 'F-skatt' }),
        lines: taxed('12.0'),
      },
      ['seller.legal_registration.identifier SE-R-013', 'seller.tax_registration SE-R-005'],
    ],
  ])('%s', (_, given, expected) => {
    expect(problemsOf('PEPPOL_BIS_BILLING', given)).toEqual(expected);
    expect(problemsOf('EN16931', given)).toEqual([]);
  });
});
