import { sql } from 'drizzle-orm';
import { columnParameters } from '../../../runtime/database/column-parameters.ts';
import type { Database } from '../../../runtime/database/database.ts';
import { isOfPresentPassword } from './present-password.ts';
import { sessions, usedRefreshTokens, users } from './schema.ts';

/** A refresh token that is to be exchanged. */
export interface Rotation {
  readonly usedDigest: Uint8Array;
  readonly refreshDigest: Uint8Array;
  readonly now: Date;
  /** When the new token, and with it the session, expires. */
  readonly expireTime: Date;
}

/** A session and whose it is. */
export interface SessionOwner {
  readonly sessionId: string;
  readonly userId: string;
}

/**
 * Prepares the statement that exchanges a session's valid refresh token for another and remembers it as used. Of several
 * that present the same token at once, the row lock lets one through; the others find a session with another token.
 */
export function prepareRotateRefreshToken(db: Database): (rotation: Rotation) => Promise<SessionOwner | undefined> {
  const { refreshDigest, expireTime } = columnParameters(sessions);
  const used = columnParameters(usedRefreshTokens).digest;
  const rotated = db
    .$with('rotated', { sessionId: sql<string>`id`.as('id'), userId: sql<string>`user_id`.as('user_id') })
    .as(sql`
      update ${sessions} set refresh_digest = ${refreshDigest}, expire_time = ${expireTime}
      from ${users}
      where ${sessions.refreshDigest} = ${used} and ${sessions.expireTime} > ${sql.placeholder('now')}::timestamptz
        and ${users.id} = ${sessions.userId} and ${isOfPresentPassword}
      returning ${sessions.id}, ${sessions.userId}
    `);
  const remembered = db.$with('remembered', {}).as(sql`
    insert into ${usedRefreshTokens} (digest, session_id, expire_time)
    select ${used}::bytea, id, ${expireTime}::timestamptz from rotated
  `);
  const statement = db.with(rotated, remembered).select().from(rotated).prepare('rotate_refresh_token');
  return async ({ usedDigest, now, ...rotation }) => {
    const [row] = await statement.execute({ ...rotation, digest: usedDigest, now: now.toISOString() });
    return row;
  };
}

/** Prepares the query for the session whose refresh token was used before. */
export function prepareFindUsedRefreshToken(
  db: Database,
): (token: { readonly digest: Uint8Array; readonly now: Date }) => Promise<SessionOwner | undefined> {
  const statement = db
    .select({ sessionId: sessions.id, userId: sessions.userId })
    .from(usedRefreshTokens)
    .innerJoin(sessions, sql`${sessions.id} = ${usedRefreshTokens.sessionId}`)
    .where(
      sql`${usedRefreshTokens.digest} = ${columnParameters(usedRefreshTokens).digest}
        and ${usedRefreshTokens.expireTime} > ${sql.placeholder('now')}::timestamptz`,
    )
    .prepare('find_used_refresh_token');
  return async ({ digest, now }) => (await statement.execute({ digest, now: now.toISOString() }))[0];
}
