import { bigint, date, integer, numeric, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core';

/** States of a projected invoice: those of the contract, and DELETED for a draft that was deleted. */
export type ProjectedState = 'DRAFT' | 'OPEN' | 'PAID' | 'VOID' | 'UNCOLLECTIBLE' | 'DELETED';

/** Kinds of projected payments: money, credit of the customer, or a credit note. */
export type ProjectedPaymentKind = 'MONEY' | 'CREDIT' | 'CREDIT_NOTE';

/** The accounts. Their row locks put all changes in order: see the migration. */
export const accounts = pgTable('accounts', {
  ownerId: uuid('owner_id').primaryKey(),
  updateTime: timestamp('update_time', { withTimezone: true, precision: 3 }),
  eraseTime: timestamp('erase_time', { withTimezone: true, precision: 3 }),
  exchangeRatesCount: integer('exchange_rates_count').notNull().default(0),
});

/** The exchange rates of the accounts. */
export const exchangeRates = pgTable('exchange_rates', {
  id: uuid('id').primaryKey(),
  ownerId: uuid('owner_id').notNull(),
  currencyCode: text('currency_code').notNull(),
  targetCurrencyCode: text('target_currency_code').notNull(),
  /** Without trailing zeros. */
  rate: numeric('rate').notNull(),
  rateDate: date('rate_date').notNull(),
  createTime: timestamp('create_time', { withTimezone: true, precision: 3 }).notNull(),
});

/** An exchange rate as it is stored. */
export type ExchangeRateRow = Readonly<typeof exchangeRates.$inferSelect>;

/** The parts of the invoices that the statistics need. */
export const invoices = pgTable('invoices', {
  invoiceId: uuid('invoice_id').primaryKey(),
  ownerId: uuid('owner_id').notNull(),
  currencyCode: text('currency_code').notNull(),
  version: bigint('version', { mode: 'bigint' }).notNull(),
  state: text('state').$type<ProjectedState>().notNull(),
  totalMinor: bigint('total_minor', { mode: 'bigint' }).notNull(),
  dueMinor: bigint('due_minor', { mode: 'bigint' }).notNull(),
  dueDate: date('due_date').notNull(),
  customerId: uuid('customer_id'),
  taxMinor: bigint('tax_minor', { mode: 'bigint' }),
  paidMinor: bigint('paid_minor', { mode: 'bigint' }),
  /** Null on a draft. */
  issueDate: date('issue_date'),
  lastPaymentDate: date('last_payment_date'),
  /** The version that the five columns above reflect: see the migration. */
  completeVersion: bigint('complete_version', { mode: 'bigint' }),
  /** What credit notes took off the amount due. */
  creditedMinor: bigint('credited_minor', { mode: 'bigint' }),
  writtenOffMinor: bigint('written_off_minor', { mode: 'bigint' }),
  /** The version that the two columns above reflect. */
  creditsVersion: bigint('credits_version', { mode: 'bigint' }),
  creditNoteCount: integer('credit_note_count').notNull().default(0),
  creditNoteTotalMinor: bigint('credit_note_total_minor', { mode: 'bigint' }).notNull().default(0n),
  creditNoteTaxMinor: bigint('credit_note_tax_minor', { mode: 'bigint' }).notNull().default(0n),
  deleteTime: timestamp('delete_time', { withTimezone: true, precision: 3 }),
});

/** The parts of the payments and credit notes that the statistics need. */
export const payments = pgTable('payments', {
  paymentId: uuid('payment_id').primaryKey(),
  invoiceId: uuid('invoice_id').notNull(),
  ownerId: uuid('owner_id').notNull(),
  currencyCode: text('currency_code').notNull(),
  amountMinor: bigint('amount_minor', { mode: 'bigint' }).notNull(),
  paymentDate: date('payment_date').notNull(),
  kind: text('kind').$type<ProjectedPaymentKind>().notNull().default('MONEY'),
  /** The part that was applied to the invoice; null for all of it. */
  appliedMinor: bigint('applied_minor', { mode: 'bigint' }),
  /** The tax of a credit note; 0 for payments. */
  taxMinor: bigint('tax_minor', { mode: 'bigint' }).notNull().default(0n),
});

/** Sums over invoices, which triggers keep up to date. */
export const invoiceTotals = pgTable(
  'invoice_totals',
  {
    ownerId: uuid('owner_id').notNull(),
    currencyCode: text('currency_code').notNull(),
    state: text('state').$type<ProjectedState>().notNull(),
    /** Of open invoices; `-infinity` for all others. */
    dueDate: date('due_date').notNull(),
    count: bigint('count', { mode: 'bigint' }).notNull(),
    totalMinor: numeric('total_minor').notNull(),
    dueMinor: numeric('due_minor').notNull(),
    /** How many of the invoices were paid by payments, and the sum of the days that this took. */
    paidCount: bigint('paid_count', { mode: 'bigint' }).notNull(),
    daysToPay: numeric('days_to_pay').notNull(),
    paidMinor: numeric('paid_minor').notNull(),
    creditedMinor: numeric('credited_minor').notNull(),
    writtenOffMinor: numeric('written_off_minor').notNull(),
  },
  (table) => [primaryKey({ columns: [table.ownerId, table.currencyCode, table.state, table.dueDate] })],
);

/** Sums over the documents and payments of a month, kept up to date in the same way. */
export const monthlyTotals = pgTable(
  'monthly_totals',
  {
    ownerId: uuid('owner_id').notNull(),
    currencyCode: text('currency_code').notNull(),
    /** The first day of the month. */
    month: date('month').notNull(),
    paymentCount: bigint('payment_count', { mode: 'bigint' }).notNull(),
    paidMinor: numeric('paid_minor').notNull(),
    invoicedCount: bigint('invoiced_count', { mode: 'bigint' }).notNull(),
    invoicedTotalMinor: numeric('invoiced_total_minor').notNull(),
    invoicedTaxMinor: numeric('invoiced_tax_minor').notNull(),
    creditedCount: bigint('credited_count', { mode: 'bigint' }).notNull(),
    creditedTotalMinor: numeric('credited_total_minor').notNull(),
    creditedTaxMinor: numeric('credited_tax_minor').notNull(),
  },
  (table) => [primaryKey({ columns: [table.ownerId, table.currencyCode, table.month] })],
);

/** Sums over the invoices of a customer. */
export const customerTotals = pgTable(
  'customer_totals',
  {
    ownerId: uuid('owner_id').notNull(),
    customerId: uuid('customer_id').notNull(),
    currencyCode: text('currency_code').notNull(),
    invoicedCount: bigint('invoiced_count', { mode: 'bigint' }).notNull(),
    invoicedTotalMinor: numeric('invoiced_total_minor').notNull(),
    invoicedTaxMinor: numeric('invoiced_tax_minor').notNull(),
    paidMinor: numeric('paid_minor').notNull(),
    /** Of open invoices. */
    dueMinor: numeric('due_minor').notNull(),
    creditedCount: bigint('credited_count', { mode: 'bigint' }).notNull(),
    creditedTotalMinor: numeric('credited_total_minor').notNull(),
    creditedTaxMinor: numeric('credited_tax_minor').notNull(),
    writtenOffMinor: numeric('written_off_minor').notNull(),
  },
  (table) => [primaryKey({ columns: [table.ownerId, table.customerId, table.currencyCode] })],
);

/** The due amounts of a customer by due date. */
export const customerDueTotals = pgTable(
  'customer_due_totals',
  {
    ownerId: uuid('owner_id').notNull(),
    customerId: uuid('customer_id').notNull(),
    currencyCode: text('currency_code').notNull(),
    dueDate: date('due_date').notNull(),
    count: bigint('count', { mode: 'bigint' }).notNull(),
    dueMinor: numeric('due_minor').notNull(),
  },
  (table) => [primaryKey({ columns: [table.ownerId, table.customerId, table.currencyCode, table.dueDate] })],
);
