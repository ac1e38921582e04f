import { type DueDays, isDropped, type Plan, remindTimeOf, type Schedule } from './plan.ts';

/** A scheduled reminder whose time has come. */
export type DueReminder = {
  readonly id: string;
  readonly schedule: Schedule;
  /** Whether it was created as a step of the plan, and not added by the user. */
  readonly planned: boolean;
  readonly remindTime: Date;
  /** The due date that its time was calculated from, `YYYY-MM-DD`; absent for a fixed time. */
  readonly dueDate?: string | undefined;
};

/** The invoice as read at the moment of sending, with its owner's plan and time zone at that moment. */
export type RemindedInvoice = DueDays &
  Plan & {
    /** `DELETED` when the invoice no longer exists. */
    readonly state: 'DRAFT' | 'OPEN' | 'PAID' | 'VOID' | 'UNCOLLECTIBLE' | 'DELETED';
    /** Whether it is a draft whose due date will be counted from the day on which it is opened. */
    readonly isDueDateOpen: boolean;
    /** Whether the user paused the reminders of the invoice. */
    readonly paused: boolean;
  };

/** Why a due reminder is not sent: a subset of `numer.reminder.v1.Reminder.CancelReason`. */
export type CancelReason =
  | 'INVOICE_NOT_SENT'
  | 'INVOICE_PAID'
  | 'INVOICE_VOIDED'
  | 'INVOICE_UNCOLLECTIBLE'
  | 'INVOICE_DELETED'
  | 'PAUSED'
  | 'SUPERSEDED';

/** What to do with a due reminder. */
export type Decision =
  | { readonly id: string; readonly verdict: 'SEND' }
  | { readonly id: string; readonly verdict: 'CANCEL'; readonly reason: CancelReason }
  /** Its time is unknown until the invoice is opened: look at it again a day later. */
  | { readonly id: string; readonly verdict: 'WAIT' }
  /** Not to be sent now, because its due date, the plan or its time has changed. Revise it (`reviseReminders`). */
  | { readonly id: string; readonly verdict: 'RESCHEDULE' };

/** Why a reminder is not sent for an invoice in a state; undefined when it may be. */
export const REASON_BY_STATE: Readonly<Record<RemindedInvoice['state'], CancelReason | undefined>> = {
  DRAFT: 'INVOICE_NOT_SENT',
  OPEN: undefined,
  PAID: 'INVOICE_PAID',
  VOID: 'INVOICE_VOIDED',
  UNCOLLECTIBLE: 'INVOICE_UNCOLLECTIBLE',
  DELETED: 'INVOICE_DELETED',
};

/**
 * Decides about all due reminders of one invoice. Gives one decision for each, in the given order, which does not
 * affect the decisions. At most one reminder is sent: the latest, so that an outage is not followed by many mails at
 * once.
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

/** Whether a reminder has a due date or a step that no longer exists, or a time that has moved to the future. */
function isStale(reminder: DueReminder, invoice: RemindedInvoice, now: Date): boolean {
  const { schedule, dueDate } = reminder;
  if (dueDate === undefined) return false;
  if (!invoice.dueDates.includes(dueDate) || isDropped(reminder, invoice)) return true;
  const remindTime = remindTimeOf(schedule, { ...invoice, dueDate });
  return remindTime !== undefined && remindTime > now;
}

/**
 * The key that orders reminders: by time, then by due date, since the mail for the later instalment also asks for what
 * is due of the others, then by id, so that all replicas decide the same.
 */
function orderOf({ remindTime, dueDate = '', id }: DueReminder): string {
  return `${remindTime.toISOString()} ${dueDate} ${id}`;
}
