import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addDays, addMonths, daysBetween } from '../../../runtime/calendar.ts';
import { checkSchedule, checkStart, dateAt, FREQUENCIES, firstIndexFrom, periodAt, type Schedule } from './schedule.ts';

const schedule = (init: Partial<Schedule> = {}): Schedule => ({
  frequency: 'MONTH',
  interval: 1,
  startDate: '2026-01-31',
  endDate: null,
  count: null,
  ...init,
});

const datesOf = (of: Schedule, length: number) => Array.from({ length }, (_, index) => dateAt(of, index));

const days = fc.integer({ min: 0, max: 60_000 }).map((count) => addDays('1950-01-01', count) ?? '');
const schedules = fc.record({
  frequency: fc.constantFrom(...FREQUENCIES),
  interval: fc.integer({ min: 1, max: 1000 }),
  startDate: days,
  endDate: fc.constant(null),
  count: fc.constant(null),
});
const indexes = fc.integer({ min: 0, max: 400 });

describe('dateAt', () => {
  it.each([
    ['the last day of each month', schedule(), ['2026-01-31', '2026-02-28', '2026-03-31', '2026-04-30', '2026-05-31']],
    [
      'February of a leap year',
      schedule({ startDate: '2027-12-30' }),
      ['2027-12-30', '2028-01-30', '2028-02-29', '2028-03-30'],
    ],
    [
      'a leap day each year',
      schedule({ frequency: 'YEAR', startDate: '2028-02-29' }),
      ['2028-02-29', '2029-02-28', '2030-02-28', '2031-02-28', '2032-02-29'],
    ],
    [
      'each quarter',
      schedule({ interval: 3, startDate: '2026-11-30' }),
      ['2026-11-30', '2027-02-28', '2027-05-30', '2027-08-30'],
    ],
    [
      'each second week',
      schedule({ frequency: 'WEEK', interval: 2, startDate: '2026-12-24' }),
      ['2026-12-24', '2027-01-07', '2027-01-21'],
    ],
    [
      'each tenth day',
      schedule({ frequency: 'DAY', interval: 10, startDate: '2028-02-20' }),
      ['2028-02-20', '2028-03-01', '2028-03-11'],
    ],
    [
      'the end of time',
      schedule({ frequency: 'YEAR', startDate: '9998-05-01' }),
      ['9998-05-01', '9999-05-01', undefined],
    ],
  ])('is %s', (_, of, dates) => {
    expect(datesOf(of, dates.length)).toEqual(dates);
  });

  it('ends with the end date, which may be one itself, or after so many', () => {
    expect(datesOf(schedule({ endDate: '2026-03-31' }), 4)).toEqual([
      '2026-01-31',
      '2026-02-28',
      '2026-03-31',
      undefined,
    ]);
    expect(datesOf(schedule({ endDate: '2026-03-30' }), 3)).toEqual(['2026-01-31', '2026-02-28', undefined]);
    expect(datesOf(schedule({ count: 2 }), 4)).toEqual(['2026-01-31', '2026-02-28', undefined, undefined]);
  });

  it('goes forward with each number and never gives a date twice', () => {
    fc.assert(
      fc.property(schedules, indexes, (of, index) => {
        const [date, next] = [dateAt(of, index), dateAt(of, index + 1)];
        if (date === undefined) expect(next).toBeUndefined();
        else if (next !== undefined) expect(daysBetween(date, next)).toBeGreaterThan(0);
      }),
    );
  });

  it('keeps the day of the month of the start date wherever the month has it, however far it goes', () => {
    const monthly = schedules.filter(({ frequency }) => frequency === 'MONTH' || frequency === 'YEAR');
    fc.assert(
      fc.property(monthly, indexes, (of, index) => {
        const date = dateAt(of, index);
        if (date === undefined) return;
        const isLastDay = addDays(date, 1)?.endsWith('-01') ?? true;
        expect(date.slice(8) === of.startDate.slice(8) || (isLastDay && date.slice(8) < of.startDate.slice(8))).toBe(
          true,
        );
        const months = index * of.interval * (of.frequency === 'YEAR' ? 12 : 1);
        expect(date.slice(0, 7)).toBe(addMonths(`${of.startDate.slice(0, 7)}-01`, months)?.slice(0, 7));
      }),
    );
  });

  it('keeps the day of the week and equal distances', () => {
    fc.assert(
      fc.property(schedules, indexes, (of, index) => {
        if (of.frequency !== 'WEEK' && of.frequency !== 'DAY') return;
        const unit = of.frequency === 'WEEK' ? 7 : 1;
        const date = dateAt(of, index);
        if (date !== undefined) expect(daysBetween(of.startDate, date)).toBe(index * of.interval * unit);
      }),
    );
  });

  it('has as many dates as the count, and none after the end date', () => {
    fc.assert(
      fc.property(schedules, fc.integer({ min: 1, max: 50 }), days, (of, count, endDate) => {
        expect(datesOf({ ...of, count }, 60).filter((date) => date !== undefined).length).toBeLessThanOrEqual(count);
        expect(dateAt({ ...of, count }, count)).toBeUndefined();
        expect(dateAt({ ...of, count }, count - 1)).toBe(dateAt(of, count - 1));
        for (const date of datesOf({ ...of, endDate }, 20)) if (date !== undefined) expect(date <= endDate).toBe(true);
        for (const [index, date] of datesOf(of, 20).entries()) {
          if (date !== undefined && date <= endDate) expect(dateAt({ ...of, endDate }, index)).toBe(date);
        }
      }),
    );
  });
});

