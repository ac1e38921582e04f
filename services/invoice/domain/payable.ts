import type { Currency } from '../../../runtime/currency.ts';
import { bounded } from './amount.ts';
import { formatMinor } from './currency.ts';
import { divideHalfAwayFromZero } from './decimal.ts';
import { invalid, RuleViolation } from './rule-violation.ts';

/** What makes the difference between the total of an invoice and its payable amount. */
export type PayableInput = {
  /** Paid before the invoice was made, and not recorded as payments (BT-113). None when absent. */
  readonly prepaidMinor?: bigint | undefined;
  /** The payable amount is rounded to a multiple of this many minor units, e.g. 5; not when absent or 0. */
  readonly roundingIncrementMinor?: bigint | undefined;
  /** The rounding as an amount, in place of an increment (BT-114); none when absent or 0. */
  readonly roundingAmountMinor?: bigint | undefined;
};

/** The payable amount, in minor units: `payableMinor = total - retained - prepaidMinor + roundingMinor`. */
export type Payable = {
  readonly prepaidMinor: bigint;
  readonly roundingIncrementMinor: bigint;
  readonly roundingAmountMinor: bigint;
  /** What rounding adds or takes off. */
  readonly roundingMinor: bigint;
  readonly payableMinor: bigint;
};

/**
 * Calculates the payable amount from `restMinor`, the total less retained taxes (EN 16931, BR-CO-16). Rounding is half
 * away from zero. Throws INVALID_ARGUMENT naming the field; unless `allowNegative`, also for a negative prepaid amount,
 * and for whatever makes the payable amount negative: retained taxes, the prepaid amount or the rounding.
 */
export function calculatePayable(
  input: PayableInput,
  restMinor: bigint,
  currency: Currency,
  allowNegative: boolean,
): Payable {
  const prepaidMinor = bounded(input.prepaidMinor ?? 0n, 'amount', 'prepaidMinor');
  const roundingAmountMinor = bounded(input.roundingAmountMinor ?? 0n, 'amount', 'roundingAmountMinor');
  const roundingIncrementMinor = bounded(input.roundingIncrementMinor ?? 0n, 'amount', 'roundingIncrementMinor');
  if (roundingIncrementMinor < 0n) throw invalid('roundingIncrementMinor', 'must not be negative');
  if (roundingIncrementMinor !== 0n && roundingAmountMinor !== 0n) {
    throw invalid('roundingAmountMinor', 'must not be given together with a rounding increment');
  }
  if (prepaidMinor < 0n && !allowNegative) throw invalid('prepaidMinor', 'must not be negative');

  const exactMinor = bounded(restMinor - prepaidMinor, 'amount to be paid');
  const roundingMinor =
    roundingIncrementMinor === 0n ? roundingAmountMinor : roundTo(exactMinor, roundingIncrementMinor) - exactMinor;
  const payableMinor = bounded(exactMinor + roundingMinor, 'amount to be paid');
  if (!allowNegative && payableMinor < 0n) throw negativePayable(restMinor, prepaidMinor, currency);
  return { prepaidMinor, roundingIncrementMinor, roundingAmountMinor, roundingMinor, payableMinor };
}

function negativePayable(restMinor: bigint, prepaidMinor: bigint, currency: Currency): RuleViolation {
  if (restMinor < 0n) return new RuleViolation('INVALID_ARGUMENT', 'the retained taxes must not exceed the total');
  if (prepaidMinor <= restMinor) {
    return invalid('roundingAmountMinor', 'must not make the amount to be paid negative');
  }
  return invalid('prepaidMinor', `must be at most the total less retained taxes: ${formatMinor(restMinor, currency)}`);
}

function roundTo(amountMinor: bigint, incrementMinor: bigint): bigint {
  return divideHalfAwayFromZero(amountMinor, incrementMinor) * incrementMinor;
}
