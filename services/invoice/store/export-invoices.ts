import { asc, getTableColumns, gt, type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { jsonParameter } from '../../../runtime/events/json-parameter.ts';
import type { InvoiceHeadRow } from './invoice-row.ts';
import type { PaymentRow } from './payment-row.ts';
import { invoices } from './schema.ts';

/** An invoice with all of its payments, oldest first. */
export type ExportedInvoiceRow = InvoiceHeadRow & { readonly payments: readonly PaymentRow[] };

/** A payment in JSON: every number is text, because numbers in JSON are not exact. */
type PaymentJson = {
  readonly [Name in keyof PaymentRow]: PaymentRow[Name] extends bigint | Date ? string : PaymentRow[Name];
};

const paymentsOfInvoice: SQL<readonly PaymentRow[]> = sql`(
  select coalesce(json_agg(json_build_object('id', payment.id, 'invoiceId', payment.invoice_id,
    'ownerId', payment.owner_id, 'amountMinor', payment.amount_minor::text, 'paymentDate', payment.payment_date,
    'method', payment.method, 'reference', payment.reference, 'createTime', payment.create_time,
    'invoiceState', payment.invoice_state, 'invoiceDueMinor', payment.invoice_due_minor::text, 'kind', payment.kind,
    'excessMinor', payment.excess_minor::text)
    order by payment.create_time, payment.id), '[]')
  from payments as payment where payment.invoice_id = invoices.id)`.mapWith((payments: readonly PaymentJson[]) =>
  payments.map(readPayment),
);

function readPayment(payment: PaymentJson): PaymentRow {
  return {
    ...payment,
    amountMinor: BigInt(payment.amountMinor),
    invoiceDueMinor: BigInt(payment.invoiceDueMinor),
    excessMinor: BigInt(payment.excessMinor),
    createTime: new Date(payment.createTime),
  };
}

/** Some invoices of all owners, in the order of their ids. */
export interface ExportPage {
  /** The id before the first. */
  readonly afterId: string;
  readonly limit: number;
  /** Only these. Undefined for all. */
  readonly ids: readonly string[] | undefined;
}

/** Prepares the two statements that read a page: of all invoices, and of those with given ids. */
export function prepareExportInvoices(db: Database): (page: ExportPage) => Promise<ExportedInvoiceRow[]> {
  const all = selectExported(db, isAfter).prepare('export_invoices');
  const isGiven = sql`${invoices.id} in (
    select given.id::uuid from jsonb_array_elements_text(${jsonParameter('ids')}::jsonb) as given (id))`;
  const given = selectExported(db, sql`${isAfter} and ${isGiven}`).prepare('export_given_invoices');
  return ({ ids, ...page }) => (ids === undefined ? all.execute(page) : given.execute({ ...page, ids }));
}

const isAfter = gt(invoices.id, sql.placeholder('afterId'));

function selectExported(db: Database, condition: SQL) {
  return db
    .select({ ...getTableColumns(invoices), payments: paymentsOfInvoice })
    .from(invoices)
    .where(condition)
    .orderBy(asc(invoices.id))
    .limit(sql.placeholder('limit'));
}
