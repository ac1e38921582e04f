import { sql, type WithSubquery } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { DEFAULT_SERIES } from '../domain/number-series.ts';
import { numberCounters, numberSeries } from './schema.ts';

/**
 * The parts of a write statement that take the next number of a series: its settings, its counter raised by one, and the
 * number. `locked` is the part that locks the document to be numbered, with the columns `owner_id` and `series`; when
 * it has no row, no number is taken. The last part, `numbered`, has the column `number`.
 *
 * `resource` is the name of the series that every user has for such documents. Placeholder: `day`, the owner's local
 * day.
 */
export function takeNumber(db: Database, locked: WithSubquery, resource: keyof typeof DEFAULT_SERIES) {
  const day = sql`${sql.placeholder('day')}::date`;
  const settings = db.$with('settings', {}).as(sql`
    select locked.owner_id, coalesce(given.pattern, ${DEFAULT_SERIES[resource].pattern}::text) as pattern,
      counter_of_series(locked.series, coalesce(given.reset, 'NEVER'), ${day}) as counter
    from ${locked} as locked
      left join ${numberSeries} as given on given.owner_id = locked.owner_id and given.name = locked.series
  `);
  const counter = db.$with('counter', {}).as(sql`
    insert into ${numberCounters} (owner_id, series, last_sequence)
    select owner_id, counter, 1 from settings
    on conflict (owner_id, series) do update set last_sequence = number_counters.last_sequence + 1
    returning last_sequence
  `);
  const numbered = db.$with('numbered', { number: sql<string>`number`.as('number') }).as(sql`
    select format_number(settings.pattern, ${day}, counter.last_sequence) number from settings, counter
  `);
  return [settings, counter, numbered] as const;
}
