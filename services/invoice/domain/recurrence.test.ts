import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addDays } from '../../../runtime/calendar.ts';
import {
  type CatchUp,
  changeProgress,
  decideNextStep,
  PAUSE_MS_MAX,
  type Progress,
  pauseMsAfter,
  progressTo,
  startProgress,
} from './recurrence.ts';
import { dateAt, FREQUENCIES, type Schedule } from './schedule.ts';

const MONTHLY: Schedule = { frequency: 'MONTH', interval: 1, startDate: '2026-01-31', endDate: null, count: null };

const dayFrom = (start: string, days: number) => addDays(start, days) ?? '';

/** The dates that a job makes when it runs on these days, in this order, and does everything that is due each time. */
function run(schedule: Schedule, catchUp: CatchUp, progress: Progress, days: readonly string[]) {
  const made: string[] = [];
  let present = progress;
  for (const today of days) {
    while (present.state === 'ACTIVE' && present.nextDate !== null) {
      const step = decideNextStep({ nextDate: present.nextDate, catchUp, attempts: 0 }, schedule, today);
      if (step.kind === 'WAIT') break;
      if (step.kind === 'MAKE') made.push(step.date);
      present = progressTo(schedule, step.kind === 'MAKE' ? present.nextIndex + 1 : step.nextIndex, {
        state: 'ACTIVE',
        lastDate: step.kind === 'MAKE' ? step.date : present.lastDate,
      });
    }
  }
  return { made, progress: present };
}

const schedules: fc.Arbitrary<Schedule> = fc.record({
  frequency: fc.constantFrom(...FREQUENCIES),
  interval: fc.integer({ min: 1, max: 5 }),
  startDate: fc.integer({ min: 0, max: 365 }).map((days) => dayFrom('2027-06-01', days)),
  endDate: fc.constant(null),
  count: fc.option(fc.integer({ min: 1, max: 30 })),
});
/** The days on which the job ran: all others were an outage. */
const ranDays = fc
  .uniqueArray(fc.integer({ min: 0, max: 900 }), { minLength: 1, maxLength: 60 })
  .map((offsets) => offsets.toSorted((a, b) => a - b).map((days) => dayFrom('2027-06-01', days)));
/** Days in any order, as from a clock that jumps. */
const anyDays = fc.array(
  fc.integer({ min: 0, max: 900 }).map((days) => dayFrom('2027-06-01', days)),
  { minLength: 1, maxLength: 60 },
);

function datesUntil(schedule: Schedule, day: string): string[] {
  const dates: string[] = [];
  for (let index = 0; ; index++) {
    const date = dateAt(schedule, index);
    if (date === undefined || date > day) return dates;
    dates.push(date);
  }
}

describe('decideNextStep', () => {
  const decide = (today: string, catchUp: CatchUp, attempts = 0) =>
    decideNextStep({ nextDate: '2026-02-28', catchUp, attempts }, MONTHLY, today);

  it.each(['ALL', 'SKIP'] as const)('waits for the day to begin, and makes the invoice on that day: %s', (catchUp) => {
    expect(decide('2026-02-27', catchUp)).toEqual({ kind: 'WAIT', date: '2026-02-28' });
    expect(decide('2026-02-28', catchUp)).toEqual({ kind: 'MAKE', date: '2026-02-28' });
  });

  it('makes up for what was missed, or goes on with the first date that was not', () => {
    expect(decide('2026-05-01', 'ALL')).toEqual({ kind: 'MAKE', date: '2026-02-28' });
    expect(decide('2026-03-31', 'SKIP')).toEqual({ kind: 'SKIP', nextIndex: 2 });
    expect(decide('2026-04-01', 'SKIP')).toEqual({ kind: 'SKIP', nextIndex: 3 });
  });

  it('does not take for missed what was tried in time', () => {
    expect(decide('2026-03-01', 'SKIP', 1)).toEqual({ kind: 'MAKE', date: '2026-02-28' });
  });
});

describe('a recurring invoice that catches up on all', () => {
  it('makes an invoice for each date up to the last run, in order, whenever it ran', () => {
    fc.assert(
      fc.property(schedules, ranDays, (schedule, days) => {
        const { made } = run(schedule, 'ALL', startProgress(schedule, 'ALL', days[0] ?? ''), days);
        expect(made).toEqual(datesUntil(schedule, days.at(-1) ?? ''));
      }),
    );
  });

  it('makes none twice when the clock jumps', () => {
    fc.assert(
      fc.property(schedules, anyDays, (schedule, days) => {
        const { made } = run(schedule, 'ALL', startProgress(schedule, 'ALL', days[0] ?? ''), days);
        expect(made).toEqual(datesUntil(schedule, days.toSorted().at(-1) ?? ''));
      }),
    );
  });
});

describe('a recurring invoice that skips what was missed', () => {
  it('makes an invoice for the dates on which it ran, and no other', () => {
    fc.assert(
      fc.property(schedules, ranDays, (schedule, days) => {
        const { made } = run(schedule, 'SKIP', startProgress(schedule, 'SKIP', days[0] ?? ''), days);
        expect(made).toEqual(datesUntil(schedule, days.at(-1) ?? '').filter((date) => days.includes(date)));
      }),
    );
  });

  it('makes none twice when the clock jumps', () => {
    fc.assert(
      fc.property(schedules, anyDays, (schedule, days) => {
        const { made } = run(schedule, 'SKIP', startProgress(schedule, 'SKIP', days[0] ?? ''), days);
        expect(made).toEqual([...new Set(made)].toSorted());
      }),
    );
  });
});

