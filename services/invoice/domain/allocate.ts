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
