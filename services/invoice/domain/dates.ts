import { addDays, daysBetween, isLocalDate } from '../../../runtime/calendar.ts';
import { invalid } from './rule-violation.ts';

/** The dates of an invoice as given: `YYYY-MM-DD`, the issue date empty while it is left open. */
export type InvoiceDates = { readonly issueDate: string; readonly dueDate: string };

/** Throws INVALID_ARGUMENT naming `field` unless the text is a day that exists, as `YYYY-MM-DD`. */
export function checkDate(text: string, field: string): void {
  if (isLocalDate(text)) return;
  throw invalid(field, 'must be a date that exists, as YYYY-MM-DD');
}

/**
 * Checks that both dates exist and that the due date is not before the issue date. An issue date left open cannot
 * contradict the due date: it becomes the day of sending, on which a late draft may be overdue already.
 * Throws INVALID_ARGUMENT naming the field.
 */
export function checkInvoiceDates(dates: InvoiceDates): void {
  checkDate(dates.dueDate, 'dueDate');
  if (dates.issueDate === '') return;
  checkDate(dates.issueDate, 'issueDate');
  if (dates.dueDate >= dates.issueDate) return;
  throw invalid('dueDate', 'must not be before issueDate');
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
