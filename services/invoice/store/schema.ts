import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  date,
  integer,
  jsonb,
  numeric,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uuid,
} from 'drizzle-orm/pg-core';
import type { PartyJson } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import { PAYMENT_KINDS } from '../domain/balance.ts';
import type { Instalment } from '../domain/instalments.ts';
import { INVOICE_STATES } from '../domain/lifecycle.ts';
import { DOCUMENT_TYPES, RESETS } from '../domain/number-series.ts';
import type { Tax } from '../domain/tax.ts';
import { ROUNDING_POLICIES } from '../domain/tax-pool.ts';
import type { DocumentAdjustment, LineAdjustment } from '../invoices/adjustment.ts';
import { amountsJson, taxTotals } from './amounts-json.ts';

/** A column with an amount in minor units. */
export const amount = (name: string) => bigint(name, { mode: 'bigint' });
/** A column with an instant, to the millisecond. */
export const time = (name: string) => timestamp(name, { withTimezone: true, precision: 3 });

/** Invoices of all owners; migrations/ says what each column means. */
export const invoices = pgTable('invoices', {
  id: uuid('id').primaryKey(),
  ownerId: uuid('owner_id').notNull(),
  version: bigint('version', { mode: 'bigint' }).notNull(),
  state: text('state', { enum: INVOICE_STATES }).notNull(),
  number: text('number'),
  customerId: uuid('customer_id').notNull(),
  currencyCode: text('currency_code').notNull(),
  issueDate: date('issue_date', { mode: 'string' }),
  dueDate: date('due_date', { mode: 'string' }).notNull(),
  dueDays: integer('due_days'),
  memo: text('memo').notNull(),
  discountPercent: numeric('discount_percent').notNull(),
  subtotalMinor: amount('subtotal_minor').notNull(),
  discountMinor: amount('discount_minor').notNull(),
  taxMinor: amount('tax_minor').notNull(),
  totalMinor: amount('total_minor').notNull(),
  paidMinor: amount('paid_minor').notNull(),
  taxes: taxTotals('taxes').notNull(),
  discountAmountMinor: amount('discount_amount_minor').notNull(),
  allowances: amountsJson<readonly DocumentAdjustment[]>('allowances').notNull(),
  charges: amountsJson<readonly DocumentAdjustment[]>('charges').notNull(),
  pricesIncludeTax: boolean('prices_include_tax').notNull(),
  roundingPolicy: text('rounding_policy', { enum: ROUNDING_POLICIES }).notNull(),
  allowanceMinor: amount('allowance_minor').notNull(),
  chargeMinor: amount('charge_minor').notNull(),
  retainedTaxes: taxTotals('retained_taxes').notNull(),
  retainedMinor: amount('retained_minor').notNull(),
  prepaidMinor: amount('prepaid_minor').notNull(),
  roundingIncrementMinor: amount('rounding_increment_minor').notNull(),
  roundingAmountMinor: amount('rounding_amount_minor').notNull(),
  roundingMinor: amount('rounding_minor').notNull(),
  payableMinor: amount('payable_minor')
    .notNull()
    .generatedAlwaysAs(sql`total_minor - retained_minor - prepaid_minor + rounding_minor`),
  seller: jsonb('seller').$type<PartyJson>(),
  customer: jsonb('customer').$type<PartyJson>(),
  timeZone: text('time_zone').notNull(),
  createTime: time('create_time').notNull(),
  updateTime: time('update_time').notNull(),
  sendTime: time('send_time'),
  payTime: time('pay_time'),
  voidTime: time('void_time'),
  openTime: time('open_time'),
  numberSeries: text('number_series').notNull(),
  revisesInvoiceId: uuid('revises_invoice_id'),
  revisedByInvoiceId: uuid('revised_by_invoice_id'),
  creditedMinor: amount('credited_minor').notNull(),
  writtenOffMinor: amount('written_off_minor').notNull(),
  creditNoteMinor: amount('credit_note_minor').notNull(),
  creditNoteCount: integer('credit_note_count').notNull(),
  instalments: amountsJson<readonly Instalment[]>('instalments').notNull(),
  quoteId: uuid('quote_id'),
  recurringInvoiceId: uuid('recurring_invoice_id'),
  occurrenceDate: date('occurrence_date', { mode: 'string' }),
  metadata: jsonb('metadata').$type<Readonly<Record<string, string>>>().notNull(),
  tags: jsonb('tags').$type<readonly string[]>().notNull(),
  customerName: text('customer_name').notNull(),
  deliveryDate: date('delivery_date', { mode: 'string' }),
  periodStartDate: date('period_start_date', { mode: 'string' }),
  periodEndDate: date('period_end_date', { mode: 'string' }),
  buyerReference: text('buyer_reference').notNull(),
  purchaseOrderReference: text('purchase_order_reference').notNull(),
  revisesInvoiceNumber: text('revises_invoice_number'),
  issuedElsewhere: boolean('issued_elsewhere').notNull(),
  earlyDiscountPercent: numeric('early_discount_percent'),
  earlyDiscountDays: integer('early_discount_days'),
  earlyDiscountMinor: amount('early_discount_minor').notNull(),
});

