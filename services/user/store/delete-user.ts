import { and, eq, sql } from 'drizzle-orm';
import { idempotencyRecords, NOBODY } from '../../../runtime/call/idempotency.ts';
import { columnParameters } from '../../../runtime/database/column-parameters.ts';
import type { Database } from '../../../runtime/database/database.ts';
import { appendEvents, type OutboxRow } from '../../../runtime/events/outbox.ts';
import { users } from './schema.ts';

/**
 * Prepares the statement that deletes an account in the version that was read, with its sessions and API keys (`on delete
 * cascade`) and the answers kept for its idempotency keys, sign-up among them. A trigger starts the erasure of its customers, which
 * nobody can read or change from then on. Gives false, and has deleted nothing, when that version is not the present one.
 */
export function prepareDeleteUser(
  db: Database,
): (user: { readonly id: string; readonly version: bigint }, event: OutboxRow) => Promise<boolean> {
  const { id, version } = columnParameters(users);
  const deleted = db.$with('deleted').as(
    db
      .delete(users)
      .where(and(eq(users.id, id), eq(users.version, version)))
      .returning({ id: users.id }),
  );
  const answers = db.$with('answers', {}).as(sql`
    delete from ${idempotencyRecords} using ${deleted}
    where ${idempotencyRecords.ownerId} = ${deleted.id}
      or (${idempotencyRecords.ownerId} = ${NOBODY} and ${idempotencyRecords.response} #>> '{user,id}' = ${deleted.id}::text)
  `);
  const events = appendEvents(db, { changed: deleted });
  const statement = db.with(deleted, answers, events).select().from(deleted).prepare('delete_user');
  return async (user, event) => {
    const rows = await statement.execute({ id: user.id, version: user.version, events: [event] });
    return rows.length > 0;
  };
}
