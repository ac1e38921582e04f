import { asc, eq, sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { type OccurrenceRow, type RecurringRow, recurringInvoices, recurringOccurrences } from './recurring-schema.ts';
import { invoices } from './schema.ts';

/** An occurrence whose invoice is to be opened. */
export interface PendingOccurrence {
  readonly occurrence: OccurrenceRow;
  readonly recurring: RecurringRow;
  /** The customer of the invoice, or of the recurring invoice when that is gone. */
  readonly customerId: string;
}

/** Prepares the search for up to `limit` occurrences whose invoices are to be opened now, those due longest first. */
export function prepareFindPendingOccurrences(
  db: Database,
): (now: Date, limit: number) => Promise<PendingOccurrence[]> {
  const statement = db
    .select({
      occurrence: recurringOccurrences,
      recurring: recurringInvoices,
      customerId: sql<string>`coalesce(${invoices.customerId}, ${recurringInvoices.customerId})`,
    })
    .from(recurringOccurrences)
    .innerJoin(recurringInvoices, eq(recurringInvoices.id, recurringOccurrences.recurringInvoiceId))
    .leftJoin(invoices, eq(invoices.id, recurringOccurrences.invoiceId))
    .where(
      sql`${recurringOccurrences.state} = 'PENDING' and ${recurringInvoices.state} <> 'PAUSED'
        and ${recurringOccurrences.nextAttemptTime} <= ${sql.placeholder('now')}::timestamptz`,
    )
    .orderBy(
      asc(recurringOccurrences.nextAttemptTime),
      asc(recurringOccurrences.occurrenceDate),
      asc(recurringOccurrences.recurringInvoiceId),
    )
    .limit(sql.placeholder('limit'))
    .prepare('find_pending_occurrences');
  return (now, limit) => statement.execute({ now: now.toISOString(), limit });
}
