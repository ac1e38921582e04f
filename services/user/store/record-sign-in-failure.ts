import { sql } from 'drizzle-orm';
import { columnParameters } from '../../../runtime/database/column-parameters.ts';
import type { Database } from '../../../runtime/database/database.ts';
import { signInFailures } from './schema.ts';

/** A sign-in that failed. */
export interface SignInFailure {
  readonly emailDigest: Uint8Array;
  readonly now: Date;
  /** When the count ends if it begins with this failure. */
  readonly expireTime: Date;
}

/** Prepares the statement that counts a failed sign-in. An expired count starts again. */
export function prepareRecordSignInFailure(db: Database): (failure: SignInFailure) => Promise<void> {
  const { emailDigest, expireTime } = columnParameters(signInFailures);
  const hasExpired = sql`${signInFailures.expireTime} <= ${sql.placeholder('now')}::timestamptz`;
  const statement = db
    .insert(signInFailures)
    .values({ emailDigest, failures: 1, expireTime })
    .onConflictDoUpdate({
      target: signInFailures.emailDigest,
      set: {
        failures: sql`case when ${hasExpired} then 1 else ${signInFailures.failures} + 1 end`,
        expireTime: sql`case when ${hasExpired} then excluded.expire_time else ${signInFailures.expireTime} end`,
      },
    })
    .prepare('record_sign_in_failure');
  return async ({ now, ...failure }) => {
    await statement.execute({ ...failure, now: now.toISOString() });
  };
}
