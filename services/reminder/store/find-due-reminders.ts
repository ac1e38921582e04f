import { asc, eq, sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { ACCOUNT_COLUMNS, type FoundInvoice } from './find-invoices.ts';
import { accounts, invoices, type ReminderRow, reminderSettings, reminders } from './schema.ts';

/** A reminder that is due, with what is known of its invoice. */
export interface DueReminder extends FoundInvoice {
  readonly reminder: ReminderRow;
}

/** Whether a reminder is due at the placeholder `now`. */
export const IS_DUE = sql`${reminders.state} = 'SCHEDULED' and ${reminders.remindTime} <= ${sql.placeholder('now')}::timestamptz`;

/** When a reminder is to be looked at next. */
export const NEXT_TIME = sql`greatest(${reminders.remindTime}, ${reminders.retryTime})`;

/**
 * Prepares the search for reminders that are due: those of the invoices to which the `limit` belong that have waited longest to be
 * looked at, or to be looked at again, all of each invoice, because what becomes of one depends on the others.
 */
export function prepareFindDueReminders(db: Database): (now: Date, limit: number) => Promise<DueReminder[]> {
  const longestDue = db.$with('longest_due', { invoiceId: sql<string>`invoice_id`.as('invoice_id') }).as(sql`
    select distinct invoice_id from (
      select ${reminders.invoiceId} from ${reminders}
      where ${reminders.state} = 'SCHEDULED' and ${NEXT_TIME} <= ${sql.placeholder('now')}::timestamptz
      order by ${NEXT_TIME} limit ${sql.placeholder('limit')}
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
    .where(IS_DUE)
    .orderBy(asc(reminders.invoiceId), asc(reminders.id))
    .prepare('find_due_reminders');
  return (now, limit) => statement.execute({ now: now.toISOString(), limit });
}
