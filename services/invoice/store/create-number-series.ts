import { sql } from 'drizzle-orm';
import { columnParameters } from '../../../runtime/database/column-parameters.ts';
import type { Database } from '../../../runtime/database/database.ts';
import { appendEvents } from '../../../runtime/events/outbox.ts';
import { storeIdempotencyRecord } from '../../../runtime/idempotency.ts';
import { numberCounters, numberSeries } from './schema.ts';
import type { WriteEffects } from './write-effects.ts';

/** A series to store. */
export type NewSeries = Readonly<typeof numberSeries.$inferSelect> & {
  /** Name of the counter of its present period, and the sequence before its first. */
  readonly day: string;
  readonly lastSequence: bigint;
  /** Most series an owner may have. */
  readonly seriesMax: number;
};

/**
 * Prepares the statement that stores a new series, and where its sequence starts unless that is at 1. Gives false, and has
 * stored nothing, when the owner has one of this name or as many as allowed.
 */
export function prepareCreateNumberSeries(
  db: Database,
): (series: NewSeries, effects: WriteEffects) => Promise<boolean> {
  const columns = columnParameters(numberSeries);
  const created = db.$with('created', { name: sql<string>`name`.as('name') }).as(sql`
    insert into ${numberSeries} (owner_id, name, document_type, version, pattern, reset, create_time, update_time)
    select ${columns.ownerId}::uuid, ${columns.name}::text, ${columns.documentType}::text, ${columns.version}::bigint,
      ${columns.pattern}::text, ${columns.reset}::text, ${columns.createTime}::timestamptz, ${columns.updateTime}::timestamptz
    where (select count(*) from ${numberSeries} where owner_id = ${columns.ownerId}::uuid)
      < ${sql.placeholder('seriesMax')}::integer
    on conflict (owner_id, name) do nothing
    returning owner_id, name, reset
  `);
  const started = db.$with('started', {}).as(sql`
    insert into ${numberCounters} (owner_id, series, last_sequence)
    select owner_id, counter_of_series(name, reset, ${sql.placeholder('day')}::date),
      ${sql.placeholder('lastSequence')}::bigint
    from ${created} where ${sql.placeholder('lastSequence')}::bigint > 0
  `);
  const events = appendEvents(db, { changed: created });
  const record = storeIdempotencyRecord(db, { changed: created });
  const statement = db
    .with(created, started, events, record)
    .select({ name: created.name })
    .from(created)
    .prepare('create_number_series');
  return async (series, { events: outboxRows, idempotency }) => {
    const rows = await statement.execute({ ...series, events: outboxRows, ...idempotency });
    return rows.length > 0;
  };
}
