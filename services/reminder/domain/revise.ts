import { type CancelReason, type DueReminder, REASON_BY_STATE, type RemindedInvoice } from './decide.ts';
import { type DueDay, type DueDays, futureTimeOf, isDropped, type Plan, remindTimeOf, type Schedule } from './plan.ts';

/** A reminder of an invoice, sent and cancelled ones included. */
export type KnownReminder = Omit<DueReminder, 'id'> & { readonly state: 'SCHEDULED' | 'SENT' | 'CANCELLED' };

/** What is known of the invoice of a reminder, and of its owner. */
export type KnownInvoice = DueDays & Plan & { readonly state: RemindedInvoice['state'] };

/** What is to become of a reminder after something changed about its invoice. */
export type Revision =
  | { readonly verdict: 'KEEP' }
  | { readonly verdict: 'MOVE'; readonly dueDate: string; readonly remindTime: Date }
  | {
      readonly verdict: 'CANCEL';
      readonly reason: CancelReason | 'RESCHEDULED_TO_PAST' | 'INSTALMENT_SETTLED' | 'PLAN_CHANGED';
    };

const KEEP: Revision = { verdict: 'KEEP' };

/**
 * Brings all reminders of an invoice in line with it, one revision each in the order given. One that is still to be sent
 * is cancelled when there is nothing left to remind of, or it is a step that the plan has no more. It follows the time zone
 * and the time of day; a time that has passed by that is due at once, for the day itself is still the one that was asked
 * for. When its due date is none of the invoice's any more, it moves to the first that has no reminder of this step and
 * time for it, or is cancelled. Revising the outcome again keeps it.
 */
export function reviseReminders(reminders: readonly KnownReminder[], invoice: KnownInvoice, now: Date): Revision[] {
  const reason = invoice.state === 'DRAFT' ? undefined : REASON_BY_STATE[invoice.state];
  const taken = new Set(reminders.map(({ schedule, dueDate }) => stepKeyOf(schedule, dueDate)));
  return reminders.map((reminder) => {
    const { schedule, dueDate } = reminder;
    if (reminder.state !== 'SCHEDULED') return KEEP;
    if (reason !== undefined) return { verdict: 'CANCEL', reason };
    if (isDropped(reminder, invoice)) return { verdict: 'CANCEL', reason: 'PLAN_CHANGED' };
    if (schedule.kind === 'fixed' || dueDate === undefined) return KEEP;
    if (invoice.dueDates.includes(dueDate)) return followTime(reminder, { ...invoice, dueDate });

    const revision = moveToAnotherDay(schedule, invoice, taken, now);
    if (revision.verdict === 'MOVE') taken.add(stepKeyOf(schedule, revision.dueDate));
    return revision;
  });
}

/** Tells the reminders of an invoice apart: the step, with its due date unless it is a fixed time. */
function stepKeyOf(schedule: Schedule, dueDate: string | undefined): string {
  return schedule.kind === 'fixed' ? schedule.time.toISOString() : `${schedule.offsetDays} ${dueDate}`;
}

function followTime({ schedule, remindTime: before }: KnownReminder, due: DueDay): Revision {
  const remindTime = remindTimeOf(schedule, due);
  if (remindTime === undefined) return { verdict: 'CANCEL', reason: 'RESCHEDULED_TO_PAST' };
  return remindTime.getTime() === before.getTime() ? KEEP : { verdict: 'MOVE', dueDate: due.dueDate, remindTime };
}

function moveToAnotherDay(
  schedule: Schedule,
  { dueDates, ...time }: KnownInvoice,
  taken: ReadonlySet<string>,
  now: Date,
): Revision {
  const free = dueDates.filter((dueDate) => !taken.has(stepKeyOf(schedule, dueDate)));
  for (const dueDate of free) {
    const remindTime = futureTimeOf(schedule, { dueDate, ...time }, now);
    if (remindTime !== undefined) return { verdict: 'MOVE', dueDate, remindTime };
  }
  return { verdict: 'CANCEL', reason: free.length === 0 ? 'INSTALMENT_SETTLED' : 'RESCHEDULED_TO_PAST' };
}
