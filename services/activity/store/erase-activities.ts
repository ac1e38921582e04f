import { sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { prepareErasure } from '../../../runtime/erasure.ts';

/**
 * Prepares a step of the erasure of an account's activities, of which erasures are entries of its chain, and then of what every
 * service holds. See `prepareErasure`.
 */
export function prepareEraseNext(db: Database): () => Promise<boolean> {
  const eraseActivities = prepareEraseActivities(db);
  const eraseOthers = prepareErasure(db, { rows: () => [] });
  return async () => (await eraseActivities()) || (await eraseOthers());
}

/**
 * Prepares the statement that takes the erasure of a deleted account one step further, by 10,000 entries; the first step was
 * taken when the deletion was recorded. Gives false when there is no account left to go on with.
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
