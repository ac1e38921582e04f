import { sql } from 'drizzle-orm';
import { prepareWrite, type WriteEffects } from '../../../runtime/call/prepare-write.ts';
import { columnParameters } from '../../../runtime/database/column-parameters.ts';
import type { Database } from '../../../runtime/database/database.ts';
import { violatesUnique } from '../../../runtime/database/postgres-error.ts';
import { numberCounters, numberSeries } from './schema.ts';

/** A series to store. */
export type NewSeries = Readonly<typeof numberSeries.$inferSelect> & {
  /** The owner's local day, `YYYY-MM-DD`, in whose period the sequence starts. */
  readonly day: string;
  /** The sequence before its first. */
  readonly lastSequence: bigint;
  /** Most series an owner may have. */
  readonly seriesMax: number;
};

/** Counts the series that an owner has made. No series has a counter of this name, since names have no slash. */
const COUNTER_OF_SERIES = sql.raw("'/series'");

/**
 * Prepares the statement that stores a new series, and the start of its sequence unless that is 1. Gives false, and has
 * stored nothing, when the owner has one of this name or as many as allowed.
 */
export function prepareCreateNumberSeries(
  db: Database,
): (series: NewSeries, effects: WriteEffects) => Promise<boolean> {
  const columns = columnParameters(numberSeries);
  const seriesMax = sql`${sql.placeholder('seriesMax')}::integer`;
  const present = sql`(select count(*) from ${numberSeries} where owner_id = ${columns.ownerId}::uuid)`;
  // The counter keeps series that are created at the same moment from passing the limit together.
  const counted = db.$with('counted', {}).as(sql`
    insert into ${numberCounters} (owner_id, series, last_sequence)
    select ${columns.ownerId}::uuid, ${COUNTER_OF_SERIES}, ${present} + 1 where ${present} < ${seriesMax}
    on conflict (owner_id, series) do update set last_sequence = number_counters.last_sequence + 1
    where number_counters.last_sequence < ${seriesMax}
    returning owner_id
  `);
  const created = db.$with('created', { name: sql<string>`name`.as('name') }).as(sql`
    insert into ${numberSeries} (owner_id, name, document_type, version, pattern, reset, create_time, update_time)
    select counted.owner_id, ${columns.name}::text, ${columns.documentType}::text, ${columns.version}::bigint,
      ${columns.pattern}::text, ${columns.reset}::text, ${columns.createTime}::timestamptz, ${columns.updateTime}::timestamptz
    from counted
    returning owner_id, name, reset
  `);
  const started = db.$with('started', {}).as(sql`
    insert into ${numberCounters} (owner_id, series, last_sequence)
    select owner_id, counter_of_series(name, reset, ${sql.placeholder('day')}::date),
      ${sql.placeholder('lastSequence')}::bigint
    from ${created} where ${sql.placeholder('lastSequence')}::bigint > 0
  `);
  const write = prepareWrite(db, 'create_number_series', { changed: created, parts: [counted, created, started] });
  return async (series, effects) => {
    try {
      return await write(series, effects);
    } catch (error) {
      if (violatesUnique(error, 'number_series_pkey')) return false;
      throw error;
    }
  };
}
