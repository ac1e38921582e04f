import { and, eq, sql } from 'drizzle-orm';
import { prepareWrite, type WriteEffects } from '../../../runtime/call/prepare-write.ts';
import { columnParameters } from '../../../runtime/database/column-parameters.ts';
import type { Database } from '../../../runtime/database/database.ts';
import type { userColumns } from '../convert.ts';
import { claimEmail } from './email-taken.ts';
import { passwordResets, signInFailures, users } from './schema.ts';

/** What an update writes, and the version that it is based on. */
export type UserUpdate = ReturnType<typeof userColumns> & {
  readonly id: string;
  readonly updateTime: Date;
  readonly version: bigint;
  /** Whether the account moves to another mailbox. */
  readonly emailChanges: boolean;
  readonly emailDigest: Uint8Array;
};

/**
 * Prepares the statement that changes an account; gives false, and has changed nothing, when the account is no longer
 * at the version that was read. When the account moves to another mailbox, the reset token that was mailed to the
 * previous one becomes invalid, even if the account gets that address again; the count of requests for that address
 * goes on. Failed sign-ins with the new address were not guesses of this account's password, and are forgotten. Throws
 * EMAIL_TAKEN.
 */
export function prepareUpdateUser(db: Database): (update: UserUpdate, effects: WriteEffects) => Promise<boolean> {
  const {
    id,
    version,
    passwordHash: _hash,
    passwordVersion: _passwordVersion,
    logo: _logo,
    apiKeysCount: _count,
    createTime: _time,
    ...columns
  } = columnParameters(users);
  const updated = db.$with('updated').as(
    db
      .update(users)
      .set({ ...columns, version: sql`${users.version} + 1` })
      .where(and(eq(users.id, id), eq(users.version, version)))
      .returning({ id: users.id }),
  );
  const ended = db.$with('ended', {}).as(sql`
    update ${passwordResets} set user_id = null from ${updated} as updated
    where ${passwordResets.userId} = updated.id and ${sql.placeholder('emailChanges')}::boolean
  `);
  const forgotten = db.$with('forgotten', {}).as(sql`
    delete from ${signInFailures}
    where email_digest = ${columnParameters(signInFailures).emailDigest} and ${sql.placeholder('emailChanges')}::boolean
      and exists (select 1 from ${updated})
  `);
  const write = prepareWrite(db, 'update_user', { changed: updated, parts: [updated, ended, forgotten] });
  return (update, effects) => claimEmail(write(update, effects), 'user.email');
}
