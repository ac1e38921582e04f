import { addDays, localInstant } from '../../../runtime/calendar.ts';

/** What the time of a reminder follows from. */
export type Schedule =
  /** Whole days from the due date: negative before it, 0 on it, positive after it. Moves with the due date. */
  | { readonly kind: 'offset'; readonly offsetDays: number }
  /** A fixed time, whatever becomes of the due date. */
  | { readonly kind: 'fixed'; readonly time: Date };

/** At what time the days of an owner are reminded of: IANA time zone, and the local time of day `HH:MM`. */
export type LocalTime = { readonly timeZone: string; readonly timeOfDay: string };

/** What turns days into instants: the due date `YYYY-MM-DD` and the time. */
export type DueDay = LocalTime & { readonly dueDate: string };

/** The due dates of an invoice, soonest first: several when it is paid in instalments. */
export type DueDays = LocalTime & { readonly dueDates: readonly string[] };

/** A step of the plan with its instant. */
export type PlannedReminder = { readonly offsetDays: number; readonly dueDate: string; readonly remindTime: Date };

/** When an account reminds of every invoice that is open. */
export type Plan = {
  /** The steps in whole days from the due date, each once. */
  readonly offsetsDays: readonly number[];
  /** The local time of day at which what follows a due date is sent, `HH:MM`. */
  readonly timeOfDay: string;
};

/** The plan of an account that has not chosen another: a week and three days before the due date, on it, and a week after it. */
export const DEFAULT_PLAN: Plan = { offsetsDays: [-7, -3, 0, 7], timeOfDay: '09:00' };

/**
 * Why a reminder was cancelled whose step is not planned again for the same due date: its user said so, or its time had come. A
 * change of the time of day or of the zone can put that into the future again.
 */
export const FINAL_REASONS: readonly string[] = ['USER_REQUEST', 'PAUSED', 'SUPERSEDED'];

/**
 * The instant of a reminder; right on days when clocks are changed. Undefined when the day would lie outside of the
 * years 0001 to 9999. Assumes a valid due date and time of day; throws RangeError for an unknown time zone.
 */
export function remindTimeOf(schedule: Schedule, { dueDate, timeZone, timeOfDay }: DueDay): Date | undefined {
  if (schedule.kind === 'fixed') return schedule.time;
  const day = addDays(dueDate, schedule.offsetDays);
  return day === undefined ? undefined : localInstant(day, timeOfDay, timeZone);
}

/** The steps of a plan, soonest first for each due date, whose time is still to come. */
export function planReminders({ dueDates, offsetsDays, ...time }: DueDays & Plan, now: Date): PlannedReminder[] {
  const sorted = offsetsDays.toSorted((a, b) => a - b);
  return dueDates.flatMap((dueDate) =>
    sorted.flatMap((offsetDays) => {
      const remindTime = futureTimeOf({ kind: 'offset', offsetDays }, { dueDate, ...time }, now);
      return remindTime ? [{ offsetDays, dueDate, remindTime }] : [];
    }),
  );
}

/** The instant of a reminder that a user asks for, and the first due date for which it is still to come; undefined when there is none. */
export function scheduleReminder(schedule: Schedule, { dueDates, ...time }: DueDays, now: Date) {
  for (const dueDate of dueDates) {
    const remindTime = futureTimeOf(schedule, { dueDate, ...time }, now);
    if (remindTime) return { dueDate, remindTime };
  }
  return undefined;
}

/** Whether a reminder was made as a step of the plan, and the plan has that step no more. */
export function isDropped(
  { planned, schedule }: { readonly planned: boolean; readonly schedule: Schedule },
  { offsetsDays }: Pick<Plan, 'offsetsDays'>,
): boolean {
  return planned && schedule.kind === 'offset' && !offsetsDays.includes(schedule.offsetDays);
}

/** Whether a reminder can be added to an invoice in this state: one that may still come to be owed. */
export function isRemindable(state: string): boolean {
  return state === 'DRAFT' || state === 'OPEN';
}

/** The instant of a reminder; undefined when that has passed, or there is none. */
export function futureTimeOf(schedule: Schedule, due: DueDay, now: Date): Date | undefined {
  const remindTime = remindTimeOf(schedule, due);
  return remindTime && remindTime > now ? remindTime : undefined;
}
