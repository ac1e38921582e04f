import { eq, getTableColumns, sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import type { UserRow } from '../convert.ts';
import { users } from './schema.ts';

const {
  emailNormalized: _email,
  passwordHash: _hash,
  passwordVersion: _version,
  apiKeysCount: _count,
  ...columns
} = getTableColumns(users);

/** The columns of an account without those that only signing in and counting API keys need. */
export const userRowColumns = columns;

/** Prepares the query for one account by its id. */
export function prepareFindUser(db: Database): (id: string) => Promise<UserRow | undefined> {
  const statement = db
    .select(userRowColumns)
    .from(users)
    .where(eq(users.id, sql.placeholder('id')))
    .prepare('find_user');
  return async (id) => (await statement.execute({ id }))[0];
}
