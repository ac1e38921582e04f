import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addDays, addMonths, daysBetween, isLocalDate, isTimeZone, localDate, localInstant } from './calendar.ts';

const zones = Intl.supportedValuesOf('timeZone');
const anyZone = fc.constantFrom(...zones);
const instants = fc.date({
  min: new Date('1970-01-02T00:00:00Z'),
  max: new Date('2038-01-01T00:00:00Z'),
  noInvalidDate: true,
});
const days = fc.integer({ min: 0, max: 24_800 }).map((count) => addDays('1970-01-02', count) ?? '');
const times = fc.tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 })).map(timeText);

function timeText([hours, minutes]: [number, number]): string {
  return `${String(hours).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`;
}

const clocks = new Map<string, Intl.DateTimeFormat>();

/** What the clocks show, by another road than the code under test: one formatted text. */
function clockText(instant: Date, timeZone: string): string {
  const options = { timeZone, dateStyle: 'short', timeStyle: 'medium' } as const;
  const clock = clocks.get(timeZone) ?? new Intl.DateTimeFormat('sv-SE', options);
  clocks.set(timeZone, clock);
  return clock.format(instant);
}

describe('isLocalDate', () => {
  it.each(['2026-11-22', '2028-02-29', '2000-02-29', '0001-01-01', '9999-12-31', '0099-12-31'])(
    'accepts %s',
    (text) => {
      expect(isLocalDate(text)).toBe(true);
    },
  );

  it.each([
    '2026-02-29',
    '1900-02-29',
    '2026-04-31',
    '2026-13-01',
    '2026-00-10',
    '2026-01-00',
    '0000-01-01',
    '10000-01-01',
    '2026-1-1',
    '2026-11-22T00:00',
    '22.11.2026',
    '2026-11-22\n',
    '',
  ])('refuses %j', (text) => {
    expect(isLocalDate(text)).toBe(false);
  });
});

describe('isTimeZone', () => {
  it.each(['UTC', 'Europe/Berlin', 'Asia/Kathmandu', 'Etc/GMT+5', 'America/Argentina/Buenos_Aires'])(
    'accepts %s',
    (text) => {
      expect(isTimeZone(text)).toBe(true);
    },
  );

  it.each(['', '+02:00', '-05', 'Mars/Olympus', 'Europe', 'Europe/Berlin\n', 'A'.repeat(1000)])(
    'refuses %j',
    (text) => {
      expect(isTimeZone(text)).toBe(false);
    },
  );
});

describe('addDays', () => {
  it.each([
    ['2026-02-28', 1, '2026-03-01'],
    ['2028-02-28', 1, '2028-02-29'],
    ['2026-01-01', -1, '2025-12-31'],
    ['2026-11-22', 0, '2026-11-22'],
    ['0001-01-01', -1, undefined],
    ['9999-12-31', 1, undefined],
    ['2026-11-22', Number.MAX_SAFE_INTEGER, undefined],
  ])('%s and %d days is %s', (date, count, expected) => {
    expect(addDays(date, count)).toBe(expected);
  });

  it('comes back when the same days are taken off again', () => {
    fc.assert(
      fc.property(days, fc.integer({ min: -100_000, max: 100_000 }), (date, count) => {
        expect(addDays(addDays(date, count) ?? '', -count)).toBe(date);
      }),
    );
  });

  it('sorts later days after earlier ones', () => {
    fc.assert(
      fc.property(days, fc.integer({ min: 1, max: 100_000 }), (date, count) => {
        expect((addDays(date, count) ?? '') > date).toBe(true);
      }),
    );
  });
});

describe('addMonths', () => {
  it.each([
    ['2026-01-31', 1, '2026-02-28'],
    ['2028-01-31', 1, '2028-02-29'],
    ['2026-01-31', 2, '2026-03-31'],
    ['2026-01-31', 3, '2026-04-30'],
    ['2026-01-30', 1, '2026-02-28'],
    ['2026-01-29', 1, '2026-02-28'],
    ['2026-01-28', 1, '2026-02-28'],
    ['2028-02-29', 12, '2029-02-28'],
    ['2028-02-29', 48, '2032-02-29'],
    ['2096-02-29', 48, '2100-02-28'],
    ['2026-11-15', 2, '2027-01-15'],
    ['2026-12-31', 0, '2026-12-31'],
    ['2026-03-31', -1, '2026-02-28'],
    ['2026-01-15', -13, '2024-12-15'],
    ['0001-01-01', -1, undefined],
    ['0099-12-31', 1, '0100-01-31'],
    ['9999-12-01', 1, undefined],
    ['2026-01-01', 1_000_000, undefined],
    ['2026-01-01', -1_000_000, undefined],
  ])('from %s by %i is %s', (date, months, expected) => {
    expect(addMonths(date, months)).toBe(expected);
  });

  it('stays in the month that is meant, on the same day or the last one', () => {
    fc.assert(
      fc.property(days, fc.integer({ min: -600, max: 600 }), (date, months) => {
        const moved = addMonths(date, months) ?? '';
        const monthOf = (day: string) => Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7));
        expect(monthOf(moved)).toBe(monthOf(date) + months);
        const next = addDays(moved, 1) ?? '';
        if (moved.slice(8) !== date.slice(8)) expect(monthOf(next)).toBe(monthOf(moved) + 1);
      }),
    );
  });
});

