import { and, eq } from 'drizzle-orm';
import { columnParameters } from '../../../runtime/database/column-parameters.ts';
import type { Database } from '../../../runtime/database/database.ts';
import { appendEvents, type OutboxRow } from '../../../runtime/events/outbox.ts';
import type { SessionOwner } from './rotate-refresh-token.ts';
import { sessions } from './schema.ts';

/**
 * Prepares the statement that ends a session of a user. For a session that has ended it does nothing, and writes no
 * event.
 */
export function prepareDeleteSession(db: Database): (session: SessionOwner, event: OutboxRow) => Promise<void> {
  const { id, userId } = columnParameters(sessions);
  const deleted = db.$with('deleted').as(
    db
      .delete(sessions)
      .where(and(eq(sessions.id, id), eq(sessions.userId, userId)))
      .returning({ id: sessions.id }),
  );
  const events = appendEvents(db, { changed: deleted });
  const statement = db.with(deleted, events).select().from(deleted).prepare('delete_session');
  return async (session, event) => {
    await statement.execute({ id: session.sessionId, userId: session.userId, events: [event] });
  };
}
