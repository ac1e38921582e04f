import { type SQL, sql } from 'drizzle-orm';
import { pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import type { Database } from '../database/database.ts';
import { preparePrune } from '../database/prepare-prune.ts';
import type { Job } from '../process/service.ts';
import { eventColumns } from './event-columns.ts';
import { INBOX_RETENTION_DAYS } from './inbox.ts';
import { outbox } from './outbox.ts';

/**
 * Events that a broker has taken. It holds them until every service has settled them, and may lose them, e.g. with its
 * disk or when somebody purges a queue. So they are kept here for `PUBLISHED_RETENTION_DAYS`, to be published again.
 */
export const publishedEvents = pgTable(
  'published_events',
  {
    id: uuid().notNull(),
    ...eventColumns(),
    callerAddress: text('caller_address'),
    publishTime: timestamp('publish_time', { withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.publishTime, table.id] })],
);

/** The columns that a published event and a row of the outbox have in common. */
const COLUMNS = sql.raw(`id, topic, type, source, subject, version, owner_id, actor, request_id, caller_address,
  traceparent, create_time, payload, body, target`);

/** How long published events are kept. */
const PUBLISHED_RETENTION_DAYS = 7;
const DAY_MS = 86_400_000;
/** Events older than this are not published again: an inbox may have forgotten that it has applied them. */
const REPUBLISHED_DAYS_MAX = INBOX_RETENTION_DAYS - 1;

/** The part of a statement that keeps the rows of the outbox in `gone`, which the statement deletes. */
export function keepPublished(gone: SQL): SQL {
  return sql`insert into ${publishedEvents} (${COLUMNS}) select ${COLUMNS} from ${gone}`;
}

/** Deletes up to 1,000 published events older than the retention; gives how many. */
export function preparePrunePublished(db: Database): (now: Date) => Promise<number> {
  const prune = preparePrune(db, 'prune_published_events', publishedEvents.publishTime);
  return (now) => prune(new Date(now.getTime() - PUBLISHED_RETENTION_DAYS * DAY_MS));
}

/** Deletes published events that need not be kept any longer. */
export const prunePublishedEvents: Job<(now: Date) => Promise<number>> = {
  name: 'prune-published-events',
  pattern: '30 */10 * * * *',
  async run(prune, now, signal) {
    while (!signal.aborted && (await prune(now)) > 0);
  },
};

/** Most events of a statement. */
const BATCH_SIZE = 1_000;

/**
 * Puts the events that were published from `since` on, until now, back into the outbox of the same database, a thousand
 * at a time. Gives how many there were. Services ignore those that they have applied. When it is interrupted, it has
 * done a part, and may be repeated. Run by hand, so it is not prepared.
 */
export async function republishEvents(db: Database, since: Date): Promise<number> {
  // What is published from now on may be what this has put back.
  const [clock] = await db.execute<{ now: string }>(sql`select now()::text as now`);
  const statement = sql`
    with again as (
      delete from ${publishedEvents} where ctid = any(array(
        select ctid from ${publishedEvents}
        where publish_time >= ${since.toISOString()}::timestamptz and publish_time < ${clock?.now}::timestamptz
          and create_time > now() - ${REPUBLISHED_DAYS_MAX} * interval '1 day'
        order by publish_time, id limit ${BATCH_SIZE} for update
      )) returning ${COLUMNS}
    ), inserted as (
      -- One that was published for all services and for one goes to all.
      insert into ${outbox} (${COLUMNS})
      select distinct on (id) ${COLUMNS} from again order by id, target nulls first
      -- It is there already when it was sent again as a dead letter.
      on conflict (id) do update set target = null, attempts = 0, available_time = now(), lease_token = null
      where excluded.target is null
    )
    select count(*)::integer as count from again
  `;
  for (let total = 0; ; ) {
    const [row] = await db.execute<{ count: number }>(statement);
    if (row === undefined || row.count === 0) return total;
    total += row.count;
  }
}
