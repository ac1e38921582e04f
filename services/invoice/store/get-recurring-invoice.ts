import { and, eq, sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { type RecurringRow, recurringInvoices } from './recurring-schema.ts';

/** Prepares the statement that reads one recurring invoice of an owner. */
export function prepareGetRecurringInvoice(
  db: Database,
): (ownerId: string, id: string) => Promise<RecurringRow | undefined> {
  const statement = db
    .select()
    .from(recurringInvoices)
    .where(
      and(eq(recurringInvoices.id, sql.placeholder('id')), eq(recurringInvoices.ownerId, sql.placeholder('ownerId'))),
    )
    .prepare('get_recurring_invoice');
  return async (ownerId, id) => (await statement.execute({ ownerId, id }))[0];
}
