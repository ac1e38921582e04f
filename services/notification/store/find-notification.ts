import { and, eq, sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { notifications, type ShownRow, shownColumns } from './schema.ts';

/** Prepares the query of one notification of an owner. */
export function prepareFindNotification(db: Database) {
  const statement = db
    .select(shownColumns)
    .from(notifications)
    .where(and(eq(notifications.ownerId, sql.placeholder('ownerId')), eq(notifications.id, sql.placeholder('id'))))
    .prepare('find_notification');
  return async (key: { readonly ownerId: string; readonly id: string }): Promise<ShownRow | undefined> =>
    (await statement.execute(key))[0];
}
