import { sql } from 'drizzle-orm';
import { columnParameters } from '../../../runtime/database/column-parameters.ts';
import type { Database } from '../../../runtime/database/database.ts';
import { appendEvents, type OutboxRow } from '../../../runtime/events/outbox.ts';
import { addToAccount } from './account-gone.ts';
import { sessions, signInFailures } from './schema.ts';

/** A session that begins. */
export type NewSession = typeof sessions.$inferSelect & {
  /** The version of the password that was verified. */
  readonly passwordVersion: bigint;
  readonly emailDigest: Uint8Array;
  /** This many failures keep the address from signing in. */
  readonly failuresMax: number;
};

/**
 * Prepares the statement that begins a session and forgets the failures before it. Gives false, and has done nothing,
 * when the account is gone, its password was changed since it was verified, or the address has failed too often by now.
 * Of many guesses made at the same moment, the right one must not get through just because none of the wrong ones had
 * been counted when it began.
 *
 * A change of the password that commits meanwhile is not seen. The session then has the version of the previous
 * password, so it is invalid.
 */
export function prepareCreateSession(db: Database): (session: NewSession, event: OutboxRow) => Promise<boolean> {
  const { id, userId, refreshDigest, passwordVersion, createTime, expireTime } = columnParameters(sessions);
  const { emailDigest } = columnParameters(signInFailures);
  const created = db.$with('created', { id: sql<string>`id`.as('id') }).as(sql`
    insert into ${sessions} (id, user_id, refresh_digest, password_version, create_time, expire_time)
    select ${id}::uuid, users.id, ${refreshDigest}::bytea, users.password_version, ${createTime}::timestamptz,
      ${expireTime}::timestamptz
    from users
    where users.id = ${userId}::uuid and users.password_version = ${passwordVersion}::bigint and not exists (
      select 1 from ${signInFailures}
      where email_digest = ${emailDigest}::bytea and failures >= ${sql.placeholder('failuresMax')}::integer
        and expire_time > ${createTime}::timestamptz
    )
    returning id
  `);
  const forgotten = db.$with('forgotten', {}).as(sql`
    delete from ${signInFailures}
    where email_digest = ${emailDigest}::bytea and exists (select 1 from ${created})
  `);
  const events = appendEvents(db, { changed: created });
  const statement = db.with(created, forgotten, events).select().from(created).prepare('create_session');
  return async (session, event) => {
    const rows = await addToAccount(statement.execute({ ...session, events: [event] }));
    return rows.length > 0;
  };
}
