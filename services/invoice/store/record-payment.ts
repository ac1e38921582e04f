import { sql } from 'drizzle-orm';
import { prepareWrite, type WriteEffects } from '../../../runtime/call/prepare-write.ts';
import type { Database } from '../../../runtime/database/database.ts';
import { changeOpened } from './change-opened-invoice.ts';
import type { InvoiceRow } from './invoice-row.ts';
import type { PaymentRow } from './payment-row.ts';
import { payments } from './schema.ts';

/**
 * Prepares the statement that stores a payment, and the discount that is granted with it, if any, together with their
 * effect on the invoice. It expects the version before `invoice.version`; gives false, and has stored nothing, when that
 * is not the present one. It breaks a constraint of `customer_accounts` when the customer's credit would become negative
 * or too large.
 */
export function prepareRecordPayment(
  db: Database,
): (
  payment: PaymentRow,
  discount: PaymentRow | undefined,
  invoice: InvoiceRow,
  effects: WriteEffects,
) => Promise<boolean> {
  const changed = changeOpened(db);
  const payment = db.$with('payment', {}).as(sql`
    insert into ${payments} (id, invoice_id, owner_id, amount_minor, payment_date, method, reference, create_time,
      invoice_state, invoice_due_minor, kind, excess_minor, reason)
    select ${sql.placeholder('paymentId')}::uuid, changed.id, changed.owner_id, ${sql.placeholder('amountMinor')}::bigint,
      ${sql.placeholder('paymentDate')}::date, ${sql.placeholder('method')}::text, ${sql.placeholder('reference')}::text,
      ${sql.placeholder('paymentTime')}::timestamptz, ${sql.placeholder('invoiceState')}::text,
      ${sql.placeholder('invoiceDueMinor')}::bigint, ${sql.placeholder('kind')}::text, ${sql.placeholder('excessMinor')}::bigint,
      ${sql.placeholder('reason')}::text
    from ${changed} as changed
    union all
    select ${sql.placeholder('discountId')}::uuid, changed.id, changed.owner_id, ${sql.placeholder('grantedMinor')}::bigint,
      ${sql.placeholder('paymentDate')}::date, '', '', ${sql.placeholder('paymentTime')}::timestamptz,
      ${sql.placeholder('invoiceState')}::text, ${sql.placeholder('invoiceDueMinor')}::bigint, 'EARLY_PAYMENT_DISCOUNT', 0, ''
    from ${changed} as changed where ${sql.placeholder('discountId')}::uuid is not null
  `);
  const write = prepareWrite(db, 'record_payment', { changed, parts: [changed, payment] });
  return ({ id: paymentId, createTime, ...facts }, discount, { lines: _lines, ...invoice }, effects) => {
    const { id: discountId = null, amountMinor: grantedMinor = null } = discount ?? {};
    const paymentTime = createTime.toISOString();
    return write({ ...facts, paymentId, paymentTime, discountId, grantedMinor, ...invoice }, effects);
  };
}
