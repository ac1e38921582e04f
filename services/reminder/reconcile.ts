import { randomUUIDv7 } from 'node:crypto';
import { compareAndSet } from '../../runtime/compare-and-set.ts';
import { toScheduledReminder } from './convert.ts';
import type { Deps } from './deps.ts';
import { planReminders } from './domain/plan.ts';
import { type KnownInvoice, reviseReminder } from './domain/revise.ts';
import { type Cause, reminderCancelled } from './events.ts';
import { cancelled, moved } from './settle.ts';
import type { FoundInvoice } from './store/find-invoices.ts';
import type { NewPlan } from './store/plan-reminders.ts';
import type { ReminderRow } from './store/schema.ts';

/**
 * Brings the reminders of invoices in line with what is known of the invoices and their owners: makes the default plan
 * of one that is open, moves what follows a due date or a time zone, cancels what has nothing left to remind of, erases
 * what belongs to a deleted account.
 *
 * To be called after something was written about an invoice or an account. It ends when it finds nothing to do: so,
 * whatever the order in which events arrive and replicas work, somebody has looked at all that was written after it was
 * written. Repeating it changes nothing.
 */
export async function reconcile(
  deps: Deps,
  invoiceIds: readonly string[],
  causeOf: (invoiceId: string) => Cause,
): Promise<void> {
  await compareAndSet(async () => ((await settleOnce(deps, invoiceIds, causeOf)) ? undefined : true));
}

/** Does what there is to do, and tells whether there was something. */
async function settleOnce(
  { clock, store }: Deps,
  invoiceIds: readonly string[],
  causeOf: (invoiceId: string) => Cause,
): Promise<boolean> {
  const [found, scheduled] = await Promise.all([
    store.findInvoices(invoiceIds),
    store.findScheduledReminders(invoiceIds),
  ]);
  const erased = found.filter(({ accountDeleted }) => accountDeleted).map(({ invoice }) => invoice.ownerId);
  if (erased.length > 0) await store.eraseUsers(erased);

  const now = clock.now();
  const kept = found.filter(({ accountDeleted }) => !accountDeleted);
  const knownById = new Map(kept.map((each) => [each.invoice.invoiceId, toKnownInvoice(each)]));
  const revised = scheduled.flatMap((reminder) => revise(reminder, knownById.get(reminder.invoiceId), now));
  const events = revised
    .filter(({ state }) => state === 'CANCELLED')
    .map((row) => reminderCancelled(row, causeOf(row.invoiceId)));
  const plans = kept.flatMap((each) => makePlan(each, now));

  await store.saveReminders(revised, events);
  await store.planReminders(plans, now);
  return revised.length > 0 || plans.length > 0;
}

function toKnownInvoice({ invoice, timeZone }: FoundInvoice): KnownInvoice {
  return { state: invoice.state, dueDate: invoice.dueDate, timeZone };
}

/** The reminder as it is to be, or nothing when it stays as it is. */
function revise(row: ReminderRow, invoice: KnownInvoice | undefined, now: Date): ReminderRow[] {
  if (invoice === undefined) return [];
  const revision = reviseReminder(toScheduledReminder(row), invoice, now);
  switch (revision.verdict) {
    case 'KEEP':
      return [];
    case 'MOVE':
      return [moved(row, revision.dueDate, revision.remindTime)];
    case 'CANCEL':
      return [cancelled(row, revision.reason, now)];
  }
}

/** The default plan of an open invoice that has none yet. It may have no steps: it is made all the same. */
function makePlan({ invoice, timeZone }: FoundInvoice, now: Date): NewPlan[] {
  const { invoiceId, version, dueDate, state, planned } = invoice;
  if (state !== 'OPEN' || planned) return [];
  const steps = planReminders({ dueDate, timeZone }, now).map((step) => ({ ...step, id: randomUUIDv7() }));
  return [{ invoiceId, version, steps }];
}
