import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Currency, findCurrency } from '../../../runtime/currency.ts';
import { createConversion, formatRate, parseRate } from './exchange-rate.ts';

function currency(code: string): Currency {
  const found = findCurrency(code);
  if (found === undefined) throw new Error(`there is no currency ${code}`);
  return found;
}

function convert(amountMinor: bigint, from: string, to: string, rate: string): bigint {
  return createConversion(currency(from), currency(to), parseRate(rate))(amountMinor);
}

const rateText = fc
  .tuple(fc.bigInt({ min: 0n, max: 999_999_999n }), fc.stringMatching(/^[0-9]{0,15}$/))
  .map(([integer, fraction]) => (fraction === '' ? integer.toString() : `${integer}.${fraction}`))
  .filter((text) => /[1-9]/.test(text));
const amount = fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n });
const code = fc.constantFrom('EUR', 'USD', 'JPY', 'KWD', 'CLF');

describe('a rate', () => {
  test.each([
    ['0.9213', '0.9213'],
    ['1.10', '1.1'],
    ['120', '120'],
    ['007.0', '7'],
    ['0.000000000000001', '0.000000000000001'],
  ])('%s is written as %s', (text, shortest) => {
    expect(formatRate(parseRate(text))).toBe(shortest);
  });

  test('is the same when it was written and read', () => {
    fc.assert(
      fc.property(rateText, (text) => {
        const rate = parseRate(text);
        expect(parseRate(formatRate(rate))).toEqual(rate);
        expect(formatRate(rate)).not.toMatch(/\.\d*0$|^0\d|\.$/);
      }),
    );
  });
});

describe('a conversion', () => {
  test.each<[bigint, string, string, string, bigint]>([
    [150n, 'JPY', 'EUR', '0.0061', 92n], // 0.915
    [-150n, 'JPY', 'EUR', '0.0061', -92n],
    [92n, 'EUR', 'JPY', '163.9', 151n], // 150.788
    [1_000n, 'KWD', 'EUR', '3.02', 302n], // a dinar has a thousand fils
    [100n, 'EUR', 'KWD', '0.3305', 331n], // 0.3305
    [10_000n, 'CLF', 'JPY', '5432.5', 5_433n],
    [1n, 'EUR', 'USD', '0.4999', 0n],
    [1n, 'EUR', 'USD', '0.5', 1n],
    [-1n, 'EUR', 'USD', '0.5', -1n],
    [0n, 'EUR', 'USD', '1.1', 0n],
  ])('of %s %s to %s at %s gives %s minor units', (amountMinor, from, to, rate, expected) => {
    expect(convert(amountMinor, from, to, rate)).toBe(expected);
  });

  test('is off by at most half a minor unit, away from zero in the middle, and the same on both sides of zero', () => {
    fc.assert(
      fc.property(amount, code, code, rateText, (amountMinor, from, to, text) => {
        const converted = convert(amountMinor, from, to, text);
        const { coefficient, scale } = parseRate(text);
        // Both sides times 10^(scale + exponent of from), so that everything is whole.
        const unit = 10n ** BigInt(scale + currency(from).exponent);
        const exact = amountMinor * coefficient * 10n ** BigInt(currency(to).exponent);
        const error = converted * unit - exact;
        const size = error < 0n ? -error : error;
        expect(2n * size <= unit).toBe(true);
        if (2n * size === unit) expect(error > 0n).toBe(exact > 0n);
        expect(convert(-amountMinor, from, to, text)).toBe(-converted);
      }),
    );
  });

  test('at 1 between currencies with as many decimals changes nothing', () => {
    fc.assert(
      fc.property(amount, (amountMinor) => {
        expect(convert(amountMinor, 'EUR', 'USD', '1.0')).toBe(amountMinor);
      }),
    );
  });
});
