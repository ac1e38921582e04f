import { and, count, eq, sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { type ReminderRow, reminders } from './schema.ts';

/** Prepares the query for one of the owner's reminders. */
export function prepareFindReminder(db: Database) {
  const statement = db
    .select()
    .from(reminders)
    .where(and(eq(reminders.id, sql.placeholder('id')), eq(reminders.ownerId, sql.placeholder('ownerId'))))
    .prepare('find_reminder');
  return async (ownerId: string, id: string): Promise<ReminderRow | undefined> =>
    (await statement.execute({ ownerId, id }))[0];
}

/** Prepares the count of the reminders that its owner has added to an invoice. */
export function prepareCountReminders(db: Database) {
  const statement = db
    .select({ count: count() })
    .from(reminders)
    .where(
      and(
        eq(reminders.ownerId, sql.placeholder('ownerId')),
        eq(reminders.invoiceId, sql.placeholder('invoiceId')),
        eq(reminders.planned, false),
      ),
    )
    .prepare('count_reminders');
  return async (ownerId: string, invoiceId: string): Promise<number> =>
    (await statement.execute({ ownerId, invoiceId }))[0]?.count ?? 0;
}