describe('daysBetween', () => {
  it.each([
    ['2026-03-01', '2026-03-01', 0],
    ['2026-02-28', '2026-03-01', 1],
    ['2028-02-28', '2028-03-01', 2],
    ['2026-03-08', '2026-03-01', -7],
    ['2026-03-28', '2026-03-30', 2],
    ['0001-01-01', '0101-01-01', 36_524],
  ])('from %s to %s are %d days', (from, to, count) => {
    expect(daysBetween(from, to)).toBe(count);
    expect(addDays(from, count)).toBe(to);
  });
});

describe('localDate', () => {
  it.each([
    ['2026-11-22T23:30:00Z', 'UTC', '2026-11-22'],
    ['2026-11-22T23:30:00Z', 'Europe/Berlin', '2026-11-23'],
    ['2026-11-22T09:59:59Z', 'Pacific/Honolulu', '2026-11-21'],
    ['2026-11-22T10:00:00Z', 'Pacific/Kiritimati', '2026-11-23'],
    ['2026-11-22T18:14:59Z', 'Asia/Kathmandu', '2026-11-22'],
    ['2026-11-22T18:15:00Z', 'Asia/Kathmandu', '2026-11-23'],
  ])('%s is in %s the day %s', (instant, timeZone, expected) => {
    expect(localDate(new Date(instant), timeZone)).toBe(expected);
  });

  it('is the day on the clocks of every zone', () => {
    fc.assert(
      fc.property(instants, anyZone, (instant, timeZone) => {
        expect(localDate(instant, timeZone)).toBe(clockText(instant, timeZone).slice(0, 10));
      }),
      { numRuns: 1000 },
    );
  });

  it('changes at midnight, whatever was asked for a moment before', () => {
    fc.assert(
      fc.property(
        instants,
        anyZone,
        fc.array(fc.integer({ min: -130_000, max: 130_000 })),
        (day, timeZone, offsetsMs) => {
          const midnight = localInstant(localDate(day, timeZone), '00:00', timeZone).getTime();
          for (const offsetMs of [-1, 0, ...offsetsMs]) {
            const instant = new Date(midnight + offsetMs);
            expect(localDate(instant, timeZone)).toBe(clockText(instant, timeZone).slice(0, 10));
          }
        },
      ),
    );
  });

  it('refuses a zone that does not exist', () => {
    expect(() => localDate(new Date(), 'Mars/Olympus')).toThrow(RangeError);
  });
});

describe('localInstant', () => {
  it.each([
    ['an ordinary day', '2026-11-22', '09:00', 'Europe/Berlin', '2026-11-22T08:00:00.000Z'],
    ['the day clocks are set forward', '2026-03-29', '09:00', 'Europe/Berlin', '2026-03-29T07:00:00.000Z'],
    ['the day clocks are set back', '2026-10-25', '09:00', 'Europe/Berlin', '2026-10-25T08:00:00.000Z'],
    ['a skipped time, later by the gap', '2026-03-29', '02:30', 'Europe/Berlin', '2026-03-29T01:30:00.000Z'],
    ['a repeated time, its first occurrence', '2026-10-25', '02:30', 'Europe/Berlin', '2026-10-25T00:30:00.000Z'],
    ['a repeated time west of UTC', '2026-11-01', '01:30', 'America/New_York', '2026-11-01T05:30:00.000Z'],
    ['a gap of half an hour', '2026-10-04', '02:15', 'Australia/Lord_Howe', '2026-10-03T15:45:00.000Z'],
    ['a day that a zone left out', '2011-12-30', '09:00', 'Pacific/Apia', '2011-12-30T19:00:00.000Z'],
    ['a midnight that was skipped', '2018-11-04', '00:00', 'America/Sao_Paulo', '2018-11-04T03:00:00.000Z'],
  ])('finds %s', (_what, date, time, timeZone, expected) => {
    expect(localInstant(date, time, timeZone).toISOString()).toBe(expected);
  });

  it('shows the wanted day and time on the clocks of every zone, or a later one if they are skipped', () => {
    fc.assert(
      fc.property(days, times, anyZone, (date, time, timeZone) => {
        const shown = clockText(localInstant(date, time, timeZone), timeZone);
        const wanted = `${date} ${time}:00`;
        expect(shown >= wanted).toBe(true);
        if (shown === wanted) return;
        // Skipped: just before the gap the clocks show less than what is wanted, and never what is wanted.
        const gapMs = Date.parse(`${shown.replace(' ', 'T')}Z`) - Date.parse(`${wanted.replace(' ', 'T')}Z`);
        const before = new Date(localInstant(date, time, timeZone).getTime() - gapMs);
        expect(clockText(before, timeZone) < wanted).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it('gives back the first of the instants whose clocks show the same', () => {
    fc.assert(
      fc.property(instants, anyZone, (instant, timeZone) => {
        const minute = new Date(Math.floor(instant.getTime() / 60_000) * 60_000);
        const shown = clockText(minute, timeZone);
        fc.pre(shown.endsWith(':00'));
        const found = localInstant(shown.slice(0, 10), shown.slice(11, 16), timeZone);
        expect(clockText(found, timeZone)).toBe(shown);
        expect(found.getTime()).toBeLessThanOrEqual(minute.getTime());
      }),
      { numRuns: 2000 },
    );
  });

  it.each(['24:00', '9:00', '09:60', '09:00:00', ''])('refuses %j as a time', (time) => {
    expect(() => localInstant('2026-11-22', time, 'UTC')).toThrow(RangeError);
  });
});
