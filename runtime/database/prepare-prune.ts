import { sql } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import type { Database } from './database.ts';

const PRUNE_BATCH = 1_000;

/** Deletes up to 1,000 rows whose time is before a moment; gives how many. */
export type Prune = (before: Date) => Promise<number>;

/**
 * Prepares the statement that deletes rows whose time, in the column `time`, is before a moment. Rows that a call has
 * locked are skipped: the call may be about to give them a later time.
 */
export function preparePrune(db: Database, name: string, time: PgColumn): Prune {
  const { table } = time;
  const pruned = db.$with('pruned', { pruned: sql<number>`1`.as('pruned') }).as(sql`
    delete from ${table} where ctid = any(array(
      select ctid from ${table} where ${time} < ${sql.placeholder('before')}::timestamptz
      limit ${sql.raw(String(PRUNE_BATCH))} for update skip locked
    )) returning 1 as pruned
  `);
  const statement = db.with(pruned).select().from(pruned).prepare(name);
  return async (before) => (await statement.execute({ before: before.toISOString() })).length;
}
