import { expect, test } from 'vitest';
import { type Currency, findCurrency } from './currency.ts';

const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
const known: readonly Currency[] = letters.flatMap((a) =>
  letters.flatMap((b) => letters.flatMap((c) => findCurrency(a + b + c) ?? [])),
);
const codesWithExponent = (exponent: number): string =>
  known.flatMap((currency) => (currency.exponent === exponent ? [currency.code] : [])).join(' ');

test('there are 165 active ISO 4217 codes that have a minor unit', () => {
  expect(known).toHaveLength(165);
});

test('some have no decimals, three or four', () => {
  expect(codesWithExponent(0)).toBe('BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF');
  expect(codesWithExponent(3)).toBe('BHD IQD JOD KWD LYD OMR TND');
  expect(codesWithExponent(4)).toBe('CLF UYW');
});

test.each(['HUF', 'TWD', 'IDR', 'MGA', 'MRU', 'COP', 'LAK', 'IRR'])('%s has two, as in ISO and not in cash', (code) => {
  expect(findCurrency(code)?.exponent).toBe(2);
});

test.each(['', 'eur', 'EURO', 'XXX', 'XAU', 'BGN', 'HRK', 'ANG', 'ZWL', 'SLL', 'CUC', ' EUR', '__proto__'])(
  '%j is none',
  (code) => {
    expect(findCurrency(code)).toBeUndefined();
  },
);
