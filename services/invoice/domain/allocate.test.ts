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

  it('gives shares of both signs what is nearest to them', () => {
    expect(allocate(1_124n, [1_249_875n, -125_625n], 1_000n)).toEqual([1_250n, -126n]);
  });

  it('is as cutting each share and giving the missing units to the largest remainders, where all have one sign', () => {
    const positive = allocations.map(({ numerators, denominator }) => {
      const shares = numerators.map((numerator) => (numerator < 0n ? -numerator : numerator) % (3n * denominator));
      const exact = shares.reduce((sum, share) => sum + share, 0n);
      return { shares, denominator, total: (2n * exact + denominator) / (2n * denominator) };
    });
    fc.assert(
      fc.property(positive, ({ shares, denominator, total }) => {
        const parts = shares.map((share) => share / denominator);
        const missing = Number(total - parts.reduce((sum, part) => sum + part, 0n));
        const order = [...shares.keys()].sort((a, b) =>
          Number(((shares[b] ?? 0n) % denominator) - ((shares[a] ?? 0n) % denominator)),
        );
        for (const index of order.slice(0, missing)) parts[index] = (parts[index] ?? 0n) + 1n;
        expect(allocate(total, shares, denominator)).toEqual(parts);
      }),
    );
  });

  it('leaves no part that could be nearer to its share, a unit given to another', () => {
    fc.assert(
      fc.property(allocations, ({ total, numerators, denominator }) => {
        const off = allocate(total, numerators, denominator).map(
          (part, index) => part * denominator - (numerators[index] ?? 0n),
        );
        const spread =
          off.reduce((most, one) => (one > most ? one : most), 0n) -
          off.reduce((least, one) => (one < least ? one : least), 0n);
        expect(spread <= denominator).toBe(true);
      }),
    );
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
