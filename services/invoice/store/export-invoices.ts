import { asc, gt, type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { jsonParameter } from '../../../runtime/events/json-parameter.ts';
import type { InvoiceHeadRow } from './invoice-row.ts';
import type { PaymentRow } from './payment-row.ts';
import { invoices } from './schema.ts';

/** The exported columns of an invoice: none that may be large. */
const COLUMNS = {
  id: invoices.id,
  ownerId: invoices.ownerId,
  version: invoices.version,
  state: invoices.state,
  customerId: invoices.customerId,
  currencyCode: invoices.currencyCode,
  issueDate: invoices.issueDate,
  dueDate: invoices.dueDate,
  instalments: invoices.instalments,
  totalMinor: invoices.totalMinor,
  taxMinor: invoices.taxMinor,
  payableMinor: invoices.payableMinor,
  paidMinor: invoices.paidMinor,
  creditedMinor: invoices.creditedMinor,
  writtenOffMinor: invoices.writtenOffMinor,
  updateTime: invoices.updateTime,
};

/** An invoice with all of its payments and credit notes, oldest first. */
export type ExportedInvoiceRow = Pick<InvoiceHeadRow, keyof typeof COLUMNS> & {
  readonly payments: readonly PaymentRow[];
  readonly creditNotes: readonly ExportedCreditNoteRow[];
};

/** The exported fields of a credit note; amounts as text. */
export interface ExportedCreditNoteRow {
  readonly id: string;
  readonly issueDate: string;
  readonly totalMinor: string;
  readonly taxMinor: string;
}

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
  from payments as payment where payment.invoice_id = invoices.id)`.mapWith((payments: readonly PaymentJson[]) =>
  payments.map(readPayment),
);

// The stored document leaves out amounts of 0.
const creditNotesOfInvoice = sql<readonly ExportedCreditNoteRow[]>`(
  select coalesce(json_agg(json_build_object('id', note.id, 'issueDate', note.issue_date,
    'totalMinor', coalesce(note.document ->> 'totalMinor', '0'), 'taxMinor', coalesce(note.document ->> 'taxMinor', '0'))
    order by note.ordinal), '[]')
  from credit_notes as note where note.invoice_id = invoices.id)`;

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
    .select({ ...COLUMNS, payments: paymentsOfInvoice, creditNotes: creditNotesOfInvoice })
    .from(invoices)
    .where(condition)
    .orderBy(asc(invoices.id))
    .limit(sql.placeholder('limit'));
}
