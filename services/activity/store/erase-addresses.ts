import { sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { activityAddresses } from './schema.ts';

const ERASE_BATCH = 5_000;

/**
 * Prepares the statement that erases addresses from before a moment, oldest first, up to 5,000. Gives how many it
 * erased.
 */
export function prepareEraseAddresses(db: Database): (before: Date) => Promise<number> {
  const statement = db
    .delete(activityAddresses)
    .where(
      sql`(create_time, activity_id) in (select create_time, activity_id from activity_addresses
        where create_time < ${sql.placeholder('before')}::timestamptz order by create_time limit ${ERASE_BATCH})`,
    )
    .returning({ activityId: activityAddresses.activityId })
    .prepare('erase_addresses');
  return async (before) => (await statement.execute({ before: before.toISOString() })).length;
}
