/**
 * The average as a decimal with exactly one decimal place, rounded once, half away from zero: 1 day over 4 invoices is `0.3`,
 * -1 day over 4 is `-0.3`. Never `-0.0`. Throws RangeError unless `count` is above 0.
 */
export function averageOf(sum: bigint, count: bigint): string {
  if (count <= 0n) throw new RangeError('an average needs something to be over');
  const magnitude = sum < 0n ? -sum : sum;
  const tenths = (20n * magnitude + count) / (2n * count);
  const sign = sum < 0n && tenths > 0n ? '-' : '';
  return `${sign}${tenths / 10n}.${tenths % 10n}`;
}
