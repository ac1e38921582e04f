import { divideHalfAwayFromZero } from './decimal.ts';

/**
 * Rounds the shares `numerators[i] / denominator` to whole units that sum to `total` (largest remainder method): each
 * share is cut towards zero, then the missing units go one each to the shares that lost the most. Every part is its
 * exact share rounded up or down, so no part changes its sign, and a share of at most n units gets at most n. Of equal
 * remainders the earlier one wins, so pass the shares in an order that does not depend on the input's.
 *
 * Assumes a positive `denominator` and that `total` is the exact sum of the shares rounded to a neighbouring whole
 * number, half away from zero at most; throws RangeError otherwise.
 */
export function allocate(total: bigint, numerators: readonly bigint[], denominator: bigint): bigint[] {
  const parts = numerators.map((numerator) => numerator / denominator);
  const missing = total - parts.reduce((sum, part) => sum + part, 0n);
  const unit = missing < 0n ? -1n : 1n;
  // Remainders are taken in the direction of what is missing, so that one order serves surplus and deficit alike.
  const candidates = numerators
    .map((numerator, index) => ({ index, remainder: unit * (numerator % denominator) }))
    .filter(({ remainder }) => remainder > 0n)
    .sort((a, b) => (a.remainder === b.remainder ? a.index - b.index : a.remainder > b.remainder ? -1 : 1));
  const count = missing * unit;
  if (count > BigInt(candidates.length)) throw new RangeError('the total is not the rounded sum of the shares');
  for (const { index } of candidates.slice(0, Number(count))) parts[index] = (parts[index] ?? 0n) + unit;
  return parts;
}

/**
 * Spreads `total` in proportion to the weights, in whole units that sum to it; see {@link allocate}. When the weights sum to
 * zero there is no proportion: all parts are zero, which is right for a total of zero only.
 */
export function spread(total: bigint, weights: readonly bigint[]): bigint[] {
  const whole = weights.reduce((sum, weight) => sum + weight, 0n);
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
