import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allocate } from './allocate.ts';

/** Shares of both signs over one denominator, and their sum rounded half away from zero. */
const allocations = fc
  .record({
    numerators: fc.array(fc.bigInt({ min: -1_000_000n, max: 1_000_000n }), { maxLength: 12 }),
    denominator: fc.bigInt({ min: 1n, max: 1000n }),
  })
  .map(({ numerators, denominator }) => {
    const exact = numerators.reduce((sum, numerator) => sum + numerator, 0n);
    const magnitude = (2n * (exact < 0n ? -exact : exact) + denominator) / (2n * denominator);
    return { numerators, denominator, total: exact < 0n ? -magnitude : magnitude };
  });

describe('allocate', () => {
  it('gives the odd unit to the largest remainder', () => {
    expect(allocate(10n, [16n, 17n, 67n], 10n)).toEqual([1n, 2n, 7n]);
  });

  it('gives the odd unit to the earliest of equal remainders', () => {
    expect(allocate(100n, [100n, 100n, 100n], 3n)).toEqual([34n, 33n, 33n]);
    expect(allocate(-100n, [-100n, -100n, -100n], 3n)).toEqual([-34n, -33n, -33n]);
  });

  it('allocates nothing to nobody', () => {
    expect(allocate(0n, [], 100n)).toEqual([]);
  });

  it('refuses a total that is not the rounded sum', () => {
    expect(() => allocate(3n, [10n, 10n], 10n)).toThrow(RangeError);
  });

  it('makes parts that sum to the whole', () => {
    fc.assert(
      fc.property(allocations, ({ total, numerators, denominator }) => {
        const parts = allocate(total, numerators, denominator);
        expect(parts.reduce((sum, part) => sum + part, 0n)).toBe(total);
      }),
    );
  });

  it('makes every part its exact share rounded up or down, without flipping a sign', () => {
    fc.assert(
      fc.property(allocations, ({ total, numerators, denominator }) => {
        for (const [index, part] of allocate(total, numerators, denominator).entries()) {
          const numerator = numerators[index] ?? 0n;
          const off = part * denominator - numerator;
          expect(off < denominator && off > -denominator).toBe(true);
          expect(part === 0n || part > 0n === numerator > 0n).toBe(true);
        }
      }),
    );
  });

  it('treats a discount and its reversal alike', () => {
    fc.assert(
      fc.property(allocations, ({ total, numerators, denominator }) => {
        const reversed = allocate(
          -total,
          numerators.map((numerator) => -numerator),
          denominator,
        );
        expect(reversed).toEqual(allocate(total, numerators, denominator).map((part) => -part));
      }),
    );
  });
});
