import { randomUUIDv7 } from 'node:crypto';
import type { Invoice } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import type { OutboxRow } from '../../../runtime/events/outbox.ts';
import type { Job } from '../../../runtime/service.ts';
import { scheduleOf, toScheduledReminder } from '../convert.ts';
import type { Deps } from '../deps.ts';
import { type Decision, decideReminders } from '../domain/decide.ts';
import { rescheduleReminder } from '../domain/plan.ts';
import { type Cause, causedByItself, reminderCancelled, reminderDue } from '../events.ts';
import { stateNameOf } from '../own-invoice.ts';
import { cancelled, moved, sent } from '../settle.ts';
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
  const requestId = `reminder-${randomUUIDv7()}`;
  const { invoices } = await deps.invoices.batchGetInvoices(
    { invoiceIds: [...byInvoice.keys()] },
    { ...(await deps.callAsService(requestId)), signal },
  );
  const invoicesById = new Map(invoices.map((invoice) => [invoice.id, invoice]));
  const cause = causedByItself(requestId, now);
  const outcomes = [...byInvoice].flatMap(([invoiceId, due]) => {
    try {
      return settleInvoice(due, invoicesById.get(invoiceId), cause);
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

/** What becomes of the due reminders of one invoice, which is undefined when it does not exist any more. */
function settleInvoice(due: readonly DueReminder[], invoice: Invoice | undefined, cause: Cause): Outcome[] {
  const isGone = invoice === undefined || due.some(({ accountDeleted }) => accountDeleted);
  const decisions = decideReminders(
    due.map(({ reminder }) => toScheduledReminder(reminder)),
    {
      state: isGone ? 'DELETED' : stateNameOf(invoice),
      dueDate: invoice?.dueDate ?? '',
      paused: due.some((each) => each.invoice.paused),
    },
  );
  return due.flatMap((found, index) => {
    const decision = decisions[index];
    return decision === undefined ? [] : [carryOut(decision, found, invoice, cause)];
  });
}

function carryOut(decision: Decision, found: DueReminder, invoice: Invoice | undefined, cause: Cause): Outcome {
  const { reminder, timeZone } = found;
  const { time: now } = cause;
  if (decision.verdict === 'SEND' && invoice !== undefined) {
    const row = sent(reminder, now);
    return { row, event: reminderDue(row, { invoice, timeZone }, cause) };
  }
  if (decision.verdict === 'RESCHEDULE' && invoice !== undefined) {
    const { dueDate } = invoice;
    const time = rescheduleReminder(scheduleOf(reminder), { dueDate, timeZone }, now);
    if (time !== undefined) return { row: moved(reminder, dueDate, time), event: undefined };
  }
  const reason = decision.verdict === 'CANCEL' ? decision.reason : 'RESCHEDULED_TO_PAST';
  const row = cancelled(reminder, reason, now);
  return { row, event: reminderCancelled(row, cause) };
}
