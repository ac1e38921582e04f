import type { Invoice, InvoiceLine } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import { formatAmount, getCurrency } from '../domain/currency.ts';
import type { InvoiceHeadRow } from '../store/invoice-row.ts';
import { type Columns, headerOf, rowOf, timeOf } from './columns.ts';

/** What a cell is made of. */
interface Source {
  readonly invoice: Invoice;
  /** Fields that the message does not have in this form. */
  readonly row: Pick<InvoiceHeadRow, 'state' | 'customerName'>;
  /** An amount in the invoice's currency. */
  amount(minor: bigint): string;
}

/** A line of an invoice, counted from 1. */
interface LineSource extends Source {
  readonly line: InvoiceLine;
  readonly position: number;
}

const HEAD: Columns<Source> = {
  id: ({ invoice }) => invoice.id,
  number: ({ invoice }) => invoice.number,
  state: ({ row }) => row.state,
  issue_date: ({ invoice }) => invoice.issueDate,
  due_date: ({ invoice }) => invoice.dueDate,
  customer_id: ({ invoice }) => invoice.customerId,
  customer_name: ({ invoice, row }) => invoice.customer?.name ?? row.customerName,
  currency_code: ({ invoice }) => invoice.currencyCode,
};

const INVOICE_COLUMNS: Columns<Source> = {
  ...HEAD,
  overdue: ({ invoice }) => String(invoice.overdue),
  subtotal: ({ invoice, amount }) => amount(invoice.subtotalMinor),
  discount: ({ invoice, amount }) => amount(invoice.discountMinor),
  allowances: ({ invoice, amount }) => amount(invoice.allowanceMinor),
  charges: ({ invoice, amount }) => amount(invoice.chargeMinor),
  tax: ({ invoice, amount }) => amount(invoice.taxMinor),
  total: ({ invoice, amount }) => amount(invoice.totalMinor),
  retained: ({ invoice, amount }) => amount(invoice.retainedMinor),
  prepaid: ({ invoice, amount }) => amount(invoice.prepaidMinor),
  rounding: ({ invoice, amount }) => amount(invoice.roundingMinor),
  payable: ({ invoice, amount }) => amount(invoice.payableMinor),
  paid: ({ invoice, amount }) => amount(invoice.paidMinor),
  credited: ({ invoice, amount }) => amount(invoice.creditedMinor),
  written_off: ({ invoice, amount }) => amount(invoice.writtenOffMinor),
  due: ({ invoice, amount }) => amount(invoice.dueMinor),
  number_series: ({ invoice }) => invoice.numberSeries,
  tags: ({ invoice }) => invoice.tags.join(', '),
  metadata: ({ invoice }) => (Object.keys(invoice.metadata).length === 0 ? '' : JSON.stringify(invoice.metadata)),
  memo: ({ invoice }) => invoice.memo,
  create_time: ({ invoice }) => timeOf(invoice.createTime),
  open_time: ({ invoice }) => timeOf(invoice.openTime),
  send_time: ({ invoice }) => timeOf(invoice.sendTime),
  pay_time: ({ invoice }) => timeOf(invoice.payTime),
  void_time: ({ invoice }) => timeOf(invoice.voidTime),
  delivery_date: ({ invoice }) => invoice.deliveryDate,
  period_start_date: ({ invoice }) => invoice.periodStartDate,
  period_end_date: ({ invoice }) => invoice.periodEndDate,
  buyer_reference: ({ invoice }) => invoice.buyerReference,
  purchase_order_reference: ({ invoice }) => invoice.purchaseOrderReference,
  revises_invoice_number: ({ invoice }) => invoice.revisesInvoiceNumber,
  due_days: ({ invoice }) => String(invoice.dueDays ?? ''),
  issued_elsewhere: ({ invoice }) => String(invoice.issuedElsewhere),
  early_payment_discount_percent: ({ invoice }) => invoice.earlyPaymentDiscount?.percent ?? '',
  early_payment_discount_date: ({ invoice }) => invoice.earlyPaymentDiscount?.lastDate ?? '',
  early_payment_discount: ({ invoice, amount }) => amount(invoice.earlyPaymentDiscount?.grantedMinor ?? 0n),
  early_payment_discount_days: ({ invoice }) => String(invoice.earlyPaymentDiscount?.days ?? ''),
};

const LINE_COLUMNS: Columns<LineSource> = {
  ...HEAD,
  line: ({ position }) => String(position),
  description: ({ line }) => line.description,
  quantity: ({ line }) => line.quantity,
  unit_code: ({ line }) => line.unitCode,
  unit_price: ({ line }) => line.unitPrice,
  base_quantity: ({ line }) => line.baseQuantity,
  discount_percent: ({ line }) => line.discountPercent,
  tax_percent: ({ line }) => line.taxPercent,
  gross: ({ line, amount }) => amount(line.grossMinor),
  discount: ({ line, amount }) => amount(line.discountMinor),
  allowances: ({ line, amount }) => amount(line.allowanceMinor),
  charges: ({ line, amount }) => amount(line.chargeMinor),
  included_tax: ({ line, amount }) => amount(line.includedTaxMinor),
  net: ({ line, amount }) => amount(line.netMinor),
};

/** A table of invoices as CSV. */
export interface InvoiceTable {
  readonly header: string;
  /** The rows of one invoice; `row` is what the message was made from. */
  rowsOf(invoice: Invoice, row: Source['row']): string;
}

/** A row for each invoice. */
export const INVOICE_TABLE: InvoiceTable = {
  header: headerOf(INVOICE_COLUMNS),
  rowsOf: (invoice, row) => rowOf(INVOICE_COLUMNS, sourceOf(invoice, row)),
};

/** A row for each line of each invoice. */
export const LINE_TABLE: InvoiceTable = {
  header: headerOf(LINE_COLUMNS),
  rowsOf(invoice, row) {
    const source = sourceOf(invoice, row);
    return invoice.lines.map((line, index) => rowOf(LINE_COLUMNS, { ...source, line, position: index + 1 })).join('');
  },
};

function sourceOf(invoice: Invoice, row: Source['row']): Source {
  const currency = getCurrency(invoice.currencyCode);
  return { invoice, row, amount: (minor) => formatAmount(minor, currency) };
}
