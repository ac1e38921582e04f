import { and, desc, eq, lt, sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { type OccurrenceRow, recurringOccurrences } from './recurring-schema.ts';

/** Prepares the statement that reads up to `limit` occurrences of a recurring invoice, latest first, those before a date. */
export function prepareListOccurrences(db: Database): (page: {
  readonly ownerId: string;
  readonly recurringInvoiceId: string;
  /** `YYYY-MM-DD`; undefined for the first page. */
  readonly before: string | undefined;
  readonly limit: number;
}) => Promise<OccurrenceRow[]> {
  const statement = db
    .select()
    .from(recurringOccurrences)
    .where(
      and(
        eq(recurringOccurrences.recurringInvoiceId, sql.placeholder('recurringInvoiceId')),
        eq(recurringOccurrences.ownerId, sql.placeholder('ownerId')),
        lt(recurringOccurrences.occurrenceDate, sql.placeholder('before')),
      ),
    )
    .orderBy(desc(recurringOccurrences.occurrenceDate))
    .limit(sql.placeholder('limit'))
    .prepare('list_occurrences');
  return ({ before = 'infinity', ...page }) => statement.execute({ ...page, before });
}
