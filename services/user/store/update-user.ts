import { and, eq, sql } from 'drizzle-orm';
import { columnParameters } from '../../../runtime/database/column-parameters.ts';
import type { Database } from '../../../runtime/database/database.ts';
import { appendEvents } from '../../../runtime/events/outbox.ts';
import { storeIdempotencyRecord } from '../../../runtime/idempotency.ts';
import type { userColumns } from '../convert.ts';
import { claimEmail } from './email-taken.ts';
import { users } from './schema.ts';
import type { WriteEffects } from './write-effects.ts';

/** What an update writes, and the version it was decided on. */
export type UserUpdate = ReturnType<typeof userColumns> & {
  readonly id: string;
  readonly updateTime: Date;
  readonly version: bigint;
};

/**
 * Prepares the statement that changes an account; gives false, and has changed nothing, when the account is no longer
 * at the version that was read. Throws EMAIL_TAKEN.
 */
export function prepareUpdateUser(db: Database): (update: UserUpdate, effects: WriteEffects) => Promise<boolean> {
  const {
    id,
    version,
    passwordHash: _hash,
    passwordVersion: _passwordVersion,
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
  const record = storeIdempotencyRecord(db, { changed: updated });
  const events = appendEvents(db, { changed: updated });
  const statement = db.with(updated, record, events).select().from(updated).prepare('update_user');
  return async (update, { event, idempotency }) => {
    const rows = await claimEmail(statement.execute({ ...update, ...idempotency, events: [event] }), 'user.email');
    return rows.length > 0;
  };
}
