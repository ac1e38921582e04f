import { type DueDays, isDropped, type Plan, remindTimeOf, type Schedule } from './plan.ts';

/** A scheduled reminder whose time has come. */
export type DueReminder = {
  readonly id: string;
  readonly schedule: Schedule;
  /** Whether it was made as a step of the plan, and not added by the user. */
  readonly planned: boolean;
  readonly remindTime: Date;
  /** The due date its time was worked out from, `YYYY-MM-DD`; absent for a fixed time. */
  readonly dueDate?: string | undefined;
};

/** The invoice as read at the moment of sending, with what its owner has settled by then. */
export type RemindedInvoice = DueDays &
  Plan & {
    /** `DELETED` when it does not exist any more. */
    readonly state: 'DRAFT' | 'OPEN' | 'PAID' | 'VOID' | 'UNCOLLECTIBLE' | 'DELETED';
    /** Whether it is a draft whose due date counts anew from the day on which it is opened. */
    readonly isDueDateOpen: boolean;
    /** Whether the user paused the reminders of the invoice. */
    readonly paused: boolean;
  };

/** Why a reminder that came due is not sent: a part of `numer.reminder.v1.Reminder.CancelReason`. */
export type CancelReason =
  | 'INVOICE_NOT_SENT'
  | 'INVOICE_PAID'
  | 'INVOICE_VOIDED'
  | 'INVOICE_UNCOLLECTIBLE'
  | 'INVOICE_DELETED'
  | 'PAUSED'
  | 'SUPERSEDED';

/** What is to become of a reminder that came due. */
export type Decision =
  | { readonly id: string; readonly verdict: 'SEND' }
  | { readonly id: string; readonly verdict: 'CANCEL'; readonly reason: CancelReason }
  /** Its time is not known before the invoice is opened: look at it again a day later. */
  | { readonly id: string; readonly verdict: 'WAIT' }
  /** Not what is to be sent now: its due date, the plan or the time of day has changed. Revise it (`reviseReminders`). */
  | { readonly id: string; readonly verdict: 'RESCHEDULE' };

/** Why nothing is sent that comes due in a state. */
export const REASON_BY_STATE: Readonly<Record<RemindedInvoice['state'], CancelReason | undefined>> = {
  DRAFT: 'INVOICE_NOT_SENT',
  OPEN: undefined,
  PAID: 'INVOICE_PAID',
  VOID: 'INVOICE_VOIDED',
  UNCOLLECTIBLE: 'INVOICE_UNCOLLECTIBLE',
  DELETED: 'INVOICE_DELETED',
};

/**
 * Decides about all reminders of one invoice that are due, one decision each in the order given. At most one is sent:
 * the latest, so that an outage is not followed by a heap of mail. Their order changes no decision.
 */
export function decideReminders(reminders: readonly DueReminder[], invoice: RemindedInvoice, now: Date): Decision[] {
  const reason = REASON_BY_STATE[invoice.state] ?? (invoice.paused ? 'PAUSED' : undefined);
  if (reason) {
    return reminders.map(({ id, dueDate }) =>
      invoice.isDueDateOpen && dueDate !== undefined ? { id, verdict: 'WAIT' } : { id, verdict: 'CANCEL', reason },
    );
  }

  const current = reminders.filter((reminder) => !isStale(reminder, invoice, now));
  const latest = current.map(orderOf).toSorted().at(-1);
  return reminders.map((reminder) => {
    const { id } = reminder;
    if (!current.includes(reminder)) return { id, verdict: 'RESCHEDULE' };
    return orderOf(reminder) === latest ? { id, verdict: 'SEND' } : { id, verdict: 'CANCEL', reason: 'SUPERSEDED' };
  });
}

/** Whether a reminder is of another day, of a step that the plan has no more, or of a time that is still to come after all. */
function isStale(reminder: DueReminder, invoice: RemindedInvoice, now: Date): boolean {
  const { schedule, dueDate } = reminder;
  if (dueDate === undefined) return false;
  if (!invoice.dueDates.includes(dueDate) || isDropped(reminder, invoice)) return true;
  const remindTime = remindTimeOf(schedule, { ...invoice, dueDate });
  return remindTime !== undefined && remindTime > now;
}

/**
 * Orders reminders by time, and those at the same time by due date: the mail of the later instalment asks for what is due of the others as
 * well. Else by id, so that every replica decides alike.
 */
function orderOf({ remindTime, dueDate = '', id }: DueReminder): string {
  return `${remindTime.toISOString()} ${dueDate} ${id}`;
}
