import { addDays, addMonths, daysBetween } from '../../../runtime/calendar.ts';
import { checkDate } from './dates.ts';
import { invalid } from './rule-violation.ts';

/** Units of the interval between two dates of a schedule. */
export const FREQUENCIES = ['DAY', 'WEEK', 'MONTH', 'YEAR'] as const;

/** One of {@link FREQUENCIES}. */
export type Frequency = (typeof FREQUENCIES)[number];

/**
 * Which period the invoice of a date is for: none, the one that ends before the date, or the one that begins with it.
 */
export const PERIODS = ['NONE', 'PRECEDING', 'FOLLOWING'] as const;

/** One of {@link PERIODS}. */
export type Period = (typeof PERIODS)[number];

/**
 * Dates at regular intervals, `YYYY-MM-DD`. They are numbered from 0, the start date, and each is counted from the
 * start date, never from the date before: so 31 January is followed by the last day of February, and that by 31 March.
 */
export type Schedule = {
  readonly frequency: Frequency;
  /** Units between two dates, at least 1. */
  readonly interval: number;
  readonly startDate: string;
  /** Last day that may be a date; null for none. */
  readonly endDate: string | null;
  /** How many dates there are; null when there is no limit. Not beside an end date. */
  readonly count: number | null;
};

/** How far back a schedule may start, so that catching up on it is bounded. */
const START_MONTHS_BACK_MAX = 12;

const DAYS = { DAY: 1, WEEK: 7 } as const;
const MONTHS = { MONTH: 1, YEAR: 12 } as const;

/** Throws INVALID_ARGUMENT naming the field unless the dates exist, are in order, and end in one way at most. */
export function checkSchedule({ startDate, endDate, count }: Schedule): void {
  checkDate(startDate, 'startDate');
  if (endDate === null) return;
  checkDate(endDate, 'endDate');
  if (endDate < startDate) throw invalid('endDate', 'must not be before the start date');
  if (count !== null) throw invalid('count', 'must be left out when there is an end date');
}

/** Throws INVALID_ARGUMENT naming `startDate` when it lies more than a year before `today`. */
export function checkStart({ startDate }: Schedule, today: string): void {
  if (startDate >= (addMonths(today, -START_MONTHS_BACK_MAX) ?? startDate)) return;
  throw invalid('startDate', 'must not be more than a year ago');
}

/** The date with this number, or undefined when the schedule has ended before it. */
export function dateAt(schedule: Schedule, index: number): string | undefined {
  if (schedule.count !== null && index >= schedule.count) return undefined;
  const date = unboundedDateAt(schedule, index);
  return date === undefined || (schedule.endDate !== null && date > schedule.endDate) ? undefined : date;
}

/**
 * The first and the last day of the period that the date with this number stands for, `YYYY-MM-DD`: between this date and the one
 * before or after it, as if the schedule had neither beginning nor end. Periods of one schedule follow each other without gaps. A day
 * is null where the calendar ends.
 */
export function periodAt(
  schedule: Schedule,
  index: number,
  period: Exclude<Period, 'NONE'>,
): { readonly startDate: string | null; readonly endDate: string | null } {
  const first = period === 'FOLLOWING' ? index : index - 1;
  const next = unboundedDateAt(schedule, first + 1);
  return {
    startDate: unboundedDateAt(schedule, first) ?? null,
    endDate: (next && addDays(next, -1)) ?? null,
  };
}

/** The number of the first date on this day or later, as if the schedule had no end. */
export function firstIndexFrom(schedule: Schedule, day: string): number {
  // Months differ in length, so the number that they suggest may be one too low, but never too high.
  let index = Math.max(0, indexBefore(schedule, day));
  for (;;) {
    const date = unboundedDateAt(schedule, index);
    if (date === undefined || date >= day) return index;
    index += 1;
  }
}

/** A number whose date is not after the day, and close to it. */
function indexBefore({ frequency, interval, startDate }: Schedule, day: string): number {
  if (frequency === 'DAY' || frequency === 'WEEK') {
    return Math.floor(daysBetween(startDate, day) / (interval * DAYS[frequency]));
  }
  return Math.floor((monthOf(day) - monthOf(startDate) - 1) / (interval * MONTHS[frequency]));
}

function monthOf(day: string): number {
  return Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7));
}

function unboundedDateAt({ frequency, interval, startDate }: Schedule, index: number): string | undefined {
  if (frequency === 'DAY' || frequency === 'WEEK') return addDays(startDate, index * interval * DAYS[frequency]);
  return addMonths(startDate, index * interval * MONTHS[frequency]);
}
