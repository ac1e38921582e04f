import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Currency, findCurrency } from '../../../runtime/currency.ts';
import { formatAmount, formatCountry, formatDate, formatDecimal, formatPrice } from './format.ts';
import { languageOf } from './language.ts';

function currency(code: string): Currency {
  const found = findCurrency(code);
  if (found === undefined) throw new Error(`no currency ${code}`);
  return found;
}

describe('amounts', () => {
  test.each([
    [0n, 'EUR', '0.00 EUR', '0,00 EUR'],
    [5n, 'EUR', '0.05 EUR', '0,05 EUR'],
    [-5n, 'EUR', '-0.05 EUR', '-0,05 EUR'],
    [123_456n, 'EUR', '1,234.56 EUR', '1.234,56 EUR'],
    [100_000n, 'USD', '1,000.00 USD', '1.000,00 USD'],
    [99_999n, 'USD', '999.99 USD', '999,99 USD'],
    [1_234_567n, 'JPY', '1,234,567 JPY', '1.234.567 JPY'],
    [0n, 'JPY', '0 JPY', '0 JPY'],
    [1_234_567n, 'KWD', '1,234.567 KWD', '1.234,567 KWD'],
    [12_345n, 'CLF', '1.2345 CLF', '1,2345 CLF'],
    [9_223_372_036_854_775_807n, 'EUR', '92,233,720,368,547,758.07 EUR', '92.233.720.368.547.758,07 EUR'],
    [-9_223_372_036_854_775_808n, 'JPY', '-9,223,372,036,854,775,808 JPY', '-9.223.372.036.854.775.808 JPY'],
  ])('%d minor units of %s', (minor, code, en, de) => {
    expect(formatAmount(minor, currency(code), 'en')).toBe(en);
    expect(formatAmount(minor, currency(code), 'de')).toBe(de);
  });

  test('keep every digit, whatever the currency', () => {
    const codes = fc.constantFrom('JPY', 'EUR', 'KWD', 'CLF').map(currency);
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), codes, (minor, known) => {
        const [number = ''] = formatAmount(minor, known, 'en').split(' ');
        expect(BigInt(number.replaceAll(/[,.]/g, ''))).toBe(minor);
        expect(number.split('.')[1]?.length ?? 0).toBe(known.exponent);
      }),
    );
  });
});

test.each([
  ['2', '2', '2'],
  ['2.50', '2.5', '2,5'],
  ['1000000.000001', '1,000,000.000001', '1.000.000,000001'],
  ['-0.5', '-0.5', '-0,5'],
  ['007', '7', '7'],
  ['19.000', '19', '19'],
  ['0', '0', '0'],
])('the decimal %s', (decimal, en, de) => {
  expect(formatDecimal(decimal, 'en')).toBe(en);
  expect(formatDecimal(decimal, 'de')).toBe(de);
});

test.each(['', 'x', '1.2.3', '1e3', '.5'])('%j is no decimal', (text) => {
  expect(() => formatDecimal(text, 'en')).toThrow(RangeError);
});

test.each([
  ['49.995', 'EUR', '49.995', '49,995'],
  ['1250', 'EUR', '1,250.00', '1.250,00'],
  ['0.5', 'KWD', '0.500', '0,500'],
  ['1200', 'JPY', '1,200', '1.200'],
  ['12.50', 'JPY', '12.5', '12,5'],
])('the price %s %s', (price, code, en, de) => {
  expect(formatPrice(price, currency(code), 'en')).toBe(en);
  expect(formatPrice(price, currency(code), 'de')).toBe(de);
});

test.each([
  ['AT', 'Austria', 'Österreich'],
  ['XK', 'Kosovo', 'Kosovo'],
  ['EL', 'EL', 'EL'],
  ['ZZ', 'ZZ', 'ZZ'],
  ['XA', 'XA', 'XA'],
  ['at', 'at', 'at'],
  ['', '', ''],
])('the country %j', (code, en, de) => {
  expect(formatCountry(code, 'en')).toBe(en);
  expect(formatCountry(code, 'de')).toBe(de);
});

test('days are in words', () => {
  expect(formatDate('2026-03-01', 'en')).toBe('1 March 2026');
  expect(formatDate('2026-03-01', 'de')).toBe('1. März 2026');
  expect(formatDate('0999-12-31', 'en')).toBe('31 December 999');
  expect(() => formatDate('', 'en')).toThrow(RangeError);
});

test.each([
  ['de', 'de'],
  ['de-AT', 'de'],
  ['DE-CH', 'de'],
  ['en', 'en'],
  ['en-DE', 'en'],
  ['fr', 'en'],
  ['den', 'en'],
  ['', 'en'],
])('customers with the locale "%s" are written to in %s', (locale, language) => {
  expect(languageOf(locale)).toBe(language);
});
