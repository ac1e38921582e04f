import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addNumbers, convertAmounts, NO_NUMBERS, type Numbers, type Sum } from './numbers.ts';

const number = fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n });
const sum: fc.Arbitrary<Sum> = fc.record({
  count: number,
  totalMinor: number,
  dueMinor: number,
  paidMinor: number,
  creditedMinor: number,
  writtenOffMinor: number,
});
const numbers: fc.Arbitrary<Numbers> = fc.record({
  groups: fc.record({ draft: sum, unpaid: sum, overdue: sum, paid: sum, voided: sum, uncollectible: sum }),
  ageing: fc.tuple(sum, sum, sum, sum),
  credited: fc.record({ count: number, totalMinor: number, taxMinor: number }),
  paidThisMonthMinor: number,
  paidCount: number,
  daysToPay: number,
});

describe('numbers', () => {
  test('added to nothing stay the same, and their order does not matter', () => {
    fc.assert(
      fc.property(numbers, numbers, (one, other) => {
        expect(addNumbers(NO_NUMBERS, one)).toEqual(one);
        expect(addNumbers(one, other)).toEqual(addNumbers(other, one));
      }),
    );
  });

  test('are added up one by one', () => {
    fc.assert(
      fc.property(numbers, (one) => {
        // Twice every number is what every number added to itself is, none left out.
        const double = (value: unknown): unknown => {
          if (typeof value === 'bigint') return 2n * value;
          if (Array.isArray(value)) return value.map(double);
          return Object.fromEntries(Object.entries(value as object).map(([name, part]) => [name, double(part)]));
        };
        expect(addNumbers(one, one)).toEqual(double(one));
      }),
    );
  });

  test('have each amount converted by itself and their counts kept, none left out', () => {
    fc.assert(
      fc.property(numbers, ({ groups, credited, paidThisMonthMinor }) => {
        const amounts = { groups, credited, paidThisMonthMinor };
        const negated = (value: unknown, name = ''): unknown => {
          if (typeof value === 'bigint') return name === 'count' ? value : -value;
          return Object.fromEntries(Object.entries(value as object).map(([key, part]) => [key, negated(part, key)]));
        };
        expect(convertAmounts(amounts, (amountMinor) => -amountMinor)).toEqual(negated(amounts));
      }),
    );
  });
});
