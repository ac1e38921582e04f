import { invalid, RuleViolation } from './rule-violation.ts';

/**
 * No amount of an invoice exceeds this many minor units, in either direction. Small enough to be exact in a JavaScript
 * number, and for thousands of invoices to be summed in an int64.
 */
export const AMOUNT_MINOR_MAX = 999_999_999_999_999n;

/** The amount itself; throws AMOUNT_TOO_LARGE when it exceeds {@link AMOUNT_MINOR_MAX}, naming `field` if given. */
export function bounded(amountMinor: bigint, what: string, field?: string): bigint {
  if (amountMinor <= AMOUNT_MINOR_MAX && amountMinor >= -AMOUNT_MINOR_MAX) return amountMinor;
  throw new RuleViolation('AMOUNT_TOO_LARGE', `the ${what} must not exceed ${AMOUNT_MINOR_MAX} minor units`, { field });
}

/** The sum of the amounts; zero for none. */
export function sum(amounts: readonly bigint[]): bigint {
  return amounts.reduce((total, amount) => total + amount, 0n);
}

/**
 * Throws INVALID_ARGUMENT naming `field` unless the discount lies between zero and the amount that it is taken off, which
 * may be negative: a discount never turns a charge into a refund or the other way round.
 */
export function checkDiscount(discountMinor: bigint, wholeMinor: bigint, field: string): void {
  if (isWithin(discountMinor, wholeMinor)) return;
  const problem = `must be between 0 and ${wholeMinor} minor units, the amount that it is taken off`;
  throw invalid(field, problem);
}

/** Throws INVALID_ARGUMENT naming `field` when a percentage and an amount are given for one and the same thing. */
export function checkEither(percent: { readonly coefficient: bigint }, amountMinor: bigint, field: string): void {
  if (percent.coefficient === 0n || amountMinor === 0n) return;
  throw invalid(field, 'must not be given together with a percentage');
}

/** Whether a part lies between nothing and the whole, which may be negative. */
export function isWithin(part: bigint, whole: bigint): boolean {
  const [low, high] = whole < 0n ? [whole, 0n] : [0n, whole];
  return part >= low && part <= high;
}
