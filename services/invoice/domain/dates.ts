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
  throw invalid(field, 'must be a date that exists, as YYYY-MM-DD');
}

/**
 * Checks that all dates exist, that the due date is not before the issue date and that a period does not end before it begins. An
 * issue date left open cannot contradict the due date: it becomes the day of sending, on which a late draft may be overdue already.
 * Throws INVALID_ARGUMENT naming the field.
 */
export function checkInvoiceDates(dates: InvoiceDates): void {
  checkDate(dates.dueDate, 'dueDate');
  for (const name of OPTIONAL_DATES) {
    if (dates[name] !== '') checkDate(dates[name], name);
  }
  // What is left open comes before every day.
  if (dates.dueDate < dates.issueDate) throw invalid('dueDate', 'must not be before issueDate');
  if (dates.periodEndDate === '' || dates.periodEndDate >= dates.periodStartDate) return;
  throw invalid('periodEndDate', 'must not be before periodStartDate');
}

/**
 * The due date of a copy that is issued on the day `today`: as many days after it as the invoice is due after its issue
 * date, and none when that was left open and has passed by now.
 */
export function shiftDueDate(
  invoice: { readonly issueDate: string | null; readonly dueDate: string },
  today: string,
): string {
  if (invoice.issueDate === null) return invoice.dueDate > today ? invoice.dueDate : today;
  return addDays(today, daysBetween(invoice.issueDate, invoice.dueDate)) ?? invoice.dueDate;
}
