import { eq, sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { jsonParameter } from '../../../runtime/events/json-parameter.ts';
import { DEFAULT_PLAN, type Plan } from '../domain/plan.ts';
import { accounts, type InvoiceRow, invoices, type ReminderRow, reminderSettings, reminders } from './schema.ts';

/** An invoice as it is stored, with its owner's plan. */
export interface FoundInvoice extends Plan {
  readonly invoice: InvoiceRow;
  /** The time zone of its days. */
  readonly timeZone: string;
  /** Whether the account of its owner has been deleted. */
  readonly accountDeleted: boolean;
}

/** The time of day of an owner's reminders, for a statement that left-joins the settings. */
export const TIME_OF_DAY = sql<string>`coalesce(${reminderSettings.timeOfDay}, ${DEFAULT_PLAN.timeOfDay})`;

/**
 * The columns of {@link FoundInvoice} that the account determines, for a statement that left-joins it and its settings.
 */
export const ACCOUNT_COLUMNS = {
  timeZone: sql<string>`coalesce(${accounts.timeZone}, ${invoices.timeZone})`,
  accountDeleted: sql<boolean>`coalesce(${accounts.deleted}, false)`,
  offsetsDays:
    sql`coalesce(${reminderSettings.offsetsDays}, ${JSON.stringify(DEFAULT_PLAN.offsetsDays)}::jsonb)`.mapWith(
      reminderSettings.offsetsDays,
    ),
  timeOfDay: TIME_OF_DAY,
};

const ids = sql`(select value::uuid from jsonb_array_elements_text(${jsonParameter('invoiceIds')}::jsonb))`;

/** Prepares the query for invoices by id, of any owner. */
export function prepareFindInvoices(db: Database): (invoiceIds: readonly string[]) => Promise<FoundInvoice[]> {
  const statement = db
    .select({ invoice: invoices, ...ACCOUNT_COLUMNS })
    .from(invoices)
    .leftJoin(accounts, eq(accounts.ownerId, invoices.ownerId))
    .leftJoin(reminderSettings, eq(reminderSettings.ownerId, invoices.ownerId))
    .where(sql`${invoices.invoiceId} in ${ids}`)
    .prepare('find_invoices');
  return (invoiceIds) => statement.execute({ invoiceIds });
}

/** Prepares the query for all reminders of some invoices. */
export function prepareFindRemindersOf(db: Database): (invoiceIds: readonly string[]) => Promise<ReminderRow[]> {
  const statement = db
    .select()
    .from(reminders)
    .where(sql`${reminders.invoiceId} in ${ids}`)
    .orderBy(reminders.dueDate, reminders.offsetDays, reminders.id)
    .prepare('find_reminders_of');
  return (invoiceIds) => statement.execute({ invoiceIds });
}
