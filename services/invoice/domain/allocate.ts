import { sum } from './amount.ts';
import { divideHalfAwayFromZero } from './decimal.ts';

/**
 * Rounds the shares `numerators[i] / denominator` to whole units that sum to `total` (largest remainder method): each
 * share is rounded, and when their sum is not the total, units are added to or taken from the shares that are nearest
 * to the next whole unit. Every part is its exact share rounded up or down, so no part changes its sign, and a share of
 * at most n units gets at most n. Of equal remainders the earlier one gets the unit, so pass the shares in an order
 * that does not depend on the input's.
 *
 * Assumes a positive `denominator`, and that `total` is the exact sum of the shares rounded to a neighbouring whole
 * number, half away from zero at most. Throws RangeError when no rounding of the shares up or down sums to `total`.
 */
export function allocate(total: bigint, numerators: readonly bigint[], denominator: bigint): bigint[] {
  const parts = numerators.map((numerator) => divideHalfAwayFromZero(numerator, denominator));
  const missing = total - sum(parts);
  const unit = missing < 0n ? -1n : 1n;
  // Remainders are taken in the direction of the missing units, so that one order serves surplus and deficit alike.
  const candidates = numerators
    .map((numerator, index) => ({
      index,
      remainder: unit * (numerator - (parts[index] ?? 0n) * denominator),
      grows: unit * numerator > 0n,
    }))
    .filter(({ remainder }) => remainder > 0n)
    .sort((a, b) => compareBigints(b.remainder, a.remainder) || comparePlaces(a, b));
  const count = missing * unit;
  if (count > BigInt(candidates.length)) throw new RangeError('the total is not the rounded sum of the shares');
  for (const { index } of candidates.slice(0, Number(count))) parts[index] = (parts[index] ?? 0n) + unit;
  return parts;
}

/** A share whose part may change by a unit; away from zero when it grows. */
interface Place {
  readonly index: number;
  readonly grows: boolean;
}

/** The earlier share gets a unit, and the later one loses it. */
function comparePlaces(one: Place, other: Place): number {
  if (one.grows !== other.grows) return one.grows ? -1 : 1;
  return one.grows ? one.index - other.index : other.index - one.index;
}

function compareBigints(one: bigint, other: bigint): number {
  return one < other ? -1 : Number(one > other);
}

/**
 * Spreads `total` in proportion to the weights, in whole units that sum to it; see {@link allocate}. When the weights sum to
 * zero there is no proportion: all parts are zero, which is right for a total of zero only.
 */
export function spread(total: bigint, weights: readonly bigint[]): bigint[] {
  const whole = sum(weights);
  if (whole === 0n) return weights.map(() => 0n);
  const sign = whole < 0n ? -1n : 1n;
  return allocate(
    total,
    weights.map((weight) => sign * weight * total),
    sign * whole,
  );
}

/** `amount` x `part` / `whole`, rounded half away from zero; zero of a whole of zero. */
export function share(amount: bigint, part: bigint, whole: bigint): bigint {
  if (whole === 0n) return 0n;
  const sign = whole < 0n ? -1n : 1n;
  return divideHalfAwayFromZero(sign * amount * part, sign * whole);
}
