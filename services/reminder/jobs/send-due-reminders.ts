import type { Invoice } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import type { OutboxRow } from '../../../runtime/events/outbox.ts';
import type { Job } from '../../../runtime/process/service.ts';
import { increasingUuid } from '../../../runtime/uuid.ts';
import { toKnownReminder } from '../convert.ts';
import type { Deps } from '../deps.ts';
import { decideReminders } from '../domain/decide.ts';
import { type Cause, causedByItself, reminderCancelled, reminderDue } from '../events.ts';
import { dueDatesOf, isDueDateOpen, stateNameOf } from '../own-invoice.ts';
import { type ReadInvoices, readInvoices } from '../read-invoices.ts';
import { revise } from '../reconcile.ts';
import { cancelled, postponed, sent } from '../settle.ts';
import type { DueReminder } from '../store/find-due-reminders.ts';
import type { ReminderRow } from '../store/schema.ts';

/** Most due reminders looked at in one go. */
const BATCH = 500;

/**
 * Sends what is due. The clock only wakes it: the row is the right to send, and it becomes SENT in the statement that
 * publishes the event, so each goes out once, over restarts, replicas and clocks that jump. The invoice is read from its
 * service at this moment; while that cannot be reached, reminders wait.
 */
export const sendDueReminders: Job<Deps> = {
  name: 'send-due-reminders',
  pattern: '*/5 * * * * *',
  async run(deps, now, signal) {
    while (!signal.aborted) {
      const found = await deps.store.findDueReminders(now, BATCH);
      if (found.length === 0) return;
      const saved = await settleDue(deps, found, now, signal);
      // Another replica is at the same ones, and will finish them.
      if (saved === 0) return;
    }
  },
};

async function settleDue(deps: Deps, found: readonly DueReminder[], now: Date, signal: AbortSignal): Promise<number> {
  const byInvoice = Map.groupBy(found, ({ reminder }) => reminder.invoiceId);
  const requestId = `reminder-${increasingUuid()}`;
  const cause = causedByItself(requestId, now);
  const options = { ...(await deps.callAsService(requestId)), signal };
  let saved = 0;
  // Part by part, so that no more invoices are in memory, and in the events of one statement, than fit into an answer.
  for await (const read of readInvoices(deps, [...byInvoice.keys()], options)) {
    saved += await settleInvoices(deps, byInvoice, read, cause);
  }
  return saved;
}

async function settleInvoices(
  deps: Deps,
  dueByInvoice: ReadonlyMap<string, readonly DueReminder[]>,
  { invoiceIds, invoices }: ReadInvoices,
  cause: Cause,
): Promise<number> {
  const remindersById = Map.groupBy(await deps.store.findRemindersOf(invoiceIds), ({ invoiceId }) => invoiceId);
  const invoicesById = new Map(invoices.map((invoice) => [invoice.id, invoice]));
  const outcomes = invoiceIds.flatMap((invoiceId) => {
    try {
      const due = dueByInvoice.get(invoiceId) ?? [];
      const all = remindersById.get(invoiceId) ?? [];
      return settleInvoice(due, { invoice: invoicesById.get(invoiceId), all }, cause);
    } catch (err) {
      // One invoice that this version cannot make sense of must not hold up all the others.
      deps.log.error({ invoiceId, err }, 'reminders of an invoice cannot be settled and wait');
      return [];
    }
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

/** An invoice as it was just read, which is undefined when it does not exist any more, and all reminders that it has. */
interface Reminded {
  readonly invoice: Invoice | undefined;
  readonly all: readonly ReminderRow[];
}

/** What becomes of the due reminders of one invoice. */
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
    // One that has changed since it was found comes again.
    return revised?.version === reminder.version + 1n ? outcomeOf(revised, cause) : [];
  });
}

/** A reminder that was moved or cancelled; only the latter is told. */
function outcomeOf(row: ReminderRow, cause: Cause): Outcome {
  return { row, event: row.state === 'CANCELLED' ? reminderCancelled(row, cause) : undefined };
}
