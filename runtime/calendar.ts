/**
 * Local calendar days and the instants they stand for. Pure functions (no clock, no I/O), so domain folders may use
 * them.
 */

/** A calendar day `YYYY-MM-DD` from 0001-01-01 to 9999-12-31. Texts of this form sort like the days they name. */
export type LocalDate = string;

const DATE_PATTERN = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/;
const TIME_PATTERN = /^(?:[01][0-9]|2[0-3]):[0-5][0-9]$/;
/** Names of the IANA database start with a letter; offsets such as `+02:00` do not and mean the reverse to Postgres. */
const ZONE_NAME_PATTERN = /^[A-Za-z][A-Za-z0-9_+/-]{0,63}$/;
const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
/** Liberia was the last to give up an offset with seconds, in January 1972. */
const WHOLE_MINUTES_SINCE_MS = Date.UTC(1973, 0);
/** Enough for every zone at once. A format takes some 40 KB, and a name may be spelled in any mix of cases. */
const FORMATS_MAX = 500;
/** Enough for the days of some years in a few zones, at 150 bytes each. */
const INSTANTS_MAX = 5_000;

const formats = new Map<string, Intl.DateTimeFormat>();
/** The day that was last asked for in each zone: mostly today, asked for again and again. */
const lastDays = new Map<string, { readonly minute: number; readonly date: LocalDate }>();
/**
 * Milliseconds of instants by zone, day and time. Due dates and reminders fall on few days, which are asked for again
 * and again.
 */
const instants = new Map<string, number>();

/** Whether the text is a day that exists, from 0001-01-01 to 9999-12-31: 2028-02-29 is, 2026-02-29 is not. */
export function isLocalDate(text: string): boolean {
  const match = DATE_PATTERN.exec(text);
  // A day that does not exist comes out as another one, e.g. 30 February as 2 March.
  return match !== null && match[1] !== '0000' && formatUtcDate(utcMidnight(text)) === text;
}

/** Whether the text names an IANA time zone this runtime knows, e.g. `Europe/Berlin` or `UTC`; offsets are none. */
export function isTimeZone(text: string): boolean {
  if (!ZONE_NAME_PATTERN.test(text)) return false;
  try {
    formatFor(text);
    return true;
  } catch {
    return false;
  }
}

/**
 * The day `days` days later (earlier when negative), or undefined when that is outside of 0001 to 9999. Assumes that
 * {@link isLocalDate} holds for `date` and that `days` is a whole number.
 */
export function addDays(date: LocalDate, days: number): LocalDate | undefined {
  const shifted = new Date(utcMidnight(date).getTime() + days * DAY_MS);
  if (Number.isNaN(shifted.getTime())) return undefined;
  const text = formatUtcDate(shifted);
  return isLocalDate(text) ? text : undefined;
}

/**
 * The same day `months` months later (earlier when negative), or the last day of that month when it is shorter;
 * undefined when that is outside of 0001 to 9999. Assumes that {@link isLocalDate} holds for `date` and that `months`
 * is a whole number.
 */
export function addMonths(date: LocalDate, months: number): LocalDate | undefined {
  const count = Number(date.slice(0, 4)) * 12 + Number(date.slice(5, 7)) - 1 + months;
  const year = Math.floor(count / 12)
    .toString()
    .padStart(4, '0');
  const month = ((count % 12) + 1).toString().padStart(2, '0');
  // The other days are tried only when the month does not have this one.
  return [date.slice(8, 10), '30', '29', '28'].map((day) => `${year}-${month}-${day}`).find(isLocalDate);
}

/** How many days after `from` the day `to` is; negative when it is before. Assumes that both exist. */
export function daysBetween(from: LocalDate, to: LocalDate): number {
  return (utcMidnight(to).getTime() - utcMidnight(from).getTime()) / DAY_MS;
}

