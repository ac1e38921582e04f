import { asc, eq, sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { ACCOUNT_COLUMNS, type FoundInvoice } from './find-invoices.ts';
import { accounts, invoices, type ReminderRow, reminderSettings, reminders } from './schema.ts';

/** A due reminder, with its invoice as it is stored. */
export interface DueReminder extends FoundInvoice {
  readonly reminder: ReminderRow;
}

/** The placeholder `now` of a statement. */
export const NOW = sql`${sql.placeholder('now')}::timestamptz`;

/** Whether a reminder is due. */
const IS_DUE = sql`${reminders.state} = 'SCHEDULED' and ${reminders.remindTime} <= ${NOW}`;

/** When a reminder is to be tried next. */
const NEXT_TIME = sql`greatest(${reminders.remindTime}, ${reminders.retryTime})`;

/** Whether a reminder is to be tried now. */
export const IS_NEXT = sql`${reminders.state} = 'SCHEDULED' and ${NEXT_TIME} <= ${NOW}`;

/** The longest pause before a due reminder that failed is tried again. */
export const PAUSE_MAX = sql.raw(`interval '1 hour'`);

/**
 * Whether a due reminder was deferred for longer than that, which happens while the clock is ahead. It is tried now.
 */
export const IS_PUT_OFF_TOO_FAR = sql`${IS_DUE} and ${reminders.retryTime} > ${NOW} + ${PAUSE_MAX}`;

/**
 * Prepares the search for due reminders. It picks the `limit` reminders whose next try is longest overdue, and gives
 * all due reminders of their invoices, because the decision about one depends on the others.
 */
export function prepareFindDueReminders(db: Database): (now: Date, limit: number) => Promise<DueReminder[]> {
  const statement = dueRemindersQuery(db).prepare('find_due_reminders');
  return (now, limit) => statement.execute({ now: now.toISOString(), limit });
}

/** The query of `prepareFindDueReminders`. */
export function dueRemindersQuery(db: Database) {
  const limit = sql.placeholder('limit');
  const longestDue = db.$with('longest_due', { invoiceId: sql<string>`invoice_id`.as('invoice_id') }).as(sql`
    select distinct invoice_id from (
      (select invoice_id from ${reminders} where ${IS_NEXT} order by ${NEXT_TIME} limit ${limit})
      union all select invoice_id from ${reminders} where ${IS_PUT_OFF_TOO_FAR} limit ${limit}
    ) as due
  `);
  return db
    .with(longestDue)
    .select({ reminder: reminders, invoice: invoices, ...ACCOUNT_COLUMNS })
    .from(reminders)
    .innerJoin(longestDue, sql`longest_due.invoice_id = ${reminders.invoiceId}`)
    .innerJoin(invoices, eq(invoices.invoiceId, reminders.invoiceId))
    .leftJoin(accounts, eq(accounts.ownerId, reminders.ownerId))
    .leftJoin(reminderSettings, eq(reminderSettings.ownerId, reminders.ownerId))
    .where(IS_DUE)
    .orderBy(asc(reminders.invoiceId), asc(reminders.id));
}
