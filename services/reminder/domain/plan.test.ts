import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { localDate } from '../../../runtime/calendar.ts';
import { DEFAULT_PLAN, futureTimeOf, isDropped, planReminders, remindTimeOf, scheduleReminder } from './plan.ts';

const berlin = { ...DEFAULT_PLAN, dueDate: '2026-04-01', timeZone: 'Europe/Berlin' };
const inBerlin = { ...DEFAULT_PLAN, dueDates: ['2026-04-01', '2026-05-01'], timeZone: 'Europe/Berlin' };
const once = ({ dueDate, ...others }: typeof berlin) => ({ ...others, dueDates: [dueDate] });
const offset = (offsetDays: number) => ({ kind: 'offset', offsetDays }) as const;
const texts = (reminders: { remindTime: Date }[]) => reminders.map(({ remindTime }) => remindTime.toISOString());

describe('planReminders', () => {
  it('reminds at 9:00 local time 7 and 3 days before the due date, on it and 7 days after, across a change of clocks', () => {
    expect(texts(planReminders(once(berlin), new Date('2026-03-01T00:00:00Z')))).toEqual([
      '2026-03-25T08:00:00.000Z',
      '2026-03-29T07:00:00.000Z',
      '2026-04-01T07:00:00.000Z',
      '2026-04-08T07:00:00.000Z',
    ]);
  });

  it('leaves out what is not still to come, to the millisecond', () => {
    const times = (now: string) => planReminders(once(berlin), new Date(now)).map(({ offsetDays }) => offsetDays);
    expect(times('2026-03-29T06:59:59.999Z')).toEqual([-3, 0, 7]);
    expect(times('2026-03-29T07:00:00.000Z')).toEqual([0, 7]);
    expect(times('2026-04-08T07:00:00.000Z')).toEqual([]);
  });

  it('has the steps of each due date', () => {
    const steps = planReminders(inBerlin, new Date('2026-04-02T00:00:00Z'));
    expect(steps.map(({ dueDate, offsetDays }) => `${dueDate} ${offsetDays}`)).toEqual([
      '2026-04-01 7',
      ...[-7, -3, 0, 7].map((offsetDays) => `2026-05-01 ${offsetDays}`),
    ]);
  });

  it('keeps the calendar day of the zone of the owner', () => {
    const auckland = { ...DEFAULT_PLAN, dueDate: '2026-11-30', timeZone: 'Pacific/Auckland' };
    expect(texts(planReminders(once(auckland), new Date('2026-11-25T00:00:00Z')))).toEqual([
      '2026-11-26T20:00:00.000Z',
      '2026-11-29T20:00:00.000Z',
      '2026-12-06T20:00:00.000Z',
    ]);
  });

  it('leaves out days beyond the calendar', () => {
    const last = { ...DEFAULT_PLAN, dueDate: '9999-12-31', timeZone: 'UTC' };
    expect(planReminders(once(last), new Date('2026-01-01T00:00:00Z')).map(({ offsetDays }) => offsetDays)).toEqual([
      -7, -3, 0,
    ]);
    expect(planReminders(once({ ...last, dueDate: '0001-01-01' }), new Date('2026-01-01T00:00:00Z'))).toEqual([]);
  });

  it('has the steps of another plan at its time of day', () => {
    const plan = { offsetsDays: [30, -60], timeOfDay: '18:30' };
    expect(texts(planReminders({ ...once(berlin), ...plan }, new Date('2026-01-01T00:00:00Z')))).toEqual([
      '2026-01-31T17:30:00.000Z',
      '2026-05-01T16:30:00.000Z',
    ]);
  });

  it('has nothing of an empty plan', () => {
    expect(planReminders({ ...inBerlin, offsetsDays: [] }, new Date('2026-01-01T00:00:00Z'))).toEqual([]);
  });

  it('comes later on a day without the time of day', () => {
    const plan = { offsetsDays: [-3], timeOfDay: '02:30' };
    expect(texts(planReminders({ ...once(berlin), ...plan }, new Date('2026-01-01T00:00:00Z')))).toEqual([
      '2026-03-29T01:30:00.000Z',
    ]);
  });

  it('plans only the future, soonest first, each on its own day of the owner', () => {
    const dueDates = fc.date({ min: new Date('2000-01-01'), max: new Date('2037-12-01'), noInvalidDate: true });
    const zones = fc.constantFrom(...Intl.supportedValuesOf('timeZone'));
    const leads = fc.integer({ min: -20 * 86_400_000, max: 20 * 86_400_000 });
    const offsets = fc.uniqueArray(fc.integer({ min: -60, max: 60 }), { maxLength: 8 });
    fc.assert(
      fc.property(dueDates, zones, leads, offsets, (date, timeZone, lead, offsetsDays) => {
        const due = {
          ...DEFAULT_PLAN,
          dueDate: date.toISOString().slice(0, 10),
          timeZone,
          offsetsDays: [...offsetsDays],
        };
        const now = new Date(date.getTime() + lead);
        const planned = planReminders(once(due), now);
        const times = planned.map(({ remindTime }) => remindTime.getTime());
        expect(times).toEqual([...times].sort((a, b) => a - b));
        for (const { offsetDays, remindTime } of planned) {
          expect(remindTime > now).toBe(true);
          const day = new Date(Date.parse(due.dueDate) + offsetDays * 86_400_000).toISOString().slice(0, 10);
          // Two zones each skipped one day of this century. A reminder on that day comes a day later.
          if (!LEFT_OUT.has(`${timeZone} ${day}`)) expect(localDate(remindTime, timeZone)).toBe(day);
        }
      }),
      { numRuns: 300 },
    );
  });
});

