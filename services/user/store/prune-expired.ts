import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { sessions, signInFailures, usedRefreshTokens } from './schema.ts';

const PRUNE_BATCH = 1_000;

/** Deletes up to 1,000 rows that had expired by then; gives how many. */
export type Prune = (now: Date) => Promise<number>;

/** Prepares the statements that delete expired sessions, used refresh tokens and counts of failed sign-ins. */
export function preparePruneExpired(db: Database): readonly Prune[] {
  return [
    preparePrune(db, 'prune_sessions', sql`${sessions}`, sql`id`),
    preparePrune(db, 'prune_used_refresh_tokens', sql`${usedRefreshTokens}`, sql`digest`),
    preparePrune(db, 'prune_sign_in_failures', sql`${signInFailures}`, sql`email_digest`),
  ];
}

function preparePrune(db: Database, name: string, table: SQL, key: SQL): Prune {
  // Rows locked by a call are passed over: a session that is being refreshed is about to live on.
  const pruned = db.$with('pruned', { pruned: sql<number>`1`.as('pruned') }).as(sql`
    delete from ${table} where ${key} in (
      select ${key} from ${table} where expire_time <= ${sql.placeholder('now')}::timestamptz
      limit ${sql.raw(String(PRUNE_BATCH))} for update skip locked
    ) returning 1 as pruned
  `);
  const statement = db.with(pruned).select().from(pruned).prepare(name);
  return async (now) => (await statement.execute({ now: now.toISOString() })).length;
}
