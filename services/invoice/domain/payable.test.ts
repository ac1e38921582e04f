import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calculatePayable, type PayableInput } from './payable.ts';

const EUR = { code: 'EUR', exponent: 2 } as const;
const payable = (input: PayableInput, restMinor: bigint, allowNegative = false) =>
  calculatePayable(input, restMinor, EUR, allowNegative);

describe('calculatePayable', () => {
  it('is the total less what was paid before (EN 16931, BR-CO-16)', () => {
    expect(payable({ prepaidMinor: 4000n }, 10000n)).toMatchObject({ payableMinor: 6000n, roundingMinor: 0n });
  });

  it.each([
    [1234n, 5n, 1235n],
    [1232n, 5n, 1230n],
    [1250n, 100n, 1300n],
    [1235n, 10n, 1240n],
    [2n, 5n, 0n],
    [-1250n, 100n, -1300n],
  ])('rounds %d to a multiple of %d: %d', (restMinor, roundingIncrementMinor, payableMinor) => {
    expect(payable({ roundingIncrementMinor }, restMinor, true)).toMatchObject({
      payableMinor,
      roundingMinor: payableMinor - restMinor,
    });
  });

  it('rounds what is left after the prepaid amount', () => {
    expect(payable({ prepaidMinor: 1n, roundingIncrementMinor: 5n }, 1000n).payableMinor).toBe(1000n);
  });

  it('rounds by an amount', () => {
    expect(payable({ roundingAmountMinor: -34n }, 1234n)).toMatchObject({ roundingMinor: -34n, payableMinor: 1200n });
  });

  it.each<[PayableInput, bigint, string]>([
    [{ prepaidMinor: -1n }, 100n, 'prepaidMinor'],
    [{ prepaidMinor: 101n }, 100n, 'prepaidMinor'],
    [{ roundingIncrementMinor: -5n }, 100n, 'roundingIncrementMinor'],
    [{ roundingIncrementMinor: 5n, roundingAmountMinor: 1n }, 100n, 'roundingAmountMinor'],
    [{ roundingAmountMinor: -101n }, 100n, 'roundingAmountMinor'],
  ])('refuses %o of %d', (input, restMinor, field) => {
    expect(() => payable(input, restMinor)).toThrow(expect.objectContaining({ reason: 'INVALID_ARGUMENT', field }));
  });

  it('refuses that less than nothing is left, unless it is asked for', () => {
    expect(() => payable({}, -1n)).toThrow('the retained taxes must not exceed the total');
    expect(payable({ prepaidMinor: 150n }, 100n, true).payableMinor).toBe(-50n);
    expect(payable({ prepaidMinor: -30n }, -100n, true).payableMinor).toBe(-70n);
  });

  it('has parts that sum to the whole, and rounds by half an increment at most, without flipping a sign', () => {
    const amounts = fc.bigInt({ min: -10_000n, max: 10_000n });
    fc.assert(
      fc.property(amounts, amounts, fc.bigInt({ min: 1n, max: 500n }), (restMinor, prepaidMinor, increment) => {
        const result = payable({ prepaidMinor, roundingIncrementMinor: increment }, restMinor, true);
        const exactMinor = restMinor - prepaidMinor;
        expect(exactMinor + result.roundingMinor).toBe(result.payableMinor);
        expect(result.payableMinor % increment).toBe(0n);
        const off = result.roundingMinor < 0n ? -result.roundingMinor : result.roundingMinor;
        expect(2n * off <= increment).toBe(true);
        expect(result.payableMinor === 0n || result.payableMinor > 0n === exactMinor > 0n).toBe(true);
      }),
    );
  });
});
