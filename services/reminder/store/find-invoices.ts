import { and, eq, sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { jsonParameter } from '../../../runtime/events/json-parameter.ts';
import { invoices, type ReminderRow, reminders } from './schema.ts';

/** What is known of an invoice. */
export type KnownInvoice = typeof invoices.$inferSelect;

const ids = sql`(select value::uuid from jsonb_array_elements_text(${jsonParameter('invoiceIds')}::jsonb))`;

/** Prepares the look-up of invoices by id, whoever owns them. */
export function prepareFindInvoices(db: Database) {
  const statement = db.select().from(invoices).where(sql`${invoices.invoiceId} in ${ids}`).prepare('find_invoices');
  return (invoiceIds: readonly string[]): Promise<KnownInvoice[]> => statement.execute({ invoiceIds });
}

/** Prepares the look-up of the reminders that are still to be sent, of some invoices. */
export function prepareFindScheduledReminders(db: Database) {
  const statement = db
    .select()
    .from(reminders)
    .where(and(eq(reminders.state, 'SCHEDULED'), sql`${reminders.invoiceId} in ${ids}`))
    .prepare('find_scheduled_reminders');
  return (invoiceIds: readonly string[]): Promise<ReminderRow[]> => statement.execute({ invoiceIds });
}
