import { type CancelReason, type DueReminder, REASON_BY_STATE, type RemindedInvoice } from './decide.ts';
import { type DueDay, type DueDays, futureTimeOf, isDropped, type Plan, remindTimeOf, type Schedule } from './plan.ts';

/** A reminder of an invoice in any state. */
export type KnownReminder = Omit<DueReminder, 'id'> & { readonly state: 'SCHEDULED' | 'SENT' | 'CANCELLED' };

/** The invoice of a reminder, with its owner's plan and time zone. */
export type KnownInvoice = DueDays & Plan & { readonly state: RemindedInvoice['state'] };

/** What to do with a reminder after its invoice, or its owner's plan or time zone, changed. */
export type Revision =
  | { readonly verdict: 'KEEP' }
  | { readonly verdict: 'MOVE'; readonly dueDate: string; readonly remindTime: Date }
  | {
      readonly verdict: 'CANCEL';
      readonly reason: CancelReason | 'RESCHEDULED_TO_PAST' | 'INSTALMENT_SETTLED' | 'PLAN_CHANGED';
    };

const KEEP: Revision = { verdict: 'KEEP' };

/**
 * Revises all reminders of an invoice to match it. Gives one revision for each, in the given order. Only scheduled
 * reminders change:
 *
 * - A reminder is cancelled when nothing is left to remind of, or when it is a step that the plan no longer has.
 * - Its time follows the time zone and the time of day. If this moves the time into the past, the reminder is due at
 *   once, since its day is still the requested one.
 * - When the invoice no longer has its due date, it moves to the first due date that has no reminder of this step and
 *   for which its time is in the future. Without such a date it is cancelled.
 *
 * Revising the outcome again changes nothing.
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

/** The key of a reminder within its invoice: the step with its due date, or the fixed time. */
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
