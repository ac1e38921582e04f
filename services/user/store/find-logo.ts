import { eq, sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { logos, users } from './schema.ts';

/** Prepares the query for the logo of an account, with the facts about it. */
export function prepareFindLogo(db: Database) {
  const statement = db
    .select({ logo: users.logo, data: logos.data })
    .from(logos)
    .innerJoin(users, eq(users.id, logos.ownerId))
    .where(eq(logos.ownerId, sql.placeholder('ownerId')))
    .prepare('find_logo');
  return async (ownerId: string) => (await statement.execute({ ownerId }))[0];
}