const LEFT_OUT = new Set(['Pacific/Apia 2011-12-30', 'Pacific/Fakaofo 2011-12-30']);

describe('scheduleReminder', () => {
  it('takes days from the due date or a fixed time', () => {
    const now = new Date('2026-03-30T00:00:00Z');
    expect(scheduleReminder(offset(-1), once(berlin), now)?.remindTime.toISOString()).toBe('2026-03-31T07:00:00.000Z');
    expect(scheduleReminder(offset(30), once(berlin), now)?.remindTime.toISOString()).toBe('2026-05-01T07:00:00.000Z');
    const time = new Date('2026-03-30T00:00:00.001Z');
    expect(scheduleReminder({ kind: 'fixed', time }, once(berlin), now)?.remindTime).toEqual(time);
  });

  it('takes the first due date for which it is still to come', () => {
    expect(scheduleReminder(offset(-7), inBerlin, new Date('2026-03-30T00:00:00Z'))).toEqual({
      dueDate: '2026-05-01',
      remindTime: new Date('2026-04-24T07:00:00Z'),
    });
  });

  it.each([
    ['a day that has passed', offset(-7)],
    ['a time that has passed', { kind: 'fixed', time: new Date('2026-03-29T23:59:59Z') } as const],
    ['this very moment', { kind: 'fixed', time: new Date('2026-03-30T00:00:00Z') } as const],
  ])('gives nothing for %s', (_what, schedule) => {
    expect(scheduleReminder(schedule, once(berlin), new Date('2026-03-30T00:00:00Z'))).toBeUndefined();
  });
});

describe('futureTimeOf', () => {
  const now = new Date('2026-03-30T00:00:00Z');

  it('moves with the due date', () => {
    const moved = futureTimeOf(offset(-7), { ...berlin, dueDate: '2026-05-01' }, now);
    expect(moved?.toISOString()).toBe('2026-04-24T07:00:00.000Z');
  });

  it('gives nothing when the new time has passed', () => {
    expect(futureTimeOf(offset(-7), berlin, now)).toBeUndefined();
  });

  it('leaves a fixed time where it is', () => {
    const time = new Date('2026-12-24T12:00:00Z');
    expect(futureTimeOf({ kind: 'fixed', time }, { ...berlin, dueDate: '2030-01-01' }, now)).toEqual(time);
  });
});

describe('remindTimeOf', () => {
  it('gives nothing for a day beyond the calendar', () => {
    expect(remindTimeOf(offset(1), { dueDate: '9999-12-31', timeZone: 'UTC', timeOfDay: '09:00' })).toBeUndefined();
  });
});

describe('isDropped', () => {
  const plan = { offsetsDays: [-3] };

  it('is so for a step that the plan does not have, and for no reminder that a user has added', () => {
    expect(isDropped({ planned: true, schedule: offset(-7) }, plan)).toBe(true);
    expect(isDropped({ planned: true, schedule: offset(-3) }, plan)).toBe(false);
    expect(isDropped({ planned: false, schedule: offset(-7) }, plan)).toBe(false);
    expect(isDropped({ planned: false, schedule: { kind: 'fixed', time: new Date(0) } }, plan)).toBe(false);
  });
});
