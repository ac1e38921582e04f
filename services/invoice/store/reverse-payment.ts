import { sql } from 'drizzle-orm';
import { prepareWrite, type WriteEffects } from '../../../runtime/call/prepare-write.ts';
import type { Database } from '../../../runtime/database/database.ts';
import { changeOpened } from './change-opened-invoice.ts';
import type { InvoiceRow } from './invoice-row.ts';
import type { PaymentRow } from './payment-row.ts';
import { payments } from './schema.ts';

/**
 * Prepares the statement that reverses a payment, and the discount that is taken back with it, if any, together with the
 * effect on its invoice. It expects the version before `invoice.version`, and that the payment was not reversed;
 * otherwise it gives false, and has changed nothing. It breaks a constraint of `customer_accounts` when the customer's
 * credit would become negative or too large.
 */
export function prepareReversePayment(
  db: Database,
): (
  payment: PaymentRow,
  discount: PaymentRow | undefined,
  invoice: InvoiceRow,
  effects: WriteEffects,
) => Promise<boolean> {
  const locked = db.$with('locked', {}).as(sql`
    select id from ${payments}
    where id = ${sql.placeholder('paymentId')}::uuid and invoice_id = ${sql.placeholder('id')}::uuid
      and owner_id = ${sql.placeholder('ownerId')}::uuid and reverse_time is null
    for update
  `);
  const changed = changeOpened(db, sql`exists (select 1 from locked)`);
  const reversed = db.$with('reversed', {}).as(sql`
    update ${payments} set reverse_time = ${sql.placeholder('reverseTime')}::timestamptz,
      reverse_date = ${sql.placeholder('reverseDate')}::date, reverse_reason = ${sql.placeholder('reverseReason')}::text
    from locked, ${changed} where payments.id = any(array[locked.id, ${sql.placeholder('discountId')}::uuid])
  `);
  const write = prepareWrite(db, 'reverse_payment', { changed, parts: [locked, changed, reversed] });
  return (
    { id: paymentId, reverseDate, reverseReason, ...payment },
    discount,
    { lines: _lines, ...invoice },
    effects,
  ) => {
    const reverseTime = payment.reverseTime?.toISOString();
    const discountId = discount?.id ?? null;
    return write({ ...invoice, paymentId, discountId, reverseTime, reverseDate, reverseReason }, effects);
  };
}
