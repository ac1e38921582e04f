import { and, eq, isNull, sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { activities, activityChain } from './schema.ts';

/** Prepares the query for an activity of an account that has no entry in its chain. It reads the whole chain. */
export function prepareFindUnchained(db: Database): (ownerId: string) => Promise<string | undefined> {
  const ownerId = sql.placeholder('ownerId');
  const statement = db
    .select({ id: activities.id })
    .from(activities)
    .leftJoin(activityChain, and(eq(activityChain.ownerId, ownerId), eq(activityChain.activityId, activities.id)))
    .where(and(eq(activities.ownerId, ownerId), isNull(activityChain.activityId)))
    .limit(1)
    .prepare('find_unchained');
  return async (account) => (await statement.execute({ ownerId: account }))[0]?.id;
}
