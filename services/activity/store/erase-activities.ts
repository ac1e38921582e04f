import { sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { prepareErasure } from '../../../runtime/erasure.ts';

/**
 * Prepares one step of the erasure of a deleted account: first of its activities, whose erasures are entries of its
 * chain, then of the data that every service holds. See `prepareErasure`.
 */
export function prepareEraseNext(db: Database): () => Promise<boolean> {
  const eraseActivities = prepareEraseActivities(db);
  const eraseOthers = prepareErasure(db, { rows: () => [] });
  return async () => (await eraseActivities()) || (await eraseOthers());
}

/**
 * Prepares the statement that continues the erasure of a deleted account by one step of 10,000 entries. The first step
 * was taken when the deletion was recorded. Gives false when no account is left to erase.
 */
function prepareEraseActivities(db: Database): () => Promise<boolean> {
  const erased = db.$with('erased', { hasMore: sql<boolean>`has_more`.as('has_more') }).as(sql`
    select erase_activities(owner_id) as has_more from (
      select owner_id from activity_heads where erased_sequence < deletion_sequence order by owner_id limit 1
    ) as account
  `);
  const statement = db.with(erased).select().from(erased).prepare('erase_activities');
  return async () => (await statement.execute()).length > 0;
}
