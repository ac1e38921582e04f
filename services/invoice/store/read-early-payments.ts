import { and, eq, inArray, isNull, lte, sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import type { PaymentRow } from './payment-row.ts';
import { payments } from './schema.ts';

/**
 * Prepares the statement that reads how much of an owner's invoice was paid, with money or credit, until a day,
 * `YYYY-MM-DD`. What was reversed does not count.
 */
export function prepareSumPaymentsUntil(
  db: Database,
): (ownerId: string, invoiceId: string, date: string) => Promise<bigint> {
  const statement = db
    .select({ sum: sql<string>`coalesce(sum(${payments.amountMinor} - ${payments.excessMinor}), 0)::text` })
    .from(payments)
    .where(
      and(ofInvoice, inArray(payments.kind, ['MONEY', 'CREDIT']), lte(payments.paymentDate, sql.placeholder('date'))),
    )
    .prepare('sum_payments_until');
  return async (ownerId, invoiceId, date) =>
    BigInt((await statement.execute({ ownerId, invoiceId, date }))[0]?.sum ?? 0);
}

/** Prepares the statement that reads the discount that was granted on an owner's invoice, unless it was taken back. */
export function prepareGetGrantedDiscount(
  db: Database,
): (ownerId: string, invoiceId: string) => Promise<PaymentRow | undefined> {
  const statement = db
    .select()
    .from(payments)
    .where(and(ofInvoice, eq(payments.kind, 'EARLY_PAYMENT_DISCOUNT')))
    .prepare('get_granted_discount');
  return async (ownerId, invoiceId) => (await statement.execute({ ownerId, invoiceId }))[0];
}

/** Payments of the invoice that were not reversed. */
const ofInvoice = and(
  eq(payments.invoiceId, sql.placeholder('invoiceId')),
  eq(payments.ownerId, sql.placeholder('ownerId')),
  isNull(payments.reverseTime),
);
