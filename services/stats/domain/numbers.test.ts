import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Amounts, addAmounts, convertAmounts, NO_AMOUNTS, type Sum } from './numbers.ts';

const number = fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n });
const sum: fc.Arbitrary<Sum> = fc.record({
  count: number,
  totalMinor: number,
  dueMinor: number,
  paidMinor: number,
  creditedMinor: number,
  writtenOffMinor: number,
});
const amounts: fc.Arbitrary<Amounts> = fc.record({
  groups: fc.record({ draft: sum, unpaid: sum, overdue: sum, paid: sum, voided: sum, uncollectible: sum }),
  credited: fc.record({ count: number, totalMinor: number, taxMinor: number }),
  paidThisMonthMinor: number,
});

describe('amounts', () => {
  test('added to nothing stay the same, and their order does not matter', () => {
    fc.assert(
      fc.property(amounts, amounts, (one, other) => {
        expect(addAmounts(NO_AMOUNTS, one)).toEqual(one);
        expect(addAmounts(one, other)).toEqual(addAmounts(other, one));
      }),
    );
  });

  test('are added up one by one', () => {
    fc.assert(
      fc.property(amounts, (one) => {
        // Adding the numbers to themselves doubles every one of them, so none is left out.
        const double = (value: unknown): unknown => {
          if (typeof value === 'bigint') return 2n * value;
          if (Array.isArray(value)) return value.map(double);
          return Object.fromEntries(Object.entries(value as object).map(([name, part]) => [name, double(part)]));
        };
        expect(addAmounts(one, one)).toEqual(double(one));
      }),
    );
  });

  test('are converted each by itself, and counts kept, none left out', () => {
    fc.assert(
      fc.property(amounts, (one) => {
        const negated = (value: unknown, name = ''): unknown => {
          if (typeof value === 'bigint') return name === 'count' ? value : -value;
          return Object.fromEntries(Object.entries(value as object).map(([key, part]) => [key, negated(part, key)]));
        };
        expect(convertAmounts(one, (amountMinor) => -amountMinor)).toEqual(negated(one));
      }),
    );
  });
});
