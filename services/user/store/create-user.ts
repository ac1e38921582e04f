import { columnParameters } from '../../../runtime/database/column-parameters.ts';
import type { Database } from '../../../runtime/database/database.ts';
import { appendEvents } from '../../../runtime/events/outbox.ts';
import { storeIdempotencyRecord } from '../../../runtime/idempotency.ts';
import { claimEmail } from './email-taken.ts';
import { users } from './schema.ts';
import type { WriteEffects } from './write-effects.ts';

/** A new account. */
export type NewUser = Omit<typeof users.$inferSelect, 'apiKeysCount' | 'passwordVersion'>;

/** Prepares the statement that adds an account. Throws EMAIL_TAKEN. */
export function prepareCreateUser(db: Database): (user: NewUser, effects: WriteEffects) => Promise<void> {
  const { apiKeysCount: _count, passwordVersion: _version, ...columns } = columnParameters(users);
  const created = db.$with('created').as(db.insert(users).values(columns).returning({ id: users.id }));
  const record = storeIdempotencyRecord(db, { changed: created });
  const events = appendEvents(db, { changed: created });
  const statement = db.with(created, record, events).select().from(created).prepare('create_user');
  return async (user, { event, idempotency }) => {
    await claimEmail(statement.execute({ ...user, ...idempotency, events: [event] }), 'email');
  };
}
