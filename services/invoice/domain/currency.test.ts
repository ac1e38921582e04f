import { describe, expect, it } from 'vitest';
import { formatMinor, getCurrency, minorUnits } from './currency.ts';

const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
const isCurrency = (code: string): boolean => {
  try {
    return getCurrency(code).code === code;
  } catch {
    return false;
  }
};
const codes = letters.flatMap((a) => letters.flatMap((b) => letters.map((c) => a + b + c))).filter(isCurrency);
const codesWithExponent = (exponent: number): string =>
  codes.filter((code) => getCurrency(code).exponent === exponent).join(' ');

describe('getCurrency', () => {
  it('knows the 165 active ISO 4217 codes that have a minor unit', () => {
    expect(codes).toHaveLength(165);
  });

  it('knows which currencies have no decimals, three or four', () => {
    expect(codesWithExponent(0)).toBe('BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF');
    expect(codesWithExponent(3)).toBe('BHD IQD JOD KWD LYD OMR TND');
    expect(codesWithExponent(4)).toBe('CLF UYW');
  });

  it.each(['HUF', 'TWD', 'IDR', 'MGA', 'MRU', 'COP', 'LAK', 'IRR'])(
    'follows ISO and not cash usage: %s has two',
    (code) => {
      expect(getCurrency(code).exponent).toBe(2);
    },
  );

  it.each(['', 'eur', 'EURO', 'XXX', 'XAU', 'BGN', 'HRK', 'ANG', 'ZWL', 'SLL', 'CUC', ' EUR', '__proto__'])(
    'refuses %j',
    (code) => {
      expect(() => getCurrency(code)).toThrow(
        expect.objectContaining({ reason: 'INVALID_ARGUMENT', field: 'currencyCode' }),
      );
    },
  );
});

describe('minorUnits', () => {
  it.each([
    ['JPY', 1_2346n],
    ['EUR', 1234_568n],
    ['KWD', 12345_679n],
    ['CLF', 123456_789n],
  ])('rounds 12345.6789 to whole minor units of %s', (code, expected) => {
    expect(minorUnits({ coefficient: 123_456_789n, scale: 4 }, getCurrency(code))).toBe(expected);
  });
});

describe('formatMinor', () => {
  it.each([
    [6259n, 'EUR', '62.59 EUR'],
    [-5n, 'EUR', '-0.05 EUR'],
    [-5n, 'JPY', '-5 JPY'],
    [0n, 'KWD', '0.000 KWD'],
  ])('prints %d minor units of %s as %s', (amountMinor, code, text) => {
    expect(formatMinor(amountMinor, getCurrency(code))).toBe(text);
  });
});
