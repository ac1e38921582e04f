import { type SQL, sql } from 'drizzle-orm';
import { users } from './schema.ts';

/**
 * The id of the account that a statement on customers is for, given as `ownerId`; null once the account was deleted, so that its
 * customers are out of reach until they are erased.
 */
export const PRESENT_OWNER: SQL = sql`(select present.id from ${users} as present where present.id = ${sql.placeholder('ownerId')}::uuid)`;
