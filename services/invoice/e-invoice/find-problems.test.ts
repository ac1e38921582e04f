import { describe, expect, test } from 'vitest';
import { currencyProblems } from './code-problems.ts';
import { findProblems } from './find-problems.ts';
import { fromInvoice, taxProblemsOfInvoice } from './from-invoice.ts';
import { CII, type Syntax, UBL } from './syntax.ts';
import { type GivenInvoice, issuedInvoice, SELLER } from './testing/documents.ts';

/** The problems of an invoice, each as `field rule`. */
function problemsOf(given: GivenInvoice, syntax: Syntax = UBL): string[] {
  const source = issuedInvoice(given);
  const problems = findProblems(fromInvoice(source), taxProblemsOfInvoice(source.invoice), syntax);
  return problems.map(({ field, rule }) => `${field} ${rule}`);
}

const LINE = { quantity: '1', unitPrice: '100', taxPercent: '19' };
const untaxed = (category: 'REVERSE_CHARGE' | 'INTRA_COMMUNITY' | 'EXPORT' | 'OUTSIDE_SCOPE') => ({
  ...LINE,
  taxPercent: '',
  taxes: [{ category }],
});
const NOBODY = { name: ' \u0007 ' };

test('a currency that is no more is a problem', () => {
  expect(currencyProblems('EUR')).toEqual([]);
  expect(currencyProblems('BGN')).toMatchObject([{ field: 'currency_code', rule: 'BR-CL-4' }]);
});

