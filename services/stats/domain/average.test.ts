import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { averageOf } from './average.ts';

describe('an average', () => {
  test.each([
    [0n, 3n, '0.0'],
    [30n, 1n, '30.0'],
    [100n, 3n, '33.3'],
    [200n, 3n, '66.7'],
    [1n, 4n, '0.3'], // 0.25
    [-1n, 4n, '-0.3'],
    [1n, 20n, '0.1'], // 0.05
    [-1n, 20n, '-0.1'],
    [-1n, 21n, '0.0'],
    [-7n, 2n, '-3.5'],
  ])('of %s days over %s invoices is %s', (sum, count, expected) => {
    expect(averageOf(sum, count)).toBe(expected);
  });

  test('is never further from the exact value than half of its last place, and away from zero in the middle', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }),
        fc.bigInt({ min: 1n, max: 10n ** 9n }),
        (sum, count) => {
          const text = averageOf(sum, count);
          expect(text).toMatch(/^-?\d+\.\d$/);
          const tenths = BigInt(text.replace('.', ''));
          // In twentieths of the count: the exact value is 20 * sum, a tenth 2 * count.
          const error = 2n * count * tenths - 20n * sum;
          const size = error < 0n ? -error : error;
          expect(size <= count).toBe(true);
          if (size === count) expect(error > 0n).toBe(sum > 0n);
        },
      ),
    );
  });

  test('over nothing does not exist', () => {
    expect(() => averageOf(1n, 0n)).toThrow(RangeError);
  });
});
