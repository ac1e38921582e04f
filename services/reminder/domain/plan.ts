import { addDays, localInstant } from '../../../runtime/calendar.ts';

/** What determines the time of a reminder. */
export type Schedule =
  /** Whole days from the due date: negative before it, 0 on it, positive after it. Moves with the due date. */
  | { readonly kind: 'offset'; readonly offsetDays: number }
  /** A fixed time, independent of the due date. */
  | { readonly kind: 'fixed'; readonly time: Date };

/** When in a day an owner's reminders are sent: IANA time zone, and the local time of day `HH:MM`. */
export type LocalTime = { readonly timeZone: string; readonly timeOfDay: string };

/** What the instant of a reminder is calculated from: the due date `YYYY-MM-DD`, the zone and the time of day. */
export type DueDay = LocalTime & { readonly dueDate: string };

/** The due dates of an invoice, soonest first: several when it is paid in instalments. */
export type DueDays = LocalTime & { readonly dueDates: readonly string[] };

/** A step of the plan with its due date, `YYYY-MM-DD`, and its instant. */
export type PlannedReminder = { readonly offsetDays: number; readonly dueDate: string; readonly remindTime: Date };

/** When reminders are sent for every open invoice of an account. */
export type Plan = {
  /** The steps in whole days from the due date, each once. */
  readonly offsetsDays: readonly number[];
  /** The local time of day, `HH:MM`, of reminders that follow a due date. */
  readonly timeOfDay: string;
};

/** The default plan: a week before the due date, three days before it, on it, and a week after it. */
export const DEFAULT_PLAN: Plan = { offsetsDays: [-7, -3, 0, 7], timeOfDay: '09:00' };

/**
 * Reasons for which a cancelled step is not planned again for the same due date: the user cancelled it, or its time had
 * come. A change of the time of day or of the zone can move that time into the future again.
 */
export const FINAL_REASONS: readonly string[] = ['USER_REQUEST', 'PAUSED', 'SUPERSEDED'];

/**
 * The instant of a reminder, also right on days when clocks change. Undefined when the day would lie outside of the
 * years 0001 to 9999. Assumes a valid due date and time of day. Throws RangeError for an unknown time zone.
 */
export function remindTimeOf(schedule: Schedule, { dueDate, timeZone, timeOfDay }: DueDay): Date | undefined {
  if (schedule.kind === 'fixed') return schedule.time;
  const day = addDays(dueDate, schedule.offsetDays);
  return day === undefined ? undefined : localInstant(day, timeOfDay, timeZone);
}

/** The steps of a plan whose time is in the future, soonest first for each due date. */
export function planReminders({ dueDates, offsetsDays, ...time }: DueDays & Plan, now: Date): PlannedReminder[] {
  const sorted = offsetsDays.toSorted((a, b) => a - b);
  return dueDates.flatMap((dueDate) =>
    sorted.flatMap((offsetDays) => {
      const remindTime = futureTimeOf({ kind: 'offset', offsetDays }, { dueDate, ...time }, now);
      return remindTime ? [{ offsetDays, dueDate, remindTime }] : [];
    }),
  );
}

/**
 * The first due date for which the instant of a schedule is in the future, and that instant; undefined when there is
 * none.
 */
export function scheduleReminder(schedule: Schedule, { dueDates, ...time }: DueDays, now: Date) {
  for (const dueDate of dueDates) {
    const remindTime = futureTimeOf(schedule, { dueDate, ...time }, now);
    if (remindTime) return { dueDate, remindTime };
  }
  return undefined;
}

/** Whether a reminder was created as a step of the plan, and the plan no longer has that step. */
export function isDropped(
  { planned, schedule }: { readonly planned: boolean; readonly schedule: Schedule },
  { offsetsDays }: Pick<Plan, 'offsetsDays'>,
): boolean {
  return planned && schedule.kind === 'offset' && !offsetsDays.includes(schedule.offsetDays);
}

/** Whether a reminder can be added to an invoice in this state: the invoice is owed, or may be later. */
export function isRemindable(state: string): boolean {
  return state === 'DRAFT' || state === 'OPEN';
}

/** The instant of a reminder; undefined when it has passed or does not exist. */
export function futureTimeOf(schedule: Schedule, due: DueDay, now: Date): Date | undefined {
  const remindTime = remindTimeOf(schedule, due);
  return remindTime && remindTime > now ? remindTime : undefined;
}
