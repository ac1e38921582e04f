import { asc, sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { invoices, type ReminderRow, reminders } from './schema.ts';

/** A reminder that is due, with what this service knows of its invoice. */
export interface FoundReminder {
  readonly reminder: ReminderRow;
  readonly paused: boolean;
  readonly timeZone: string;
}

/**
 * Prepares the search for reminders that are due: those of the invoices to which the `limit` longest due belong, all of
 * each invoice, because what becomes of one depends on the others.
 */
export function prepareFindDueReminders(db: Database) {
  const longestDue = db.$with('longest_due', { invoiceId: sql<string>`invoice_id`.as('invoice_id') }).as(sql`
    select distinct invoice_id from (
      select invoice_id from ${reminders}
      where state = 'SCHEDULED' and remind_time <= ${sql.placeholder('now')}::timestamptz
      order by remind_time limit ${sql.placeholder('limit')}
    ) as due
  `);
  const statement = db
    .with(longestDue)
    .select({
      reminder: reminders,
      paused: sql<boolean>`coalesce(${invoices.paused}, false)`,
      timeZone: sql<string>`coalesce(${invoices.timeZone}, 'UTC')`,
    })
    .from(reminders)
    .innerJoin(longestDue, sql`longest_due.invoice_id = ${reminders.invoiceId}`)
    .leftJoin(invoices, sql`${invoices.invoiceId} = ${reminders.invoiceId}`)
    .where(sql`${reminders.state} = 'SCHEDULED' and ${reminders.remindTime} <= ${sql.placeholder('now')}::timestamptz`)
    .orderBy(asc(reminders.invoiceId), asc(reminders.id))
    .prepare('find_due_reminders');
  return (now: Date, limit: number): Promise<FoundReminder[]> => statement.execute({ now: now.toISOString(), limit });
}
