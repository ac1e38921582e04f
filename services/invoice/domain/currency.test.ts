import { describe, expect, it } from 'vitest';
import { formatMinor, getCurrency, minorUnits } from './currency.ts';

describe('getCurrency', () => {
  it('gives the currency with its decimals', () => {
    expect(getCurrency('KWD')).toEqual({ code: 'KWD', exponent: 3 });
  });

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