describe('what keeps an invoice from being electronic', () => {
  test('is told all at once, in the order of the document', () => {
    const given: GivenInvoice = {
      currencyCode: 'STN',
      seller: NOBODY,
      customer: { name: 'Ada', address: { countryCode: 'XX' } },
      lines: [
        { ...LINE, description: '\u0001', unitCode: 'ZZ9', charges: [{ reasonCode: 'QQ', amountMinor: 1n }] },
        { ...LINE, taxPercent: '', taxes: [{ category: 'EXEMPT', exemptionCode: 'VATEX-XX-1' }] },
      ],
      allowances: [{ reasonCode: '1', amountMinor: 5n, taxPercent: '19' }],
    };
    expect(problemsOf(given)).toEqual([
      'seller.name BR-6',
      'seller.address.country_code BR-9',
      'seller.tax_id BR-CO-26, BR-E-2, BR-S-2',
      'customer.address.country_code BR-CL-14',
      'lines[0].description BR-25',
      'currency_code BR-CL-4',
      'lines[0].unit_code BR-CL-23',
      'lines[0].charges[0].reason_code BR-CL-20',
      'allowances[0].reason_code BR-CL-19',
      'taxes[0].exemption_code BR-CL-22',
    ]);
  });

  test.each([
    ['INTRA_COMMUNITY', ['seller.tax_id BR-IC-2', 'customer.tax_id BR-IC-2']],
    ['REVERSE_CHARGE', ['customer.tax_id BR-AE-2']],
    ['EXPORT', ['seller.tax_id BR-G-2']],
    ['OUTSIDE_SCOPE', []],
  ] as const)('%s asks for the VAT numbers that it asks for', (category, expected) => {
    const [seller, customer] = [
      { ...SELLER, taxId: '12/345' },
      { name: 'Ada', taxId: 'HRB 1234', address: { countryCode: 'DE' } },
    ];
    expect(problemsOf({ seller, customer, lines: [untaxed(category)] })).toEqual(expected);
  });

  test('the buyer of a reverse charge needs no VAT number where there is a legal registration', () => {
    const buyer = { name: 'Ada', address: { countryCode: 'DE' } };
    const ofRegistered = (identifier: string, category: 'REVERSE_CHARGE' | 'INTRA_COMMUNITY') =>
      problemsOf({ customer: { ...buyer, legalRegistration: { identifier } }, lines: [untaxed(category)] });
    expect(ofRegistered('HRB 12345 B', 'REVERSE_CHARGE')).toEqual([]);
    expect(ofRegistered('\u0007', 'REVERSE_CHARGE')).toEqual(['customer.tax_id BR-AE-2']);
    expect(ofRegistered('HRB 12345 B', 'INTRA_COMMUNITY')).toEqual(['customer.tax_id BR-IC-2']);
  });

  test('split payment stays within Italy', () => {
    const lines = [{ ...LINE, taxPercent: '', taxes: [{ category: 'SPLIT_PAYMENT' as const, percent: '22' }] }];
    expect(problemsOf({ lines })).toEqual([
      'seller.address.country_code BR-B-1',
      'customer.address.country_code BR-B-1',
    ]);
  });

  test('are taxes that are not one value added tax', () => {
    const taxes = [
      { name: 'GST', percent: '5' },
      { percent: '8', compound: true },
      { percent: '15', retained: true },
    ];
    const withheld = [{ name: 'IRPF', percent: '15', retained: true }];
    const given: GivenInvoice = {
      lines: [
        { ...LINE, taxPercent: '', taxes },
        { ...LINE, taxes: withheld },
      ],
      charges: [{ reasonCode: 'FC', amountMinor: 100n, taxes: [{ name: 'GST', percent: '5' }] }],
    };
    expect(problemsOf(given)).toEqual([
      'lines[0].taxes[2] BT-115',
      'lines[0].taxes[1] BG-30',
      'lines[0].taxes[0].name BT-151',
      'lines[1].taxes[0] BT-115',
      'charges[0].taxes[0].name BT-151',
    ]);
  });

  test('are amounts of more than two decimals, and not those that end in zeros', () => {
    const line = { ...LINE, taxPercent: '0' };
    expect(problemsOf({ currencyCode: 'KWD', lines: [{ ...line, unitPrice: '1.250' }] })).toEqual([]);
    expect(problemsOf({ currencyCode: 'KWD', lines: [{ ...line, unitPrice: '1.255' }], prepaidMinor: 1n })).toEqual([
      'lines[0].net_minor BR-DEC-23',
      'taxes[0].net_minor BR-DEC-19',
      'prepaid_minor BR-DEC-16',
      'payable_minor BR-DEC-18',
    ]);
  });

  test('are taxes that rounding on lines has taken a unit of the currency off their rate, and rates that count as none', () => {
    const lines = Array.from({ length: 250 }, () => ({ ...LINE, unitPrice: '0.03', taxPercent: '19' }));
    expect(problemsOf({ lines, roundingPolicy: 'DOCUMENT' })).toEqual([]);
    expect(problemsOf({ lines, roundingPolicy: 'LINE' })).toEqual(['taxes[0].tax_minor BR-CO-17']);
    expect(problemsOf({ lines: [{ ...LINE, taxPercent: '0.4' }] })).toEqual([]);
    expect(problemsOf({ lines: [{ ...LINE, unitPrice: '1000', taxPercent: '0.4' }] })).toEqual([
      'taxes[0].tax_minor BR-CO-17',
    ]);
  });

  test('is in CII, and not in UBL, a country that its list lacks', () => {
    const customer = { name: 'Ada', address: { countryCode: 'SS' } };
    const seller = { ...customer, taxId: '12/345' };
    expect(problemsOf({ seller, customer, lines: [LINE] }, UBL)).toEqual([]);
    expect(problemsOf({ seller, customer, lines: [LINE] }, CII)).toEqual([
      'seller.address.country_code BR-CL-14',
      'customer.address.country_code BR-CL-14',
    ]);
  });

  test('is in CII, and not in UBL, a rate of 0 of the tax of the Canary Islands, whose check is stricter there', () => {
    const taxes = [{ category: 'CANARY_ISLANDS' as const, percent: '0' }];
    const given: GivenInvoice = {
      lines: [{ ...LINE, taxPercent: '', taxes }],
      allowances: [{ reasonCode: '95', amountMinor: 100n, taxes }],
      charges: [{ reasonCode: 'FC', amountMinor: 100n, taxes }],
    };
    expect(problemsOf(given, UBL)).toEqual([]);
    expect(problemsOf(given, CII)).toEqual([
      'lines[0].taxes BR-AF-5',
      'allowances[0].taxes BR-AF-6',
      'charges[0].taxes BR-AF-7',
    ]);
  });
});
