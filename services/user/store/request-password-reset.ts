import { sql } from 'drizzle-orm';
import { prepareWrite, type WriteEffects } from '../../../runtime/call/prepare-write.ts';
import { columnParameters } from '../../../runtime/database/column-parameters.ts';
import type { Database } from '../../../runtime/database/database.ts';
import { passwordResets, users } from './schema.ts';

/** A requested password reset. */
export interface NewPasswordReset {
  readonly id: string;
  readonly emailNormalized: string;
  readonly emailDigest: Uint8Array;
  readonly tokenDigest: Uint8Array;
  readonly now: Date;
  /** When the token expires, and when the count of requests ends if it begins with this one. */
  readonly expireTime: Date;
  /** At most this many requests of one count have an effect. */
  readonly requestsMax: number;
}

/**
 * Prepares the statement that begins a password reset. It replaces the previous one of the same address, whose token
 * becomes invalid. Gives false, and has done nothing, when there were too many.
 *
 * An account that is deleted at the same moment is not found: the lock waits for the deletion.
 */
export function prepareRequestPasswordReset(
  db: Database,
): (reset: NewPasswordReset, effects: WriteEffects) => Promise<boolean> {
  const { id, emailDigest, tokenDigest, expireTime } = columnParameters(passwordResets);
  const { emailNormalized } = columnParameters(users);
  const hasCounted = sql`present.count_expire_time <= ${sql.placeholder('now')}::timestamptz`;
  const requested = db.$with('requested', { id: sql<string>`id`.as('id') }).as(sql`
    insert into ${passwordResets} as present
      (email_digest, id, user_id, password_version, token_digest, requests, count_expire_time, expire_time)
    select ${emailDigest}::bytea, ${id}::uuid, account.id, account.password_version, ${tokenDigest}::bytea, 1,
      ${expireTime}::timestamptz, ${expireTime}::timestamptz
    from (select 1) as always left join (
      select id, password_version from ${users} where email_normalized = ${emailNormalized} for key share
    ) as account on true
    on conflict (email_digest) do update set id = excluded.id, user_id = excluded.user_id,
      password_version = excluded.password_version, token_digest = excluded.token_digest, expire_time = excluded.expire_time,
      requests = case when ${hasCounted} then 1 else present.requests + 1 end,
      count_expire_time = case when ${hasCounted} then excluded.count_expire_time else present.count_expire_time end
    where present.requests < ${sql.placeholder('requestsMax')}::integer or ${hasCounted}
    returning id
  `);
  const write = prepareWrite(db, 'request_password_reset', { changed: requested });
  return ({ now, ...reset }, effects) => write({ ...reset, now: now.toISOString() }, effects);
}
