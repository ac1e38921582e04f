import { and, desc, eq, getTableColumns, sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { BEFORE_NEWEST, type PageCursor } from '../../../runtime/paging/page-token.ts';
import type { PaymentRow } from './payment-row.ts';
import { payments } from './schema.ts';

/** A payment with the text of its sort key. */
export type ListedPaymentRow = PaymentRow & { readonly cursorTime: string };

/**
 * Prepares the statement that reads up to `limit` payments of an owner's invoice, newest first, after the cursor
 * `[create time, id]`.
 */
export function prepareListPayments(
  db: Database,
): (ownerId: string, invoiceId: string, cursor: PageCursor | undefined, limit: number) => Promise<ListedPaymentRow[]> {
  const statement = db
    .select({ ...getTableColumns(payments), cursorTime: sql<string>`${payments.createTime}::text` })
    .from(payments)
    .where(
      and(
        eq(payments.invoiceId, sql.placeholder('invoiceId')),
        eq(payments.ownerId, sql.placeholder('ownerId')),
        sql`(${payments.createTime}, ${payments.id}) < (${sql.placeholder('time')}::timestamptz, ${sql.placeholder('id')}::uuid)`,
      ),
    )
    .orderBy(desc(payments.createTime), desc(payments.id))
    .limit(sql.placeholder('limit'))
    .prepare('list_payments');
  return (ownerId, invoiceId, cursor, limit) => {
    const [time, id] = cursor ?? BEFORE_NEWEST;
    return statement.execute({ ownerId, invoiceId, time, id, limit });
  };
}