/** The calendar day at this instant in an IANA time zone. Throws RangeError if there is no such zone. */
export function localDate(instant: Date, timeZone: string): LocalDate {
  const instantMs = instant.getTime();
  const minute = Math.floor(instantMs / MINUTE_MS);
  const last = lastDays.get(timeZone);
  if (last !== undefined && last.minute === minute) return last.date;
  const date = formatUtcDate(wallClock(instantMs, timeZone));
  // Before that, the offsets of some zones had seconds, so a day could begin in the middle of a minute.
  if (instantMs >= WHOLE_MINUTES_SINCE_MS) {
    if (lastDays.size >= FORMATS_MAX) lastDays.clear();
    lastDays.set(timeZone, { minute, date });
  }
  return date;
}

/**
 * The instant at which the clocks of the zone show this day and time (`HH:MM`). A time that occurs twice (clocks set
 * back) is its first occurrence; one that is skipped (clocks set forward) moves later by the length of the gap: 02:30
 * becomes 03:30. These are the rules of RFC 5545 and of Temporal's `compatible`. Throws RangeError if there is no such
 * time or zone; assumes that {@link isLocalDate} holds for `date`.
 */
export function localInstant(date: LocalDate, time: string, timeZone: string): Date {
  const key = `${timeZone} ${date} ${time}`;
  const known = instants.get(key);
  if (known !== undefined) return new Date(known);
  const found = findInstant(date, time, timeZone);
  if (instants.size >= INSTANTS_MAX) instants.clear();
  instants.set(key, found);
  return new Date(found);
}

function findInstant(date: LocalDate, time: string, timeZone: string): number {
  if (!TIME_PATTERN.test(time)) throw new RangeError(`not a time of day: ${time}`);
  const [hours, minutes] = time.split(':').map(Number);
  const wanted = utcMidnight(date).getTime() + ((hours ?? 0) * 60 + (minutes ?? 0)) * MINUTE_MS;
  // No zone is a day off UTC, so the clocks' offset at the wanted time is the one a day before or a day after.
  const offsetBefore = offsetMs(wanted - DAY_MS, timeZone);
  const offsetAfter = offsetMs(wanted + DAY_MS, timeZone);
  const candidates = [wanted - offsetBefore, wanted - offsetAfter];
  const found = candidates.filter((candidate) => candidate + offsetMs(candidate, timeZone) === wanted);
  return found.length > 0 ? Math.min(...found) : wanted - offsetBefore;
}

/** How far the clocks of the zone are ahead of UTC at this instant. */
function offsetMs(instantMs: number, timeZone: string): number {
  // Zones differ from UTC by whole seconds, while the clock's parts leave the milliseconds out.
  return wallClock(instantMs, timeZone).getTime() - Math.floor(instantMs / 1000) * 1000;
}

/** What the clocks of the zone show at this instant, to the second, as if it were UTC. */
function wallClock(instantMs: number, timeZone: string): Date {
  const parts: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
  for (const { type, value } of formatFor(timeZone).formatToParts(instantMs)) parts[type] = Number(value);
  const shown = new Date(0);
  // Date.UTC takes the years 0 to 99 for 1900 to 1999; these setters do not.
  shown.setUTCFullYear(parts.year ?? 0, (parts.month ?? 0) - 1, parts.day ?? 0);
  shown.setUTCHours(parts.hour ?? 0, parts.minute ?? 0, parts.second ?? 0);
  return shown;
}

/** Making a format takes ten times as long as using one. Throws RangeError if there is no such zone. */
function formatFor(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const format = new Intl.DateTimeFormat('en-US', {
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    timeZone,
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  if (formats.size >= FORMATS_MAX) formats.clear();
  formats.set(timeZone, format);
  return format;
}

function utcMidnight(date: LocalDate): Date {
  const midnight = new Date(0);
  midnight.setUTCFullYear(Number(date.slice(0, 4)), Number(date.slice(5, 7)) - 1, Number(date.slice(8, 10)));
  return midnight;
}

function formatUtcDate(date: Date): string {
  const year = date.getUTCFullYear().toString().padStart(4, '0');
  const month = (date.getUTCMonth() + 1).toString().padStart(2, '0');
  return `${year}-${month}-${date.getUTCDate().toString().padStart(2, '0')}`;
}
