import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { passwordResets, sessions, signInFailures, usedRefreshTokens } from './schema.ts';

const PRUNE_BATCH = 1_000;

/** Deletes up to 1,000 rows that had expired by then; gives how many. */
type Prune = (now: Date) => Promise<number>;

/** Prepares the statement that deletes expired sessions. */
export function preparePruneSessions(db: Database): Prune {
  return preparePrune(db, 'prune_sessions', sql`${sessions}`, sql`id`);
}

/** Prepares the statement that deletes expired refresh tokens that were used. */
export function preparePruneUsedRefreshTokens(db: Database): Prune {
  return preparePrune(db, 'prune_used_refresh_tokens', sql`${usedRefreshTokens}`, sql`digest`);
}

/** Prepares the statement that deletes expired counts of failed sign-ins. */
export function preparePruneSignInFailures(db: Database): Prune {
  return preparePrune(db, 'prune_sign_in_failures', sql`${signInFailures}`, sql`email_digest`);
}

/** Prepares the statement that deletes password resets that have expired, which is when their requests count no longer. */
export function preparePrunePasswordResets(db: Database): Prune {
  return preparePrune(db, 'prune_password_resets', sql`${passwordResets}`, sql`email_digest`);
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
