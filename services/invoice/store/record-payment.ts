import { sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { appendEvents } from '../../../runtime/events/outbox.ts';
import { storeIdempotencyRecord } from '../../../runtime/idempotency.ts';
import { changeOpened } from './change-opened-invoice.ts';
import type { InvoiceRow } from './invoice-row.ts';
import type { PaymentRow } from './payment-row.ts';
import { payments } from './schema.ts';
import type { WriteEffects } from './write-effects.ts';

/**
 * Prepares the statement that stores a payment together with what it makes of its invoice. It expects the version
 * before `invoice.version`; gives false, and has stored nothing, when that is not the present one. It breaks a constraint of
 * `customer_accounts` when the customer's credit would become negative or too large.
 */
export function prepareRecordPayment(
  db: Database,
): (payment: PaymentRow, invoice: InvoiceRow, effects: WriteEffects) => Promise<boolean> {
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
  `);
  const events = appendEvents(db, { changed });
  const record = storeIdempotencyRecord(db, { changed });
  const statement = db
    .with(changed, payment, events, record)
    .select({ id: changed.id })
    .from(changed)
    .prepare('record_payment');
  return async ({ id, createTime, ...facts }, { lines: _lines, ...invoice }, { events: outboxRows, idempotency }) => {
    const rows = await statement.execute({
      ...facts,
      paymentId: id,
      paymentTime: createTime.toISOString(),
      ...invoice,
      events: outboxRows,
      ...idempotency,
    });
    return rows.length > 0;
  };
}
