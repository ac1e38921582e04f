import { bigint, date, numeric, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core';

/** States of a projected invoice: those of the contract, and DELETED for a draft that was deleted. */
export type ProjectedState = 'DRAFT' | 'OPEN' | 'PAID' | 'VOID' | 'UNCOLLECTIBLE' | 'DELETED';

/** The accounts, whose row locks order all changes: see the migration. */
export const accounts = pgTable('accounts', {
  ownerId: uuid('owner_id').primaryKey(),
  updateTime: timestamp('update_time', { withTimezone: true, precision: 3 }),
  eraseTime: timestamp('erase_time', { withTimezone: true, precision: 3 }),
});

/** The invoices as far as they count. */
export const invoices = pgTable('invoices', {
  invoiceId: uuid('invoice_id').primaryKey(),
  ownerId: uuid('owner_id').notNull(),
  currencyCode: text('currency_code').notNull(),
  version: bigint('version', { mode: 'bigint' }).notNull(),
  state: text('state').$type<ProjectedState>().notNull(),
  totalMinor: bigint('total_minor', { mode: 'bigint' }).notNull(),
  dueMinor: bigint('due_minor', { mode: 'bigint' }).notNull(),
  dueDate: date('due_date').notNull(),
});

/** The payments as far as they count. */
export const payments = pgTable('payments', {
  paymentId: uuid('payment_id').primaryKey(),
  invoiceId: uuid('invoice_id').notNull(),
  ownerId: uuid('owner_id').notNull(),
  currencyCode: text('currency_code').notNull(),
  amountMinor: bigint('amount_minor', { mode: 'bigint' }).notNull(),
  paymentDate: date('payment_date').notNull(),
});

/** Sums over invoices, which triggers keep up. */
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
  },
  (table) => [primaryKey({ columns: [table.ownerId, table.currencyCode, table.state, table.dueDate] })],
);

/** Sums over payments, which triggers keep up. */
export const paymentTotals = pgTable(
  'payment_totals',
  {
    ownerId: uuid('owner_id').notNull(),
    currencyCode: text('currency_code').notNull(),
    /** The first day of the month. */
    paymentMonth: date('payment_month').notNull(),
    count: bigint('count', { mode: 'bigint' }).notNull(),
    amountMinor: numeric('amount_minor').notNull(),
  },
  (table) => [primaryKey({ columns: [table.ownerId, table.currencyCode, table.paymentMonth] })],
);
