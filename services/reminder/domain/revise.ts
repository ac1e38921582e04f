import { type CancelReason, REASON_BY_STATE, type RemindedInvoice } from './decide.ts';
import { type DueDay, remindTimeOf, rescheduleReminder, type Schedule } from './plan.ts';

/** A reminder that is still to be sent. */
export type ScheduledReminder = {
  readonly schedule: Schedule;
  readonly remindTime: Date;
  /** The due date its time was worked out from, `YYYY-MM-DD`; absent for a fixed time. */
  readonly dueDate?: string | undefined;
};

/** What is known of the invoice of a reminder, and of its owner. */
export type KnownInvoice = DueDay & { readonly state: RemindedInvoice['state'] };

/** What is to become of a scheduled reminder after something changed about its invoice. */
export type Revision =
  | { readonly verdict: 'KEEP' }
  | { readonly verdict: 'MOVE'; readonly dueDate: string; readonly remindTime: Date }
  | { readonly verdict: 'CANCEL'; readonly reason: CancelReason | 'RESCHEDULED_TO_PAST' };

const KEEP: Revision = { verdict: 'KEEP' };

/**
 * Brings a scheduled reminder in line with its invoice: it follows the due date, or is cancelled when its new time has
 * passed or there is nothing left to remind of. It also follows the time zone; a time that has passed by that is due at
 * once, for the day itself is still the one that was asked for. Revising the outcome again keeps it.
 */
export function reviseReminder(reminder: ScheduledReminder, invoice: KnownInvoice, now: Date): Revision {
  const reason = invoice.state === 'DRAFT' ? undefined : REASON_BY_STATE[invoice.state];
  if (reason !== undefined) return { verdict: 'CANCEL', reason };
  const { schedule } = reminder;
  if (schedule.kind === 'fixed') return KEEP;

  const { dueDate } = invoice;
  const isRescheduled = reminder.dueDate !== dueDate;
  const remindTime = isRescheduled ? rescheduleReminder(schedule, invoice, now) : remindTimeOf(schedule, invoice);
  if (remindTime === undefined) return { verdict: 'CANCEL', reason: 'RESCHEDULED_TO_PAST' };
  const isMoved = isRescheduled || remindTime.getTime() !== reminder.remindTime.getTime();
  return isMoved ? { verdict: 'MOVE', dueDate, remindTime } : KEEP;
}
