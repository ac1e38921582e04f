import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findConversion, totalOf } from './conversion.ts';
import { NO_NUMBERS, type Numbers } from './numbers.ts';

const STORED = { rate: '0.5', rateDate: '2026-03-01' };

function numbersOf(paidThisMonthMinor: bigint): Numbers {
  return { ...NO_NUMBERS, paidThisMonthMinor };
}

describe('a conversion', () => {
  test('is found for a stored rate of two currencies', () => {
    const conversion = findConversion('USD', 'EUR', STORED);
    expect(conversion).toMatchObject({ ...STORED, targetCurrencyCode: 'EUR' });
    expect(conversion?.convert(3n)).toBe(2n);
  });

  test.each([
    ['without a rate', 'USD', 'EUR', undefined],
    ['from what is no currency', 'XYZ', 'EUR', STORED],
    ['to what is no currency', 'USD', '', STORED],
  ])('is not found %s', (_, from, to, stored) => {
    expect(findConversion(from, to, stored)).toBeUndefined();
  });
});

describe('the total', () => {
  test('adds up the own currency and what is converted, and names the others', () => {
    const parts = ['CHF', 'EUR', 'JPY', 'USD'].map((currencyCode, index) => ({
      currencyCode,
      numbers: numbersOf(10n ** BigInt(index)),
      conversion: currencyCode === 'USD' ? findConversion('USD', 'EUR', STORED) : undefined,
    }));
    const total = totalOf(parts, 'EUR');
    expect(total.amounts.paidThisMonthMinor).toBe(10n + 500n);
    expect(total.unconvertedCurrencyCodes).toEqual(['CHF', 'JPY']);
  });

  test('is the sum of the converted amounts as they are shown, however they were rounded', () => {
    fc.assert(
      fc.property(fc.array(fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }), { maxLength: 6 }), (amounts) => {
        const conversion = findConversion('USD', 'EUR', { ...STORED, rate: '0.333333' });
        const parts = amounts.map((amount) => ({ currencyCode: 'USD', numbers: numbersOf(amount), conversion }));
        const shown = amounts.map((amount) => conversion?.convert(amount) ?? 0n);
        const expected = shown.reduce((sum, amount) => sum + amount, 0n);
        expect(totalOf(parts, 'EUR').amounts.paidThisMonthMinor).toBe(expected);
      }),
    );
  });
});
