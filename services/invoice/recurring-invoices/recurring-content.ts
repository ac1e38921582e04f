import {
  type RecurringInvoice,
  RecurringInvoice_CatchUp,
  RecurringInvoice_Frequency,
  RecurringInvoice_Mode,
  RecurringInvoice_Period,
} from '../../../gen/numer/invoice/v1/recurring_invoice_pb.ts';
import { localInstant } from '../../../runtime/calendar.ts';
import type { Call } from '../../../runtime/call/call.ts';
import { invalidField } from '../../../runtime/call/errors.ts';
import type { Deps } from '../deps.ts';
import { CATCH_UPS, RECURRING_MODES } from '../domain/recurrence.ts';
import { checkSchedule, FREQUENCIES, PERIODS, type Schedule } from '../domain/schedule.ts';
import { applyRules } from '../rule-errors.ts';
import type { RecurringRow } from '../store/recurring-schema.ts';
import { completeTemplate } from './invoice-template.ts';

/** The field of a request that holds a recurring invoice, with the dot before the fields within it. */
export const RECURRING_PREFIX = 'recurring_invoice.';

/** What people write in a recurring invoice. */
export type RecurringContent = Pick<
  RecurringRow,
  'customerId' | 'customerName' | 'invoice' | 'dueDays' | 'mode' | 'catchUp' | 'period' | keyof Schedule
>;

/**
 * The content that the recurring invoice asks for, with all amounts; `before` is the recurring invoice so far. Assumes
 * that it is valid by its schema, apart from its invoice.
 *
 * @throws DomainError INVALID_ARGUMENT, CUSTOMER_NOT_FOUND, NUMBER_SERIES_NOT_FOUND, AMOUNT_TOO_LARGE or NEGATIVE_TOTAL.
 */
export async function recurringContent(
  deps: Deps,
  call: Call,
  recurring: RecurringInvoice,
  before: RecurringRow | undefined,
): Promise<RecurringContent> {
  const schedule = scheduleGiven(recurring);
  applyRules(RECURRING_PREFIX, () => checkSchedule(schedule));
  const place = { before: before?.invoice, parent: RECURRING_PREFIX, dueDays: recurring.dueDays };
  const { invoice, customerName } = await completeTemplate(deps, call, recurring.invoice, place);
  const mode = RECURRING_MODES.find((name) => RecurringInvoice_Mode[name] === recurring.mode) ?? 'DRAFT';
  if (mode !== 'DRAFT' && invoice.lines.length === 0) {
    throw invalidField(`${RECURRING_PREFIX}invoice.lines`, 'must not be empty when invoices are to be opened');
  }
  return {
    ...schedule,
    customerId: invoice.customerId,
    customerName: customerName ?? before?.customerName ?? '',
    invoice,
    dueDays: recurring.dueDays,
    mode,
    catchUp: CATCH_UPS.find((name) => RecurringInvoice_CatchUp[name] === recurring.catchUp) ?? 'ALL',
    period: PERIODS.find((name) => RecurringInvoice_Period[name] === recurring.period) ?? 'NONE',
  };
}

function scheduleGiven(recurring: RecurringInvoice): Schedule {
  const frequency = FREQUENCIES.find((name) => RecurringInvoice_Frequency[name] === recurring.frequency);
  if (frequency === undefined) throw new Error('the recurring invoice has no frequency, though it is valid');
  return {
    frequency,
    interval: recurring.interval === 0 ? 1 : recurring.interval,
    startDate: recurring.startDate,
    endDate: recurring.endDate === '' ? null : recurring.endDate,
    count: recurring.count === 0 ? null : recurring.count,
  };
}

/** When to look at a recurring invoice for its next date: when that day begins in its owner's time zone. */
export function startOfNextDate(nextDate: string | null, timeZone: string): Date | null {
  return nextDate === null ? null : localInstant(nextDate, '00:00', timeZone);
}
