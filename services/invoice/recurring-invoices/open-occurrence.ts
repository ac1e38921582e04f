import { RecurringInvoiceFailedSchema } from '../../../gen/numer/invoice/v1/recurring_invoice_events_pb.ts';
import type { Parties as Account } from '../../../gen/numer/user/v1/user_service_pb.ts';
import { daysBetween, localDate } from '../../../runtime/calendar.ts';
import { isDatabaseUnavailable } from '../../../runtime/database/postgres-error.ts';
import type { JobContext } from '../cause.ts';
import { transition } from '../domain/lifecycle.ts';
import { pauseMsAfter } from '../domain/recurrence.ts';
import { situationOf } from '../invoices/convert.ts';
import { openWith } from '../invoices/open-draft.ts';
import { partiesOf, requireRecipient } from '../invoices/parties.ts';
import { applyRules } from '../rule-errors.ts';
import type { PendingOccurrence } from '../store/find-pending-occurrences.ts';
import type { InvoiceRow } from '../store/invoice-row.ts';
import type { OccurrenceRow, RecurringRow } from '../store/recurring-schema.ts';
import { failureOf } from './occurrence-failure.ts';
import { changesOfRecurring, recurringEvent } from './recurring-events.ts';

/** The version of a draft that nobody has changed since it was made. */
const UNTOUCHED = 1n;

/**
 * Opens the invoice of an occurrence. If it is open already, whoever opened it did not finish, and only the occurrence
 * is settled. A draft that somebody has changed or deleted is left to them. `account` is the owner with the customer.
 * Gives whether something was done; if not, somebody else was at it. A refusal is recorded and tried again a limited
 * number of times; after that the invoice stays a draft.
 */
export async function openOccurrence(
  context: JobContext,
  pending: PendingOccurrence,
  account: Account | undefined,
): Promise<boolean> {
  const { occurrence } = pending;
  const settle = (state: 'DONE' | 'LEFT_AS_DRAFT') =>
    context.deps.store.settleOccurrence(occurrence, state, context.now);
  try {
    const draft = await draftOf(context, occurrence);
    if (draft !== undefined && draft.state !== 'DRAFT') return await settle('DONE');
    if (draft === undefined || draft.version !== UNTOUCHED) return await settle('LEFT_AS_DRAFT');
    return (await open(context, draft, occurrence, account)) && (await settle('DONE'));
  } catch (error) {
    if (isDatabaseUnavailable(error)) throw error;
    return recordFailure(context, pending, error);
  }
}

async function draftOf({ deps }: JobContext, { ownerId, invoiceId }: OccurrenceRow): Promise<InvoiceRow | undefined> {
  return invoiceId === null ? undefined : await deps.store.getInvoice(ownerId, invoiceId);
}

async function open(
  { deps, cause }: JobContext,
  draft: InvoiceRow,
  { mode }: OccurrenceRow,
  account: Account | undefined,
): Promise<boolean> {
  // In the mode DRAFT no invoice is opened.
  const action = mode === 'SEND' ? 'SEND' : 'FINALIZE';
  const state = applyRules('', () => transition(action, situationOf(draft)));
  const parties = partiesOf(account ?? {});
  if (action === 'SEND') requireRecipient(parties.customer.email);
  const termed = { ...draft, dueDays: draft.dueDays ?? dueDaysOf(draft) };
  return (await openWith(deps, cause, termed, { action, state, parties, original: undefined })) !== undefined;
}

/**
 * The payment term of an untouched draft made by an older version, which did not store it: its due date counts from the
 * day on which it was made.
 */
function dueDaysOf({ createTime, dueDate, timeZone }: InvoiceRow): number {
  return daysBetween(localDate(createTime, timeZone), dueDate);
}

async function recordFailure(
  { deps, now, cause }: JobContext,
  { occurrence }: PendingOccurrence,
  error: unknown,
): Promise<boolean> {
  // Read again: another of its occurrences may have failed since this one was found.
  const before = await deps.store.getRecurringInvoice(occurrence.ownerId, occurrence.recurringInvoiceId);
  if (before === undefined) return false;
  const attempts = occurrence.attempts + 1;
  const pauseMs = pauseMsAfter(attempts);
  const nextAttemptTime = pauseMs === undefined ? undefined : new Date(now.getTime() + pauseMs);
  const { occurrenceDate, invoiceId } = occurrence;
  const facts = { occurrenceDate, invoiceId: invoiceId ?? '', attempts, time: now, nextAttemptTime };
  const recurring: RecurringRow = {
    ...before,
    version: before.version + 1n,
    lastFailure: failureOf(deps, error, facts),
    updateTime: now,
  };
  const changes = changesOfRecurring(before, recurring);
  return deps.store.failOccurrence({
    occurrence: {
      ...occurrence,
      attempts,
      state: nextAttemptTime === undefined ? 'LEFT_AS_DRAFT' : 'PENDING',
      nextAttemptTime: nextAttemptTime ?? null,
    },
    recurring,
    event: recurringEvent(RecurringInvoiceFailedSchema, cause, { recurring, changes, time: now }),
  });
}