describe('progressTo', () => {
  it('has ended after the last date, also in a pause', () => {
    const schedule = { ...MONTHLY, count: 2 };
    const at = (index: number) => progressTo(schedule, index, { state: 'PAUSED', lastDate: '2026-01-31' });
    expect(at(1)).toEqual({ state: 'PAUSED', nextIndex: 1, nextDate: '2026-02-28', lastDate: '2026-01-31' });
    expect(at(2)).toEqual({ state: 'ENDED', nextIndex: 2, nextDate: null, lastDate: '2026-01-31' });
  });
});

describe('changeProgress', () => {
  const progress: Progress = { state: 'ACTIVE', nextIndex: 3, nextDate: '2026-04-30', lastDate: '2026-03-31' };
  const change = (after: Partial<Schedule>, today: string, present: Partial<Progress> = {}) =>
    changeProgress(MONTHLY, { ...MONTHLY, ...after }, { ...progress, ...present }, today);

  it('goes on where it was when the dates are the same, also with dates that were missed', () => {
    expect(change({}, '2026-06-15')).toEqual(progress);
    expect(change({ endDate: '2026-12-31' }, '2026-06-15')).toEqual(progress);
    expect(change({}, '2026-06-15', { state: 'PAUSED' })).toEqual({ ...progress, state: 'PAUSED' });
  });

  it('ends when there is no further date', () => {
    expect(change({ count: 3 }, '2026-04-15')).toMatchObject({ state: 'ENDED', nextDate: null });
    expect(change({ endDate: '2026-04-29' }, '2026-04-15')).toMatchObject({ state: 'ENDED', nextDate: null });
  });

  it('holds from today on when the dates are others', () => {
    expect(change({ frequency: 'DAY' }, '2026-04-15')).toMatchObject({ nextDate: '2026-04-15' });
    expect(change({ startDate: '2026-01-10' }, '2026-04-15')).toMatchObject({ nextDate: '2026-05-10' });
    expect(change({ startDate: '2026-08-01' }, '2026-04-15')).toMatchObject({ nextIndex: 0, nextDate: '2026-08-01' });
    expect(change({ frequency: 'DAY' }, '2026-04-15', { state: 'PAUSED' })).toMatchObject({ state: 'PAUSED' });
  });

  it('never goes back to a date that an invoice was made for', () => {
    const daily = { frequency: 'DAY' } as const;
    expect(change(daily, '2026-03-31')).toMatchObject({ nextDate: '2026-04-01' });
    // The clock was ahead when the last one was made.
    expect(change(daily, '2026-02-01')).toMatchObject({ nextDate: '2026-04-01' });
    fc.assert(
      fc.property(schedules, schedules, ranDays, (before, after, days) => {
        const today = days.at(-1) ?? '';
        const { progress: present } = run(before, 'ALL', startProgress(before, 'ALL', today), days);
        const { nextDate } = changeProgress(before, after, present, today);
        if (nextDate === null || (before.startDate === after.startDate && nextDate === present.nextDate)) return;
        expect(nextDate > (present.lastDate ?? '')).toBe(true);
        expect(nextDate >= today).toBe(true);
      }),
    );
  });

  it('lets one that has ended go on, from today', () => {
    const ended = { state: 'ENDED', nextIndex: 3, nextDate: null } as const;
    const after = changeProgress(
      { ...MONTHLY, count: 3 },
      { ...MONTHLY, count: 12 },
      { ...progress, ...ended },
      '2026-07-01',
    );
    expect(after).toEqual({ state: 'ACTIVE', nextIndex: 6, nextDate: '2026-07-31', lastDate: '2026-03-31' });
  });
});

describe('startProgress', () => {
  it('begins with the first date, or with the first that has not passed', () => {
    expect(startProgress(MONTHLY, 'ALL', '2026-04-01')).toMatchObject({ nextIndex: 0, nextDate: '2026-01-31' });
    expect(startProgress(MONTHLY, 'SKIP', '2026-04-01')).toMatchObject({ nextIndex: 3, nextDate: '2026-04-30' });
    expect(startProgress(MONTHLY, 'SKIP', '2025-04-01')).toMatchObject({ nextIndex: 0, nextDate: '2026-01-31' });
    expect(startProgress({ ...MONTHLY, count: 3 }, 'SKIP', '2026-04-01').state).toBe('ENDED');
  });
});

describe('pauses between attempts', () => {
  it('double up to four hours, and then it is over', () => {
    const minutes = Array.from({ length: 8 }, (_, index) => (pauseMsAfter(index + 1) ?? 0) / 60_000);
    expect(minutes).toEqual([5, 10, 20, 40, 80, 160, 240, 0]);
    expect(pauseMsAfter(8)).toBeUndefined();
    expect(PAUSE_MS_MAX).toBe(pauseMsAfter(7));
  });
});
