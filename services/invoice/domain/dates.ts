import { addDays, daysBetween, isLocalDate } from '../../../runtime/calendar.ts';
import { invalid } from './rule-violation.ts';

/** The dates of an invoice as given: `YYYY-MM-DD`, all but the due date empty while they are left open. */
export type InvoiceDates = {
  readonly issueDate: string;
  readonly dueDate: string;
  readonly deliveryDate: string;
  readonly periodStartDate: string;
  readonly periodEndDate: string;
};

const OPTIONAL_DATES = ['issueDate', 'deliveryDate', 'periodStartDate', 'periodEndDate'] as const;

/** Throws INVALID_ARGUMENT naming `field` unless the text is a day that exists, as `YYYY-MM-DD`. */
export function checkDate(text: string, field: string): void {
  if (isLocalDate(text)) return;
  throw invalid(field, 'must be a valid date, YYYY-MM-DD');
}

/**
 * Checks that all dates exist, that the due date is not before the issue date and that a period does not end before it begins. An
 * issue date left open cannot contradict the due date: it becomes the day of opening, on which a late draft may be
 * overdue already. Throws INVALID_ARGUMENT naming the field.
 */
export function checkInvoiceDates(dates: InvoiceDates): void {
  checkDate(dates.dueDate, 'dueDate');
  for (const name of OPTIONAL_DATES) {
    if (dates[name] !== '') checkDate(dates[name], name);
  }
  // A date left open, the empty text, sorts before every day.
  if (dates.dueDate < dates.issueDate) throw invalid('dueDate', 'must not be before the issue date');
  if (dates.periodEndDate === '' || dates.periodEndDate >= dates.periodStartDate) return;
  throw invalid('periodEndDate', 'must not be before the first day of the period');
}

/**
 * When an invoice is due, as given: a date, or how many days after its issue date. Either may be left out. And until
 * when there is a discount for paying early, if any.
 */
export type PaymentTerm = Pick<InvoiceDates, 'issueDate' | 'dueDate'> & {
  readonly dueDays?: number | undefined;
  readonly earlyPaymentDiscount?: { readonly days: number } | undefined;
};

/**
 * The due date of an invoice; one that leaves its issue date open is issued on the day `today`. Throws INVALID_ARGUMENT
 * naming the field when there is no due date, or when it is not the one that the days lead to, or when there is a
 * discount whose last day is after it.
 */
export function settleDueDate(term: PaymentTerm, today: string): string {
  const settled = dueDateOf(term, today);
  checkDiscountDays(term, settled);
  return settled;
}

function dueDateOf({ issueDate, dueDate, dueDays }: PaymentTerm, today: string): string {
  if (dueDays === undefined) {
    if (dueDate === '') throw invalid('dueDate', 'must be given, unless the number of days is given');
    return dueDate;
  }
  if (issueDate !== '') checkDate(issueDate, 'issueDate');
  const settled = addDays(issueDate === '' ? today : issueDate, dueDays);
  if (settled === undefined) throw invalid('dueDays', 'must not lead to a date after the year 9999');
  if (dueDate !== '' && dueDate !== settled) {
    throw invalid(
      'dueDate',
      `must be left out when the number of days is given, or be ${settled}, the date that this leads to`,
    );
  }
  return settled;
}

/**
 * Checks that the last day of the discount will not be after the due date, whenever the invoice is opened. So while the
 * issue date, from which it counts, is open, the due date must count from it as well.
 */
function checkDiscountDays({ issueDate, dueDays, earlyPaymentDiscount }: PaymentTerm, dueDate: string): void {
  if (earlyPaymentDiscount === undefined) return;
  if (dueDays === undefined) {
    if (issueDate === '') throw invalid('earlyPaymentDiscount', 'needs the issue date, or the days until the due date');
    checkDate(issueDate, 'issueDate');
    checkDate(dueDate, 'dueDate');
  }
  if (isWithinTerm(earlyPaymentDiscount.days, { issueDate, dueDate, dueDays })) return;
  throw invalid('earlyPaymentDiscount.days', 'must not lead to a day after the due date');
}

/**
 * Whether so many days after the issue date is not after the due date, whatever day the invoice is opened on. False
 * while that is open, and when one of the dates does not exist.
 */
export function isWithinTerm(days: number, { issueDate, dueDate, dueDays }: PaymentTerm): boolean {
  if (dueDays !== undefined) return days <= dueDays;
  return isLocalDate(issueDate) && isLocalDate(dueDate) && days <= daysBetween(issueDate, dueDate);
}

/**
 * The term of a draft that is changed from `before` to `after`: what was given last holds. A due date that is not
 * changed is calculated from the days. A due date that is changed without the days removes them.
 */
export function changedTerm<Term extends PaymentTerm>(before: PaymentTerm, after: Term): Term {
  if (after.dueDays === undefined) return after;
  if (after.dueDate === before.dueDate) return { ...after, dueDate: '' };
  const isDateAlone = after.dueDate !== '' && after.dueDays === before.dueDays;
  return isDateAlone ? { ...after, dueDays: undefined } : after;
}

/** The due date of a draft that is opened with this issue date. */
export function dueDateOnOpening(
  draft: { readonly dueDate: string; readonly dueDays: number | null },
  issueDate: string,
): string {
  return (draft.dueDays === null ? undefined : addDays(issueDate, draft.dueDays)) ?? draft.dueDate;
}

/**
 * The payment term of a copy whose issue date is left open. That of an invoice with a discount is kept in days, since
 * the discount counts in days as well.
 */
export function termOfCopy(invoice: {
  readonly issueDate: string | null;
  readonly dueDate: string;
  readonly dueDays: number | null;
  readonly earlyDiscountDays: number | null;
}): number | null {
  const { issueDate, dueDate, dueDays, earlyDiscountDays } = invoice;
  if (earlyDiscountDays === null || issueDate === null) return dueDays;
  return dueDays ?? daysBetween(issueDate, dueDate);
}

/**
 * The due date of a copy that is issued on the day `today`: as many days after it as the invoice is due after its issue
 * date. When the issue date was left open, it is the invoice's due date, or `today` when that has passed.
 */
export function shiftDueDate(
  invoice: { readonly issueDate: string | null; readonly dueDate: string; readonly dueDays: number | null },
  today: string,
): string {
  if (invoice.dueDays !== null) return dueDateOnOpening(invoice, today);
  if (invoice.issueDate === null) return invoice.dueDate > today ? invoice.dueDate : today;
  return addDays(today, daysBetween(invoice.issueDate, invoice.dueDate)) ?? invoice.dueDate;
}
