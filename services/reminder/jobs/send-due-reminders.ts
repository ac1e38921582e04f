import { randomUUIDv7 } from 'node:crypto';
import type { Invoice } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import type { OutboxRow } from '../../../runtime/events/outbox.ts';
import type { Job } from '../../../runtime/service.ts';
import { scheduleOf } from '../convert.ts';
import type { Deps } from '../deps.ts';
import { type Decision, decideReminders } from '../domain/decide.ts';
import { rescheduleReminder } from '../domain/plan.ts';
import { type Cause, causedByItself, reminderCancelled, reminderDue } from '../events.ts';
import { stateNameOf } from '../own-invoice.ts';
import { cancelled, moved, sent } from '../settle.ts';
import type { FoundReminder } from '../store/find-due-reminders.ts';
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
      const saved = await settleDue(deps, found, now);
      // Another replica is at the same ones, and will finish them.
      if (saved === 0) return;
    }
  },
};

async function settleDue(deps: Deps, found: readonly FoundReminder[], now: Date): Promise<number> {
  const byInvoice = Map.groupBy(found, ({ reminder }) => reminder.invoiceId);
  const requestId = `reminder-${randomUUIDv7()}`;
  const { invoices } = await deps.invoices.batchGetInvoices(
    { invoiceIds: [...byInvoice.keys()] },
    await deps.callAsService(requestId),
  );
  const invoicesById = new Map(invoices.map((invoice) => [invoice.id, invoice]));
  const cause = causedByItself(requestId, now);
  const outcomes = [...byInvoice].flatMap(([invoiceId, due]) => settleInvoice(due, invoicesById.get(invoiceId), cause));
  const saved = await deps.store.saveReminders(
    outcomes.map(({ row }) => row),
    outcomes.flatMap(({ event }) => event ?? []),
  );
  return saved.length;
}

interface Outcome {
  readonly row: ReminderRow;
  readonly event: OutboxRow | undefined;
}

/** What becomes of the due reminders of one invoice, which is undefined when it does not exist any more. */
function settleInvoice(due: readonly FoundReminder[], invoice: Invoice | undefined, cause: Cause): Outcome[] {
  const decisions = decideReminders(
    due.map(({ reminder }) => ({ ...reminder, dueDate: reminder.dueDate ?? undefined })),
    {
      state: invoice === undefined ? 'DELETED' : stateNameOf(invoice),
      dueDate: invoice?.dueDate ?? '',
      paused: due.some(({ paused }) => paused),
    },
  );
  return due.flatMap((found, index) => {
    const decision = decisions[index];
    return decision === undefined ? [] : [carryOut(decision, found, invoice, cause)];
  });
}

function carryOut(decision: Decision, found: FoundReminder, invoice: Invoice | undefined, cause: Cause): Outcome {
  const { reminder, timeZone } = found;
  const { time: now } = cause;
  if (decision.verdict === 'SEND' && invoice !== undefined) {
    const row = sent(reminder, now);
    return { row, event: reminderDue(row, invoice, cause) };
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
