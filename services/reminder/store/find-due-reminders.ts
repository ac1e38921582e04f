import { asc, eq, sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { ACCOUNT_COLUMNS, type FoundInvoice } from './find-invoices.ts';
import { accounts, invoices, type ReminderRow, reminderSettings, reminders } from './schema.ts';

/** A reminder that is due, with what is known of its invoice. */
export interface DueReminder extends FoundInvoice {
  readonly reminder: ReminderRow;
}

/**
 * Prepares the search for reminders that are due: those of the invoices to which the `limit` longest due belong, all of
 * each invoice, because what becomes of one depends on the others.
 */
export function prepareFindDueReminders(db: Database): (now: Date, limit: number) => Promise<DueReminder[]> {
  const isDue = sql`${reminders.state} = 'SCHEDULED' and ${reminders.remindTime} <= ${sql.placeholder('now')}::timestamptz`;
  const longestDue = db.$with('longest_due', { invoiceId: sql<string>`invoice_id`.as('invoice_id') }).as(sql`
    select distinct invoice_id from (
      select ${reminders.invoiceId} from ${reminders} where ${isDue}
      order by ${reminders.remindTime} limit ${sql.placeholder('limit')}
    ) as due
  `);
  const statement = db
    .with(longestDue)
    .select({ reminder: reminders, invoice: invoices, ...ACCOUNT_COLUMNS })
    .from(reminders)
    .innerJoin(longestDue, sql`longest_due.invoice_id = ${reminders.invoiceId}`)
    .innerJoin(invoices, eq(invoices.invoiceId, reminders.invoiceId))
    .leftJoin(accounts, eq(accounts.ownerId, reminders.ownerId))
    .leftJoin(reminderSettings, eq(reminderSettings.ownerId, reminders.ownerId))
    .where(isDue)
    .orderBy(asc(reminders.invoiceId), asc(reminders.id))
    .prepare('find_due_reminders');
  return (now, limit) => statement.execute({ now: now.toISOString(), limit });
}
