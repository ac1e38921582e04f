import { compareAndSet } from '../../runtime/call/compare-and-set.ts';
import { partsOf } from '../../runtime/parts-of.ts';
import { increasingUuid } from '../../runtime/uuid.ts';
import { toKnownReminder } from './convert.ts';
import type { Deps } from './deps.ts';
import { FINAL_REASONS, planReminders } from './domain/plan.ts';
import { type KnownInvoice, type Revision, reviseReminders } from './domain/revise.ts';
import { type Cause, reminderCancelled } from './events.ts';
import { cancelled, moved } from './settle.ts';
import type { FoundInvoice } from './store/find-invoices.ts';
import type { NewStep } from './store/plan-reminders.ts';
import type { ReminderRow } from './store/schema.ts';

/**
 * Makes the reminders of invoices match the stored invoices and accounts. It plans the steps of the owner's plan for
 * each due date of an open invoice, and moves reminders that follow a due date, a time zone or a time of day. It
 * cancels reminders that have nothing left to remind of or are no longer a step of the plan, and erases the invoices of
 * deleted accounts with their reminders.
 *
 * Call it after writing an invoice, an account or its settings. It ends when it finds nothing to do. So, in whatever
 * order events arrive and replicas work, everything that is written is looked at after it was written. Repeating it
 * changes nothing.
 */
export async function reconcile(
  deps: Deps,
  invoiceIds: readonly string[],
  causeOf: (invoiceId: string) => Cause,
): Promise<void> {
  await compareAndSet(async () => ((await settleOnce(deps, invoiceIds, causeOf)) ? undefined : true));
}

/**
 * About the most reminders that one statement writes, so that it ends long before its time limit. An invoice may have
 * hundreds: one for every step and instalment.
 */
const ROWS_MAX = 5_000;

/** Does what there is to do, and gives whether there was something. */
async function settleOnce(
  { clock, store }: Deps,
  invoiceIds: readonly string[],
  causeOf: (invoiceId: string) => Cause,
): Promise<boolean> {
  const [found, reminders] = await Promise.all([store.findInvoices(invoiceIds), store.findRemindersOf(invoiceIds)]);
  const erased = found.filter(({ accountDeleted }) => accountDeleted).map(({ invoice }) => invoice.invoiceId);
  if (erased.length > 0) await store.eraseInvoices(erased);

  const now = clock.now();
  const kept = found.filter(({ accountDeleted }) => !accountDeleted);
  const byInvoice = Map.groupBy(reminders, ({ invoiceId }) => invoiceId);
  const outcomes = kept.map((each) => {
    const rows = byInvoice.get(each.invoice.invoiceId) ?? [];
    const known = toKnownInvoice(each);
    const revised = revise(rows, known, now);
    const steps = planMissing(known, revised, now);
    const { invoiceId, version } = each.invoice;
    return {
      revised: revised.filter((row, index) => row !== rows[index]),
      plans: steps.length === 0 ? [] : [{ invoiceId, version, steps }],
    };
  });
  const revised = outcomes.flatMap((outcome) => outcome.revised);
  const plans = outcomes.flatMap((outcome) => outcome.plans);
  for (const rows of partsOf(revised, ROWS_MAX, () => 1)) {
    const cancellations = rows.filter(({ state }) => state === 'CANCELLED');
    await store.saveReminders(
      rows,
      cancellations.map((row) => reminderCancelled(row, causeOf(row.invoiceId))),
    );
  }
  for (const part of partsOf(plans, ROWS_MAX, ({ steps }) => steps.length)) await store.planReminders(part, now);
  return revised.length > 0 || plans.length > 0;
}

function toKnownInvoice({ invoice, timeZone, offsetsDays, timeOfDay }: FoundInvoice): KnownInvoice {
  return { state: invoice.state, dueDates: invoice.dueDates, timeZone, offsetsDays, timeOfDay };
}

/** All reminders of an invoice after their revision. Unchanged ones are the same row objects. */
export function revise(rows: readonly ReminderRow[], invoice: KnownInvoice, now: Date): ReminderRow[] {
  const revisions = reviseReminders(rows.map(toKnownReminder), invoice, now);
  return rows.map((row, index) => reviseRow(row, revisions[index] ?? { verdict: 'KEEP' }, now));
}

function reviseRow(row: ReminderRow, revision: Revision, now: Date): ReminderRow {
  switch (revision.verdict) {
    case 'KEEP':
      return row;
    case 'MOVE':
      return moved(row, revision.dueDate, revision.remindTime);
    case 'CANCEL':
      return cancelled(row, revision.reason, now);
  }
}

/** The steps of the plan that an open invoice lacks. Steps that were cancelled for good are not planned again. */
function planMissing(invoice: KnownInvoice, rows: readonly ReminderRow[], now: Date): NewStep[] {
  if (invoice.state !== 'OPEN') return [];
  const settled = rows.filter(({ state, cancelReason }) => state !== 'CANCELLED' || isFinal(cancelReason));
  const keyOf = ({ offsetDays, dueDate }: Pick<ReminderRow, 'offsetDays' | 'dueDate'>) => `${offsetDays} ${dueDate}`;
  const taken = new Set(settled.map(keyOf));
  return planReminders(invoice, now)
    .filter((step) => !taken.has(keyOf(step)))
    .map((step) => ({ ...step, id: increasingUuid() }));
}

function isFinal(reason: ReminderRow['cancelReason']): boolean {
  return reason !== null && FINAL_REASONS.includes(reason);
}
