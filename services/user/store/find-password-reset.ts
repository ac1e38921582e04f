import { and, eq, gt, type SQL, sql } from 'drizzle-orm';
import { columnParameters } from '../../../runtime/database/column-parameters.ts';
import type { Database } from '../../../runtime/database/database.ts';
import type { UserRow } from '../convert.ts';
import { userRowColumns } from './find-user.ts';
import { passwordResets, users } from './schema.ts';

/** A password reset with a valid token. */
export interface FoundPasswordReset {
  readonly id: string;
  readonly expireTime: Date;
  readonly user: UserRow;
}

/** Prepares the query for a password reset by the digest of its token; undefined when the token is no longer valid. */
export function prepareFindPasswordResetByToken(
  db: Database,
): (tokenDigest: Uint8Array, now: Date) => Promise<FoundPasswordReset | undefined> {
  const { tokenDigest: parameter } = columnParameters(passwordResets);
  const statement = findQuery(db, eq(passwordResets.tokenDigest, parameter)).prepare('find_password_reset_by_token');
  return async (tokenDigest, now) => (await statement.execute({ tokenDigest, now: now.toISOString() }))[0];
}

/** Prepares the query for a password reset by its id; undefined when its token is no longer valid. */
export function prepareFindPasswordResetById(
  db: Database,
): (id: string, now: Date) => Promise<FoundPasswordReset | undefined> {
  const statement = findQuery(db, eq(passwordResets.id, columnParameters(passwordResets).id)).prepare(
    'find_password_reset_by_id',
  );
  return async (id, now) => (await statement.execute({ id, now: now.toISOString() }))[0];
}

/**
 * A token is valid until it expires, and only while the account has the password and the address that it had when the
 * reset was requested.
 */
function findQuery(db: Database, which: SQL) {
  return db
    .select({ id: passwordResets.id, expireTime: passwordResets.expireTime, user: userRowColumns })
    .from(passwordResets)
    .innerJoin(
      users,
      and(
        eq(users.id, passwordResets.userId),
        eq(users.passwordVersion, passwordResets.passwordVersion),
        eq(sql`sha256(convert_to(${users.emailNormalized}, 'UTF8'))`, passwordResets.emailDigest),
      ),
    )
    .where(and(which, gt(passwordResets.expireTime, sql`${sql.placeholder('now')}::timestamptz`)));
}
