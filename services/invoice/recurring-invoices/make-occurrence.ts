import { InvoiceCreatedSchema } from '../../../gen/numer/invoice/v1/invoice_events_pb.ts';
import type { Invoice } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import {
  RecurringInvoiceFailedSchema,
  RecurringInvoiceOccurredSchema,
  RecurringInvoiceSkippedSchema,
} from '../../../gen/numer/invoice/v1/recurring_invoice_events_pb.ts';
import { localDate } from '../../../runtime/calendar.ts';
import { NO_IDEMPOTENCY } from '../../../runtime/call/idempotency.ts';
import { isDatabaseUnavailable } from '../../../runtime/database/postgres-error.ts';
import type { OutboxRow } from '../../../runtime/events/outbox.ts';
import type { JobContext } from '../cause.ts';
import { fillDate } from '../domain/fill-date.ts';
import { decideNextStep, PAUSE_MS_MAX, pauseMsAfter, progressTo } from '../domain/recurrence.ts';
import { periodAt } from '../domain/schedule.ts';
import { toInvoice } from '../invoices/convert.ts';
import { changesBetween, invoiceEvent } from '../invoices/events.ts';
import { newDraft } from '../invoices/new-draft.ts';
import type { InvoiceRow } from '../store/invoice-row.ts';
import type { OccurrenceRow, RecurringRow } from '../store/recurring-schema.ts';
import { contentOfTemplate } from './invoice-template.ts';
import { failureOf } from './occurrence-failure.ts';
import { startOfNextDate } from './recurring-content.ts';
import { changesOfRecurring, recurringEvent } from './recurring-events.ts';

/**
 * Takes the next step of an active recurring invoice: makes the invoice of its next date, skips the dates that were
 * missed, or waits because the day has not begun in its owner's time zone. Gives whether that was done; if not,
 * somebody else was at it. A failure is recorded and tried again later, for as long as it takes; it never stops other
 * recurring invoices.
 */
export async function takeNextStep(context: JobContext, row: RecurringRow): Promise<boolean> {
  try {
    return await takeStep(context, row);
  } catch (error) {
    if (isDatabaseUnavailable(error)) throw error;
    return recordFailure(context, row, error);
  }
}

async function takeStep(context: JobContext, row: RecurringRow): Promise<boolean> {
  const { nextDate, timeZone, version } = row;
  if (nextDate === null) return false;
  const step = decideNextStep({ ...row, nextDate }, row, localDate(context.now, timeZone));
  switch (step.kind) {
    case 'WAIT':
      return move(context, { ...row, version: version + 1n, nextTime: startOfNextDate(step.date, timeZone) });
    case 'SKIP':
      return skip(context, row, step.nextIndex);
    case 'MAKE':
      return make(context, row, step.date);
  }
}

function move({ deps }: JobContext, row: RecurringRow, event?: OutboxRow): Promise<boolean> {
  const events = event === undefined ? [] : [event];
  return deps.store.moveRecurringInvoice(row, { events, idempotency: NO_IDEMPOTENCY });
}

function skip(context: JobContext, row: RecurringRow, nextIndex: number): Promise<boolean> {
  const { now, cause } = context;
  const recurring = advanced(row, nextIndex, row.lastDate, now);
  const changes = changesOfRecurring(row, recurring);
  const facts = { recurring, changes, time: now };
  return move(context, recurring, recurringEvent(RecurringInvoiceSkippedSchema, cause, facts));
}

function advanced(row: RecurringRow, nextIndex: number, lastDate: string | null, now: Date): RecurringRow {
  const progress = progressTo(row, nextIndex, { state: 'ACTIVE', lastDate });
  return {
    ...row,
    ...progress,
    nextTime: startOfNextDate(progress.nextDate, row.timeZone),
    version: row.version + 1n,
    attempts: 0,
    updateTime: now,
  };
}

/** Makes the invoice of a date. Its due days count from today, since today is the day on which it can be issued. */
function make({ deps, now, cause }: JobContext, row: RecurringRow, date: string): Promise<boolean> {
  const today = localDate(now, row.timeZone);
  const content = contentOfTemplate(templateFor(row.invoice, date), row.dueDays, today);
  const invoice: InvoiceRow = {
    ...newDraft({ ...content, ...periodOf(row), customerName: row.customerName }, cause, now),
    recurringInvoiceId: row.id,
    occurrenceDate: date,
  };
  const isToOpen = row.mode !== 'DRAFT';
  const occurrence: OccurrenceRow = {
    recurringInvoiceId: row.id,
    occurrenceDate: date,
    ownerId: row.ownerId,
    invoiceId: invoice.id,
    mode: row.mode,
    state: isToOpen ? 'PENDING' : 'DONE',
    attempts: 0,
    nextAttemptTime: isToOpen ? now : null,
    createTime: now,
  };
  const recurring: RecurringRow = {
    ...advanced(row, row.nextIndex + 1, date, now),
    occurrenceCount: row.occurrenceCount + 1,
    lastFailure: isToOpen ? row.lastFailure : null,
  };
  const changes = changesOfRecurring(row, recurring);
  return deps.store.makeOccurrence({
    recurring,
    invoice,
    occurrence,
    events: [
      invoiceEvent(InvoiceCreatedSchema, cause, {
        invoice: toInvoice(invoice, today),
        changes: changesBetween(undefined, invoice),
        version: invoice.version,
        time: now,
      }),
      recurringEvent(RecurringInvoiceOccurredSchema, cause, { recurring, changes, time: now, occurrence }),
    ],
  });
}

/** The period that the invoice of the next date is for. */
function periodOf(row: RecurringRow): Pick<InvoiceRow, 'periodStartDate' | 'periodEndDate'> {
  if (row.period === 'NONE') return { periodStartDate: null, periodEndDate: null };
  const { startDate, endDate } = periodAt(row, row.nextIndex, row.period);
  return { periodStartDate: startDate, periodEndDate: endDate };
}

/** The template with the date in its texts. */
function templateFor(template: Invoice, date: string): Invoice {
  const lines = template.lines.map((line) => ({ ...line, description: fillDate(line.description, date) }));
  return { ...template, memo: fillDate(template.memo, date), lines };
}

function recordFailure(context: JobContext, row: RecurringRow, error: unknown): Promise<boolean> {
  const { deps, now, cause } = context;
  const attempts = row.attempts + 1;
  const nextTime = new Date(now.getTime() + (pauseMsAfter(attempts) ?? PAUSE_MS_MAX));
  const recurring: RecurringRow = {
    ...row,
    version: row.version + 1n,
    attempts,
    nextTime,
    lastFailure: failureOf(deps, error, {
      occurrenceDate: row.nextDate ?? '',
      invoiceId: '',
      attempts,
      time: now,
      nextAttemptTime: nextTime,
    }),
    updateTime: now,
  };
  const facts = { recurring, changes: changesOfRecurring(row, recurring), time: now };
  return move(context, recurring, recurringEvent(RecurringInvoiceFailedSchema, cause, facts));
}
