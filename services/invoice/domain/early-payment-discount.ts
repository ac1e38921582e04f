import { addDays } from '../../../runtime/calendar.ts';
import { type PayableInvoice, type Settlement, take } from './balance.ts';
import { percentOf, rescaleDecimal } from './decimal.ts';
import { parsePercent } from './percent.ts';
import { invalid } from './rule-violation.ts';

/** The early-payment discount that an invoice offers. */
export type EarlyDiscount = {
  /** An exact decimal above 0 and below 100. */
  readonly percent: string;
  /** Its last day, `YYYY-MM-DD`. */
  readonly lastDate: string;
};

/** What the discount of an invoice depends on. */
export type DiscountableInvoice = Pick<PayableInvoice, 'payableMinor' | 'paidMinor' | 'creditedMinor'> & {
  /** What was granted of it so far. */
  readonly earlyDiscountMinor: bigint;
  readonly instalments: { readonly length: number };
};

/** Throws INVALID_ARGUMENT naming the field when one part of a discount is left out: only an empty one has neither. */
export function checkEarlyDiscount({ percent, days }: { readonly percent: string; readonly days: number }): void {
  if (percent === '') throw invalid('earlyPaymentDiscount.percent', 'must be given with the number of days');
  if (days === 0) throw invalid('earlyPaymentDiscount.days', 'must be given with the percentage');
}

/** The last day of a discount on an invoice that is issued on the day `issueDate`; undefined after the year 9999. */
export function lastDiscountDate(issueDate: string, days: number): string | undefined {
  return addDays(issueDate, days);
}

/** What is to be paid of an amount less the discount, which is rounded half away from zero. */
export function discounted(amountMinor: bigint, percent: string): bigint {
  const exact = percentOf({ coefficient: amountMinor, scale: 0 }, parsePercent(percent, 'percent'));
  return amountMinor - rescaleDecimal(exact, 0).coefficient;
}

/**
 * What is still to be paid by the last day: the discounted amount less what was paid. What was credited or written off
 * is not discounted. An instalment plan takes the place of the discount.
 */
export function calculateEarlyDue(invoice: DiscountableInvoice, { percent }: Pick<EarlyDiscount, 'percent'>): bigint {
  const wholeMinor = discountableOf(invoice);
  const earlyMinor = invoice.instalments.length > 0 ? wholeMinor : discounted(wholeMinor, percent);
  return earlyMinor > invoice.paidMinor ? earlyMinor - invoice.paidMinor : 0n;
}

/**
 * The invoice once the discount has settled what `outcome`, a payment or credit note of it, leaves due. Undefined unless
 * something is left, and what was paid by the last day of the discount, `earlyPaidMinor` with this payment, comes to the
 * discounted amount.
 */
export function grantDiscount(
  invoice: PayableInvoice & DiscountableInvoice,
  { percent }: EarlyDiscount,
  outcome: Settlement,
  earlyPaidMinor: bigint,
): Settlement | undefined {
  if (outcome.dueMinor === 0n || invoice.instalments.length > 0) return undefined;
  const after = { ...invoice, ...outcome };
  if (earlyPaidMinor < discounted(discountableOf(after), percent)) return undefined;
  return take(after, 'EARLY_PAYMENT_DISCOUNT', outcome.dueMinor);
}

/** What the percentage is taken of: all that is to be paid, except what was taken off otherwise. */
function discountableOf({ payableMinor, creditedMinor, earlyDiscountMinor }: DiscountableInvoice): bigint {
  return payableMinor - (creditedMinor - earlyDiscountMinor);
}
