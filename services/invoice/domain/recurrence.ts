import { addDays } from '../../../runtime/calendar.ts';
import { dateAt, firstIndexFrom, type Schedule } from './schedule.ts';

/** All states of a recurring invoice. */
export const RECURRING_STATES = ['ACTIVE', 'PAUSED', 'ENDED'] as const;

/** One of {@link RECURRING_STATES}. */
export type RecurringState = (typeof RECURRING_STATES)[number];

/** What can be done with each invoice that is made. */
export const RECURRING_MODES = ['DRAFT', 'FINALIZE', 'SEND'] as const;

/** What can be done about missed dates. */
export const CATCH_UPS = ['ALL', 'SKIP'] as const;

/** One of {@link CATCH_UPS}. */
export type CatchUp = (typeof CATCH_UPS)[number];

/** How far a recurring invoice has come with its schedule. */
export type Progress = {
  readonly state: RecurringState;
  /** Number of the next date. */
  readonly nextIndex: number;
  /** The next date; null exactly when the schedule has ended. */
  readonly nextDate: string | null;
  /** Latest date that an invoice was made for; null when there was none. */
  readonly lastDate: string | null;
};

/** What is to be done about the next date. */
export type NextStep =
  /** Its day has not begun. */
  | { readonly kind: 'WAIT'; readonly date: string }
  /** It was missed, and perhaps later ones too: the schedule goes on with this number. */
  | { readonly kind: 'SKIP'; readonly nextIndex: number }
  /** An invoice is to be made for it. */
  | { readonly kind: 'MAKE'; readonly date: string };

/**
 * Decides about the next date of a recurring invoice that is active. A date was missed when its day has passed without an
 * attempt to make its invoice; one that was tried in time is late, not missed.
 */
export function decideNextStep(
  recurring: { readonly nextDate: string; readonly catchUp: CatchUp; readonly attempts: number },
  schedule: Schedule,
  today: string,
): NextStep {
  const { nextDate: date, catchUp, attempts } = recurring;
  if (date > today) return { kind: 'WAIT', date };
  if (catchUp === 'SKIP' && attempts === 0 && date < today) {
    return { kind: 'SKIP', nextIndex: firstIndexFrom(schedule, today) };
  }
  return { kind: 'MAKE', date };
}

/**
 * The progress of a recurring invoice that goes on with the date of this number. It has ended when there is no such
 * date, and is in `state` otherwise.
 */
export function progressTo(
  schedule: Schedule,
  nextIndex: number,
  { state, lastDate }: { readonly state: 'ACTIVE' | 'PAUSED'; readonly lastDate: string | null },
): Progress {
  const nextDate = dateAt(schedule, nextIndex) ?? null;
  return { state: nextDate === null ? 'ENDED' : state, nextIndex, nextDate, lastDate };
}

/**
 * The progress of a new recurring invoice on the day `today`: it begins with its first date, or, when missed dates are
 * skipped, with the first that was not missed.
 */
export function startProgress(schedule: Schedule, catchUp: CatchUp, today: string): Progress {
  const nextIndex = catchUp === 'SKIP' ? firstIndexFrom(schedule, today) : 0;
  return progressTo(schedule, nextIndex, { state: 'ACTIVE', lastDate: null });
}

/**
 * The progress after the schedule was changed on the day `today`. If its dates are different, or it had ended, it goes
 * on from today, after the last date that an invoice was made for. Otherwise it goes on where it was, unless the change
 * ends it.
 */
export function changeProgress(before: Schedule, after: Schedule, progress: Progress, today: string): Progress {
  const { state, nextIndex, lastDate } = progress;
  const open = { state: state === 'PAUSED' ? state : 'ACTIVE', lastDate } as const;
  if (hasSameDates(before, after) && state !== 'ENDED') return progressTo(after, nextIndex, open);
  const from = lastDate === null || lastDate < today ? today : (addDays(lastDate, 1) ?? lastDate);
  return progressTo(after, firstIndexFrom(after, from), open);
}

function hasSameDates(one: Schedule, other: Schedule): boolean {
  return one.frequency === other.frequency && one.interval === other.interval && one.startDate === other.startDate;
}

/** Pauses after failed attempts, in minutes: about nine hours in all. */
const PAUSE_MINUTES = [5, 10, 20, 40, 80, 160, 240];

/** How long to wait after this many failed attempts; undefined when that was the last. */
export function pauseMsAfter(attempts: number): number | undefined {
  const minutes = PAUSE_MINUTES[attempts - 1];
  return minutes === undefined ? undefined : minutes * 60_000;
}

/** The longest of these pauses, for work that is never given up. */
export const PAUSE_MS_MAX = Math.max(...PAUSE_MINUTES) * 60_000;
