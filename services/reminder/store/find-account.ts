import { eq, sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { accounts } from './schema.ts';

/** What is known of an account. */
export type AccountRow = typeof accounts.$inferSelect;

/** Prepares the look-up of an account; undefined when no event told of it yet. */
export function prepareFindAccount(db: Database): (ownerId: string) => Promise<AccountRow | undefined> {
  const statement = db
    .select()
    .from(accounts)
    .where(eq(accounts.ownerId, sql.placeholder('ownerId')))
    .prepare('find_account');
  return async (ownerId) => (await statement.execute({ ownerId }))[0];
}
