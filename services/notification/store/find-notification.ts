import { and, eq, sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { type NotificationRow, notifications, type ShownRow, shownColumns } from './schema.ts';

/** A notification, and whether an attempt to send it ended without an answer of the mail server. */
export type FoundNotification = ShownRow & Pick<NotificationRow, 'mayHaveLeft'>;

/** Prepares the query of one notification of an owner. */
export function prepareFindNotification(db: Database) {
  const statement = db
    .select({ ...shownColumns, mayHaveLeft: notifications.mayHaveLeft })
    .from(notifications)
    .where(and(eq(notifications.ownerId, sql.placeholder('ownerId')), eq(notifications.id, sql.placeholder('id'))))
    .prepare('find_notification');
  return async (key: { readonly ownerId: string; readonly id: string }): Promise<FoundNotification | undefined> =>
    (await statement.execute(key))[0];
}
