import type { Invoice } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import { isDatabaseUnavailable, isTransient } from '../../../runtime/database/postgres-error.ts';
import type { OutboxRow } from '../../../runtime/events/outbox.ts';
import type { Job } from '../../../runtime/process/service.ts';
import { increasingUuid } from '../../../runtime/uuid.ts';
import { toKnownReminder } from '../convert.ts';
import type { Deps } from '../deps.ts';
import { decideReminders } from '../domain/decide.ts';
import { type Cause, causedByItself, reminderCancelled, reminderDue } from '../events.ts';
import { dueDatesOf, isDueDateOpen, stateNameOf } from '../own-invoice.ts';
import { readInvoices } from '../read-invoices.ts';
import { revise } from '../reconcile.ts';
import { cancelled, postponed, sent } from '../settle.ts';
import type { DueReminder } from '../store/find-due-reminders.ts';
import type { ReminderRow } from '../store/schema.ts';

/** Most due reminders that one batch picks. The other due reminders of their invoices are settled with them. */
const BATCH = 500;

/**
 * Sends the due reminders. The clock only wakes the job. The row is the right to send: it becomes SENT in the statement
 * that publishes the event. So each reminder is sent once, across restarts, replicas and clock jumps. The
 * invoice is read from the invoice service at the moment of sending. While that service cannot be reached, reminders
 * wait. The reminders of an invoice that itself causes a failure are tried again later and do not hold up others.
 */
export const sendDueReminders: Job<Deps> = {
  name: 'send-due-reminders',
  pattern: '*/5 * * * * *',
  async run(deps, now, signal) {
    while (!signal.aborted) {
      const found = await deps.store.findDueReminders(now, BATCH);
      if (found.length === 0) return;
      const done = await settleDue(deps, found, now, signal);
      // Another replica is working on the same reminders and will finish them.
      if (done === 0) return;
    }
  },
};

/** Settles the due reminders that were found, or defers them. Gives how many it settled or deferred. */
async function settleDue(deps: Deps, found: readonly DueReminder[], now: Date, signal: AbortSignal): Promise<number> {
  const byInvoice = Map.groupBy(found, ({ reminder }) => reminder.invoiceId);
  const requestId = `reminder-${increasingUuid()}`;
  const cause = causedByItself(requestId, now);
  const options = { ...(await deps.callAsService(requestId)), signal };
  let done = 0;
  // Part by part, so that memory and the events of one statement hold no more invoices than one response.
  for await (const { invoiceIds, invoices } of readInvoices(deps, [...byInvoice.keys()], options)) {
    done +=
      invoices === undefined
        ? await deps.store.deferReminders(invoiceIds, now)
        : await settlePart(deps, byInvoice, { invoiceIds, invoices }, cause);
  }
  return done;
}

/** Some invoices: the requested ids, and those that exist. */
interface Part {
  readonly invoiceIds: readonly string[];
  readonly invoices: readonly Invoice[];
}

/** The same for one part. When an invoice in it cannot be settled, each half of the part is settled by itself. */
async function settlePart(
  deps: Deps,
  dueByInvoice: ReadonlyMap<string, readonly DueReminder[]>,
  part: Part,
  cause: Cause,
): Promise<number> {
  try {
    return await settleInvoices(deps, dueByInvoice, part, cause);
  } catch (err) {
    if (isDatabaseUnavailable(err) || isTransient(err)) throw err;
    const { invoiceIds, invoices } = part;
    if (invoiceIds.length === 1) {
      deps.log.error(
        { invoiceId: invoiceIds[0], err },
        'reminders of an invoice cannot be processed now; they are tried again later',
      );
      return deps.store.deferReminders(invoiceIds, cause.time);
    }
    const middle = invoiceIds.length >> 1;
    let done = 0;
    for (const half of [invoiceIds.slice(0, middle), invoiceIds.slice(middle)]) {
      done += await settlePart(deps, dueByInvoice, { invoiceIds: half, invoices }, cause);
    }
    return done;
  }
}

async function settleInvoices(
  deps: Deps,
  dueByInvoice: ReadonlyMap<string, readonly DueReminder[]>,
  { invoiceIds, invoices }: Part,
  cause: Cause,
): Promise<number> {
  const remindersById = Map.groupBy(await deps.store.findRemindersOf(invoiceIds), ({ invoiceId }) => invoiceId);
  const invoicesById = new Map(invoices.map((invoice) => [invoice.id, invoice]));
  const outcomes = invoiceIds.flatMap((invoiceId) => {
    const due = dueByInvoice.get(invoiceId) ?? [];
    const all = remindersById.get(invoiceId) ?? [];
    return settleInvoice(due, { invoice: invoicesById.get(invoiceId), all }, cause);
  });
  return deps.store.saveReminders(
    outcomes.map(({ row }) => row),
    outcomes.flatMap(({ event }) => event ?? []),
  );
}

interface Outcome {
  readonly row: ReminderRow;
  readonly event: OutboxRow | undefined;
}

/** An invoice as it was just read, undefined when it no longer exists, and all its reminders. */
interface Reminded {
  readonly invoice: Invoice | undefined;
  readonly all: readonly ReminderRow[];
}

/** The outcomes for the due reminders of one invoice. */
function settleInvoice(due: readonly DueReminder[], { invoice, all }: Reminded, cause: Cause): Outcome[] {
  const [first] = due;
  if (first === undefined) return [];
  const { timeZone, offsetsDays, timeOfDay, accountDeleted } = first;
  const isGone = invoice === undefined || accountDeleted;
  const known = {
    state: isGone ? ('DELETED' as const) : stateNameOf(invoice),
    dueDates: invoice === undefined ? [] : dueDatesOf(invoice),
    timeZone,
    offsetsDays,
    timeOfDay,
  };
  const decisions = decideReminders(
    due.map(({ reminder }) => toKnownReminder(reminder)),
    { ...known, isDueDateOpen: !isGone && isDueDateOpen(invoice), paused: first.invoice.paused },
    cause.time,
  );
  return due.flatMap(({ reminder }, index) => {
    const decision = decisions[index];
    if (decision?.verdict === 'SEND' && invoice !== undefined) {
      const row = sent(reminder, cause.time);
      return { row, event: reminderDue(row, { invoice, timeZone }, cause) };
    }
    if (decision?.verdict === 'CANCEL') return outcomeOf(cancelled(reminder, decision.reason, cause.time), cause);
    if (decision?.verdict === 'WAIT') return outcomeOf(postponed(reminder), cause);
    const revised = revise(all, known, cause.time).find(({ id }) => id === reminder.id);
    // A reminder that has changed since it was found is found again.
    return revised?.version === reminder.version + 1n ? outcomeOf(revised, cause) : [];
  });
}

/** The outcome for a reminder that was moved or cancelled. Only a cancellation publishes an event. */
function outcomeOf(row: ReminderRow, cause: Cause): Outcome {
  return { row, event: row.state === 'CANCELLED' ? reminderCancelled(row, cause) : undefined };
}