/** Lines of invoices. */
export const invoiceLines = pgTable(
  'invoice_lines',
  {
    invoiceId: uuid('invoice_id').notNull(),
    position: integer('position').notNull(),
    id: uuid('id').notNull(),
    description: text('description').notNull(),
    quantity: numeric('quantity').notNull(),
    unitPrice: numeric('unit_price').notNull(),
    taxPercent: numeric('tax_percent'),
    discountPercent: numeric('discount_percent').notNull(),
    grossMinor: amount('gross_minor').notNull(),
    discountMinor: amount('discount_minor').notNull(),
    netMinor: amount('net_minor').notNull(),
    baseQuantity: numeric('base_quantity').notNull(),
    unitCode: text('unit_code').notNull(),
    discountAmountMinor: amount('discount_amount_minor').notNull(),
    allowances: amountsJson<readonly LineAdjustment[]>('allowances').notNull(),
    charges: amountsJson<readonly LineAdjustment[]>('charges').notNull(),
    taxes: amountsJson<readonly Tax[]>('taxes').notNull(),
    allowanceMinor: amount('allowance_minor').notNull(),
    chargeMinor: amount('charge_minor').notNull(),
    includedTaxMinor: amount('included_tax_minor').notNull(),
  },
  (table) => [primaryKey({ columns: [table.invoiceId, table.position] })],
);

/** Payments of invoices. */
export const payments = pgTable('payments', {
  id: uuid('id').primaryKey(),
  invoiceId: uuid('invoice_id').notNull(),
  ownerId: uuid('owner_id').notNull(),
  amountMinor: amount('amount_minor').notNull(),
  paymentDate: date('payment_date', { mode: 'string' }).notNull(),
  method: text('method').notNull(),
  reference: text('reference').notNull(),
  createTime: time('create_time').notNull(),
  invoiceState: text('invoice_state', { enum: INVOICE_STATES }).notNull(),
  invoiceDueMinor: amount('invoice_due_minor').notNull(),
  kind: text('kind', { enum: PAYMENT_KINDS }).notNull(),
  excessMinor: amount('excess_minor').notNull(),
  reason: text('reason').notNull(),
  reverseTime: time('reverse_time'),
  reverseDate: date('reverse_date', { mode: 'string' }),
  reverseReason: text('reverse_reason').notNull(),
});

/** What applies to invoices that do not say otherwise; accounts without a row have the default settings. */
export const invoiceSettings = pgTable('invoice_settings', {
  ownerId: uuid('owner_id').primaryKey(),
  version: bigint('version', { mode: 'bigint' }).notNull(),
  roundingPolicy: text('rounding_policy', { enum: ROUNDING_POLICIES }).notNull(),
  dueDays: integer('due_days'),
  earlyDiscountPercent: numeric('early_discount_percent'),
  earlyDiscountDays: integer('early_discount_days'),
  updateTime: time('update_time').notNull(),
});

/** Settings of number series; series without a row have the default ones. */
export const numberSeries = pgTable(
  'number_series',
  {
    ownerId: uuid('owner_id').notNull(),
    name: text('name').notNull(),
    documentType: text('document_type', { enum: DOCUMENT_TYPES }).notNull(),
    version: bigint('version', { mode: 'bigint' }).notNull(),
    pattern: text('pattern').notNull(),
    reset: text('reset', { enum: RESETS }).notNull(),
    createTime: time('create_time').notNull(),
    updateTime: time('update_time').notNull(),
  },
  (table) => [primaryKey({ columns: [table.ownerId, table.name] })],
);

/** The last sequence given in each series of an owner, or in each of its periods. */
export const numberCounters = pgTable(
  'number_counters',
  {
    ownerId: uuid('owner_id').notNull(),
    series: text('series').notNull(),
    lastSequence: bigint('last_sequence', { mode: 'bigint' }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.ownerId, table.series] })],
);
