import { prepareWrite, type WriteEffects } from '../../../runtime/call/prepare-write.ts';
import { columnParameters } from '../../../runtime/database/column-parameters.ts';
import type { Database } from '../../../runtime/database/database.ts';
import { claimEmail } from './email-taken.ts';
import { users } from './schema.ts';

/** A new account. */
export type NewUser = Omit<typeof users.$inferSelect, 'apiKeysCount' | 'passwordVersion' | 'logo'>;

/** Prepares the statement that adds an account. Throws EMAIL_TAKEN. */
export function prepareCreateUser(db: Database): (user: NewUser, effects: WriteEffects) => Promise<void> {
  const { apiKeysCount: _count, passwordVersion: _version, logo: _logo, ...columns } = columnParameters(users);
  const created = db.$with('created').as(db.insert(users).values(columns).returning({ id: users.id }));
  const write = prepareWrite(db, 'create_user', { changed: created });
  return async (user, effects) => {
    await claimEmail(write(user, effects), 'email');
  };
}
