import { and, asc, eq, lte, sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { type RecurringRow, recurringInvoices } from './recurring-schema.ts';

/**
 * Prepares the search for up to `limit` active recurring invoices that are to be looked at, those due longest first.
 */
export function prepareFindDueRecurringInvoices(db: Database): (now: Date, limit: number) => Promise<RecurringRow[]> {
  const statement = dueRecurringInvoicesQuery(db).prepare('find_due_recurring_invoices');
  return (now, limit) => statement.execute({ now: now.toISOString(), limit });
}

/** The query of the search, without the values of its parameters. */
export function dueRecurringInvoicesQuery(db: Database) {
  return db
    .select()
    .from(recurringInvoices)
    .where(
      and(
        eq(recurringInvoices.state, sql`'ACTIVE'`),
        lte(recurringInvoices.nextTime, sql`${sql.placeholder('now')}::timestamptz`),
      ),
    )
    .orderBy(asc(recurringInvoices.nextTime), asc(recurringInvoices.id))
    .limit(sql.placeholder('limit'));
}
