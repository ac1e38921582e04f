import { and, eq, sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import type { PaymentRow } from './payment-row.ts';
import { payments } from './schema.ts';

/** Prepares the statement that reads one payment of an owner's invoice. */
export function prepareGetPayment(
  db: Database,
): (ownerId: string, invoiceId: string, id: string) => Promise<PaymentRow | undefined> {
  const statement = db
    .select()
    .from(payments)
    .where(
      and(
        eq(payments.id, sql.placeholder('id')),
        eq(payments.invoiceId, sql.placeholder('invoiceId')),
        eq(payments.ownerId, sql.placeholder('ownerId')),
      ),
    )
    .prepare('get_payment');
  return async (ownerId, invoiceId, id) => (await statement.execute({ ownerId, invoiceId, id }))[0];
}
