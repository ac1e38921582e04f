import type { Currency } from '../../../runtime/currency.ts';
import { bounded, checkEither } from './amount.ts';
import { decimalFromMinor, minorUnits } from './currency.ts';
import { formatDecimal, percentOf } from './decimal.ts';
import { parsePercent } from './percent.ts';

/** An allowance or charge as it is asked for (EN 16931 BG-20, BG-21, BG-27, BG-28): an amount, or a share of a base. */
export type AllowanceChargeInput = {
  /** May be negative, which undoes an earlier one. Zero when a percentage is given. */
  readonly amountMinor?: bigint | undefined;
  /** 0 to 100 with at most 6 decimal places. No percentage when absent, empty or 0. */
  readonly percent?: string | undefined;
  /** What the percentage is of; the amount before allowances and charges when absent or 0. */
  readonly baseMinor?: bigint | undefined;
};

/** The same in the form to store, with the resulting amount. */
export type CalculatedAllowanceCharge = {
  readonly amountMinor: bigint;
  readonly percent: string;
  readonly baseMinor: bigint;
  /** The amount that is taken off or added, rounded separately; it contains tax when the prices do. */
  readonly calculatedMinor: bigint;
};

/**
 * Calculates one allowance or charge; `wholeMinor` is the base of a percentage without one of its own.
 * Throws INVALID_ARGUMENT or AMOUNT_TOO_LARGE naming the field below `path`.
 */
export function calculateAllowanceCharge(
  input: AllowanceChargeInput,
  wholeMinor: bigint,
  currency: Currency,
  path: string,
): CalculatedAllowanceCharge {
  const percent = parsePercent(input.percent, `${path}.percent`);
  const amountMinor = bounded(input.amountMinor ?? 0n, 'amount', `${path}.amountMinor`);
  const baseMinor = bounded(input.baseMinor ?? 0n, 'base', `${path}.baseMinor`);
  checkEither(percent, amountMinor, `${path}.amountMinor`);
  const base = decimalFromMinor(baseMinor === 0n ? wholeMinor : baseMinor, currency);
  const shareMinor = minorUnits(percentOf(base, percent), currency);
  return {
    amountMinor,
    percent: formatDecimal(percent),
    baseMinor,
    calculatedMinor: percent.coefficient === 0n ? amountMinor : shareMinor,
  };
}
