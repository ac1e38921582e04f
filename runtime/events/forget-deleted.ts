import { type SQL, sql } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import type { Database } from '../database/database.ts';
import type { Job } from '../process/service.ts';
import { INBOX_RETENTION_DAYS } from './inbox.ts';

/**
 * How long a service remembers that an aggregate was deleted, so that an older event of it does not bring it back: as long as the inbox
 * keeps its marks.
 */
export const DELETION_REMEMBERED_MS = INBOX_RETENTION_DAYS * 86_400_000;

/** Whether an event comes so late that its aggregate may have been deleted and forgotten since `time`, when it happened. */
export function isLateEvent({ time }: { readonly time: Date }, now: Date): boolean {
  return now.getTime() - time.getTime() > DELETION_REMEMBERED_MS;
}

/** Most rows of one statement. */
const BATCH_SIZE = 1_000;

/**
 * Rows that stay for a time after their aggregate is deleted, in a table with an index on the `delete_time` of such
 * rows.
 */
export interface DeletedRows {
  readonly table: PgTable;
  /** The primary key. */
  readonly key: SQL;
  /** Which rows belong to deleted aggregates. Their `delete_time` is null until they are first seen as deleted. */
  readonly where: SQL;
}

/**
 * Prepares the statement that deletes up to 1,000 rows that were first seen as deleted long before `now`, and notes up
 * to 1,000 others as seen. Gives how many rows these were together.
 */
export function prepareForgetting(db: Database, { table, key, where }: DeletedRows): (now: Date) => Promise<number> {
  const take = sql.raw(`limit ${BATCH_SIZE} for update skip locked`);
  const seen = db.$with('seen', {}).as(sql`
    update ${table} set delete_time = ${sql.placeholder('now')}::timestamptz
    where ${key} in (select ${key} from ${table} where ${where} and delete_time is null ${take})
    returning ${key} as key
  `);
  const forgotten = db.$with('forgotten', {}).as(sql`
    delete from ${table} where ${key} in (
      select ${key} from ${table} where ${where} and delete_time < ${sql.placeholder('before')}::timestamptz ${take}
    ) returning ${key} as key
  `);
  const both = db.$with('both_parts', { key: sql<string>`key`.as('key') }).as(sql`
    select key from seen union all select key from forgotten
  `);
  const statement = db
    .with(seen, forgotten, both)
    .select({ count: sql<number>`count(*)::integer` })
    .from(both)
    .prepare('forget_deleted');
  return async (now) => {
    const before = new Date(now.getTime() - DELETION_REMEMBERED_MS);
    return (await statement.execute({ now: now.toISOString(), before: before.toISOString() }))[0]?.count ?? 0;
  };
}

/** Forgets deleted aggregates. When this runs, and on how many replicas, does not matter. */
export const forgetDeleted: Job<{ readonly store: { forgetDeleted(now: Date): Promise<number> } }> = {
  name: 'forget-deleted',
  pattern: '25 */10 * * * *',
  async run({ store }, now, signal) {
    while (!signal.aborted && (await store.forgetDeleted(now)) > 0);
  },
};
