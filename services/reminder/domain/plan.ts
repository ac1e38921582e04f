import { addDays, localInstant } from '../../../runtime/calendar.ts';
import { RuleViolation } from './rule-violation.ts';

/** What the time of a reminder follows from. */
export type Schedule =
  /** Whole days from the due date: negative before it, 0 on it, positive after it. Moves with the due date. */
  | { readonly kind: 'offset'; readonly offsetDays: number }
  /** A fixed time, whatever becomes of the due date. */
  | { readonly kind: 'fixed'; readonly time: Date };

/** What turns days into instants: the due date `YYYY-MM-DD` and the IANA time zone of the owner. */
export type DueDay = { readonly dueDate: string; readonly timeZone: string };

/** The due dates of an invoice, soonest first: several when it is paid in instalments. */
export type DueDays = { readonly dueDates: readonly string[]; readonly timeZone: string };

/** A step of the plan with its instant. */
export type PlannedReminder = { readonly offsetDays: number; readonly dueDate: string; readonly remindTime: Date };

/** The default plan in days from the due date: a week and three days before it, on it, and a week after it. */
const DEFAULT_OFFSETS_DAYS: readonly number[] = [-7, -3, 0, 7];

/** The owner's local time of day at which reminders that follow the due date are sent. */
const REMIND_TIME_OF_DAY = '09:00';

/** States of an invoice in which a reminder can be added: those in which it may still come to be owed. */
const REMINDABLE_STATES: readonly string[] = ['DRAFT', 'OPEN'];

/**
 * The instant of a reminder; right on days when clocks are changed. Undefined when the day would lie outside of the
 * years 0001 to 9999. Assumes a valid due date; throws RangeError for an unknown time zone.
 */
export function remindTimeOf(schedule: Schedule, { dueDate, timeZone }: DueDay): Date | undefined {
  if (schedule.kind === 'fixed') return schedule.time;
  const day = addDays(dueDate, schedule.offsetDays);
  return day === undefined ? undefined : localInstant(day, REMIND_TIME_OF_DAY, timeZone);
}

/** The steps of a plan, soonest first for each due date, whose time is still to come. */
export function planReminders(
  { dueDates, timeZone }: DueDays,
  now: Date,
  offsetsDays = DEFAULT_OFFSETS_DAYS,
): PlannedReminder[] {
  const sorted = offsetsDays.toSorted((a, b) => a - b);
  return dueDates.flatMap((dueDate) =>
    sorted.flatMap((offsetDays) => {
      const remindTime = futureTimeOf({ kind: 'offset', offsetDays }, { dueDate, timeZone }, now);
      return remindTime ? [{ offsetDays, dueDate, remindTime }] : [];
    }),
  );
}

/**
 * The instant of a reminder that a user asks for, and the first due date for which it is still to come. Throws
 * REMINDER_IN_PAST when there is none.
 */
export function scheduleReminder(schedule: Schedule, { dueDates, timeZone }: DueDays, now: Date) {
  for (const dueDate of dueDates) {
    const remindTime = futureTimeOf(schedule, { dueDate, timeZone }, now);
    if (remindTime) return { dueDate, remindTime };
  }
  throw new RuleViolation('REMINDER_IN_PAST', 'the time of the reminder has passed');
}

/**
 * The instant of a scheduled reminder after the due date changed; undefined when that has passed, and the reminder is to
 * be cancelled (RESCHEDULED_TO_PAST).
 */
export function rescheduleReminder(schedule: Schedule, due: DueDay, now: Date): Date | undefined {
  return futureTimeOf(schedule, due, now);
}

/** Throws INVOICE_STATE (metadata as of the invoice service) unless a reminder can be added to an invoice in this state. */
export function checkRemindable(state: string): void {
  if (REMINDABLE_STATES.includes(state)) return;
  const metadata = { state, action: 'CREATE_REMINDER', cause: state === 'VOID' ? 'VOIDED' : state };
  throw new RuleViolation('INVOICE_STATE', 'reminders can be added to drafts and open invoices only', metadata);
}

function futureTimeOf(schedule: Schedule, due: DueDay, now: Date): Date | undefined {
  const remindTime = remindTimeOf(schedule, due);
  return remindTime && remindTime > now ? remindTime : undefined;
}
