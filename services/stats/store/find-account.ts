import { eq } from 'drizzle-orm';
import { columnParameters } from '../../../runtime/database/column-parameters.ts';
import type { Database } from '../../../runtime/database/database.ts';
import { accounts } from './schema.ts';

/** Prepares the query for the row of an account; undefined when it has none. */
export function prepareFindAccount(
  db: Database,
): (ownerId: string) => Promise<typeof accounts.$inferSelect | undefined> {
  const statement = db
    .select()
    .from(accounts)
    .where(eq(accounts.ownerId, columnParameters(accounts).ownerId))
    .prepare('find_account');
  return async (ownerId) => (await statement.execute({ ownerId }))[0];
}
