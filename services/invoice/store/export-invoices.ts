import { asc, getTableColumns, gt, type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import type { InvoiceHeadRow } from './invoice-row.ts';
import type { PaymentRow } from './payment-row.ts';
import { invoices } from './schema.ts';

/** An invoice with all of its payments of money, oldest first. */
export type ExportedInvoiceRow = InvoiceHeadRow & { readonly payments: readonly PaymentRow[] };

/** A payment in JSON: every number is text, because numbers in JSON are not exact. */
type PaymentJson = {
  readonly [Name in keyof PaymentRow]: PaymentRow[Name] extends bigint | Date
    ? string
    : PaymentRow[Name] extends Date | null
      ? string | null
      : PaymentRow[Name];
};

const paymentsOfInvoice: SQL<readonly PaymentRow[]> = sql`(
  select coalesce(json_agg(json_build_object('id', payment.id, 'invoiceId', payment.invoice_id,
    'ownerId', payment.owner_id, 'amountMinor', payment.amount_minor::text, 'paymentDate', payment.payment_date,
    'method', payment.method, 'reference', payment.reference, 'createTime', payment.create_time,
    'invoiceState', payment.invoice_state, 'invoiceDueMinor', payment.invoice_due_minor::text, 'kind', payment.kind,
    'excessMinor', payment.excess_minor::text, 'reason', payment.reason, 'reverseTime', payment.reverse_time,
    'reverseDate', payment.reverse_date, 'reverseReason', payment.reverse_reason)
    order by payment.create_time, payment.id), '[]')
  from payments as payment where payment.invoice_id = invoices.id and payment.kind = 'MONEY')`.mapWith(
  (payments: readonly PaymentJson[]) => payments.map(readPayment),
);

function readPayment(payment: PaymentJson): PaymentRow {
  return {
    ...payment,
    amountMinor: BigInt(payment.amountMinor),
    invoiceDueMinor: BigInt(payment.invoiceDueMinor),
    excessMinor: BigInt(payment.excessMinor),
    createTime: new Date(payment.createTime),
    reverseTime: payment.reverseTime === null ? null : new Date(payment.reverseTime),
  };
}

/** Prepares the statement that reads up to `limit` invoices of all owners in the order of their ids, after `afterId`. */
export function prepareExportInvoices(
  db: Database,
): (afterId: string | undefined, limit: number) => Promise<ExportedInvoiceRow[]> {
  const statement = db
    .select({ ...getTableColumns(invoices), payments: paymentsOfInvoice })
    .from(invoices)
    .where(gt(invoices.id, sql.placeholder('afterId')))
    .orderBy(asc(invoices.id))
    .limit(sql.placeholder('limit'))
    .prepare('export_invoices');
  const start = '00000000-0000-0000-0000-000000000000';
  return (afterId, limit) => statement.execute({ afterId: afterId ?? start, limit });
}
