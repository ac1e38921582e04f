import { and, eq, gt, sql } from 'drizzle-orm';
import { columnParameters } from '../../../runtime/database/column-parameters.ts';
import type { Database } from '../../../runtime/database/database.ts';
import { isOfPresentPassword } from './present-password.ts';
import type { SessionOwner } from './rotate-refresh-token.ts';
import { apiKeys, sessions, users } from './schema.ts';

/** Prepares the query for the settings of a session's user; undefined when the session has ended or expired. */
export function prepareFindSession(
  db: Database,
): (
  session: SessionOwner,
  now: Date,
) => Promise<{ readonly timeZone: string; readonly defaultCurrencyCode: string } | undefined> {
  const { id, userId } = columnParameters(sessions);
  const statement = db
    .select({ timeZone: users.timeZone, defaultCurrencyCode: users.defaultCurrencyCode })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .where(
      and(
        eq(sessions.id, id),
        eq(sessions.userId, userId),
        gt(sessions.expireTime, sql`${sql.placeholder('now')}::timestamptz`),
        isOfPresentPassword,
      ),
    )
    .prepare('find_session');
  return async (session, now) => {
    const values = { id: session.sessionId, userId: session.userId, now: now.toISOString() };
    return (await statement.execute(values))[0];
  };
}

/** An API key with what a call needs to know about its owner. */
export interface FoundApiKey {
  readonly apiKeyId: string;
  readonly userId: string;
  readonly readOnly: boolean;
  readonly timeZone: string;
  readonly defaultCurrencyCode: string;
}

/** Prepares the query for an API key by its digest. */
export function prepareFindApiKey(db: Database): (digest: Uint8Array) => Promise<FoundApiKey | undefined> {
  const statement = db
    .select({
      apiKeyId: apiKeys.id,
      userId: users.id,
      readOnly: apiKeys.readOnly,
      timeZone: users.timeZone,
      defaultCurrencyCode: users.defaultCurrencyCode,
    })
    .from(apiKeys)
    .innerJoin(users, eq(users.id, apiKeys.ownerId))
    .where(eq(apiKeys.digest, columnParameters(apiKeys).digest))
    .prepare('find_api_key');
  return async (digest) => (await statement.execute({ digest }))[0];
}
