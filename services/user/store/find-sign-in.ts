import { and, eq, gt, gte, sql } from 'drizzle-orm';
import { columnParameters } from '../../../runtime/database/column-parameters.ts';
import type { Database } from '../../../runtime/database/database.ts';
import { signInFailures, users } from './schema.ts';

/** An account, with the hash and version of its password. */
export type SignInAccount = Pick<typeof users.$inferSelect, 'id' | 'passwordHash' | 'passwordVersion'>;

/** What decides a sign-in. */
export interface SignIn {
  /** The account, when there is one with the address. */
  readonly account: SignInAccount | undefined;
  /** When the address may be tried again; undefined when it may be now. */
  readonly retryTime: Date | undefined;
}

/** Whose sign-in it is. */
export interface SignInKey {
  readonly emailNormalized: string;
  readonly emailDigest: Uint8Array;
  readonly failuresMax: number;
  readonly now: Date;
}

/**
 * Prepares the query for an account by its address, and for whether signing in with the address has failed too often
 * lately.
 */
export function prepareFindSignIn(db: Database): (key: SignInKey) => Promise<SignIn> {
  const blocked = db.$with('blocked').as(
    db
      .select({ expireTime: signInFailures.expireTime })
      .from(signInFailures)
      .where(
        and(
          eq(signInFailures.emailDigest, columnParameters(signInFailures).emailDigest),
          gte(signInFailures.failures, sql.placeholder('failuresMax')),
          gt(signInFailures.expireTime, sql`${sql.placeholder('now')}::timestamptz`),
        ),
      ),
  );
  const statement = db
    .with(blocked)
    .select({
      account: { id: users.id, passwordHash: users.passwordHash, passwordVersion: users.passwordVersion },
      retryTime: blocked.expireTime,
    })
    .from(sql`(select 1) as always`)
    .leftJoin(users, eq(users.emailNormalized, columnParameters(users).emailNormalized))
    .leftJoin(blocked, sql`true`)
    .prepare('find_sign_in');
  return async ({ now, ...key }) => {
    const [row] = await statement.execute({ ...key, now: now.toISOString() });
    return { account: row?.account ?? undefined, retryTime: row?.retryTime ?? undefined };
  };
}