describe('periodAt', () => {
  it.each([
    ['of the month before', schedule({ startDate: '2026-03-01' }), [0, 'PRECEDING'], ['2026-02-01', '2026-02-28']],
    ['of the month after', schedule({ startDate: '2026-03-01' }), [1, 'FOLLOWING'], ['2026-04-01', '2026-04-30']],
    ['between the last days of months', schedule(), [1, 'FOLLOWING'], ['2026-02-28', '2026-03-30']],
    ['before the end of the schedule', schedule({ count: 1 }), [0, 'FOLLOWING'], ['2026-01-31', '2026-02-27']],
    ['of a day', schedule({ frequency: 'DAY' }), [0, 'PRECEDING'], ['2026-01-30', '2026-01-30']],
    ['that never ends', schedule({ startDate: '9999-12-01' }), [0, 'FOLLOWING'], ['9999-12-01', null]],
  ] as const)('is one %s', (_, of, [index, period], [startDate, endDate]) => {
    expect(periodAt(of, index, period)).toEqual({ startDate, endDate });
  });

  it('leaves no day out and has none twice, and ends or begins with the date', () => {
    fc.assert(
      fc.property(schedules, indexes, fc.constantFrom('PRECEDING', 'FOLLOWING'), (of, index, period) => {
        const [one, next] = [periodAt(of, index, period), periodAt(of, index + 1, period)];
        if (one.startDate === null || one.endDate === null) return;
        expect(daysBetween(one.startDate, one.endDate)).toBeGreaterThanOrEqual(0);
        expect(next.startDate).toBe(addDays(one.endDate, 1));
        expect(period === 'FOLLOWING' ? one.startDate : addDays(one.endDate, 1)).toBe(dateAt(of, index));
      }),
    );
  });
});

describe('firstIndexFrom', () => {
  it.each([
    ['2025-12-31', 0],
    ['2026-01-31', 0],
    ['2026-02-01', 1],
    ['2026-02-28', 1],
    ['2026-03-01', 2],
    ['2036-01-31', 120],
  ])('from %s is %i', (day, index) => {
    expect(firstIndexFrom(schedule(), day)).toBe(index);
  });

  it('is the first date that is not before the day, whatever the schedule', () => {
    fc.assert(
      fc.property(schedules, days, (of, day) => {
        const index = firstIndexFrom(of, day);
        const date = dateAt(of, index);
        if (date !== undefined) expect(date >= day).toBe(true);
        if (index > 0) expect((dateAt(of, index - 1) ?? '') < day).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it('undoes dateAt', () => {
    fc.assert(
      fc.property(schedules, indexes, (of, index) => {
        const date = dateAt(of, index);
        if (date !== undefined) expect(firstIndexFrom(of, date)).toBe(index);
      }),
    );
  });
});

describe('checkSchedule', () => {
  it.each([
    ['startDate', { startDate: '2026-02-30' }],
    ['endDate', { endDate: '2026-02-30' }],
    ['endDate', { endDate: '2026-01-30' }],
    ['count', { endDate: '2026-12-31', count: 3 }],
  ] as const)('names %s', (field, init) => {
    expect(() => checkSchedule(schedule(init))).toThrow(expect.objectContaining({ reason: 'INVALID_ARGUMENT', field }));
  });

  it.each([{}, { endDate: '2026-01-31' }, { count: 1 }])('takes %o', (init) => {
    expect(() => checkSchedule(schedule(init))).not.toThrow();
  });
});

describe('checkStart', () => {
  it('lets a schedule start a year ago, and no earlier', () => {
    expect(() => checkStart(schedule({ startDate: '2025-03-01' }), '2026-03-01')).not.toThrow();
    expect(() => checkStart(schedule({ startDate: '2025-02-28' }), '2026-03-01')).toThrow(
      expect.objectContaining({ field: 'startDate' }),
    );
  });
});
