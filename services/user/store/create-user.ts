import { sql } from 'drizzle-orm';
import { prepareWrite, type WriteEffects } from '../../../runtime/call/prepare-write.ts';
import { columnParameters } from '../../../runtime/database/column-parameters.ts';
import type { Database } from '../../../runtime/database/database.ts';
import { claimEmail } from './email-taken.ts';
import { signInFailures, users } from './schema.ts';

/** A new account. */
export type NewUser = Omit<typeof users.$inferSelect, 'apiKeysCount' | 'passwordVersion' | 'logo'> & {
  readonly emailDigest: Uint8Array;
};

/**
 * Prepares the statement that adds an account and forgets the failed sign-ins with its address. They were not guesses
 * of its password: the address had no account, or another one. Throws EMAIL_TAKEN.
 */
export function prepareCreateUser(db: Database): (user: NewUser, effects: WriteEffects) => Promise<void> {
  const { apiKeysCount: _count, passwordVersion: _version, logo: _logo, ...columns } = columnParameters(users);
  const created = db.$with('created').as(db.insert(users).values(columns).returning({ id: users.id }));
  const forgotten = db.$with('forgotten', {}).as(sql`
    delete from ${signInFailures}
    where email_digest = ${columnParameters(signInFailures).emailDigest} and exists (select 1 from ${created})
  `);
  const write = prepareWrite(db, 'create_user', { changed: created, parts: [created, forgotten] });
  return async (user, effects) => {
    await claimEmail(write(user, effects), 'email');
  };
}
