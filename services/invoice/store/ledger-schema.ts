import { bigint, date, numeric, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { amount, time } from './schema.ts';

/** The causes of entries of the ledger. */
export const LEDGER_ENTRY_TYPES = [
  'INVOICE',
  'VOID',
  'PAYMENT',
  'CREDIT_APPLIED',
  'CREDIT_NOTE',
  'WRITE_OFF',
  'REVERSAL',
  'DEPOSIT',
  'REFUND',
  'EARLY_PAYMENT_DISCOUNT',
] as const;

/** The append-only ledger of what customers owe and have in credit. Triggers write most of it: see the migrations. */
export const ledgerEntries = pgTable('ledger_entries', {
  id: uuid('id').primaryKey(),
  sequence: bigint('sequence', { mode: 'bigint' }).notNull().generatedAlwaysAsIdentity(),
  ownerId: uuid('owner_id').notNull(),
  customerId: uuid('customer_id').notNull(),
  currencyCode: text('currency_code').notNull(),
  entryDate: date('entry_date', { mode: 'string' }).notNull(),
  type: text('type', { enum: LEDGER_ENTRY_TYPES }).notNull(),
  dueMinor: amount('due_minor').notNull(),
  creditMinor: amount('credit_minor').notNull(),
  invoiceId: uuid('invoice_id'),
  paymentId: uuid('payment_id'),
  creditNoteId: uuid('credit_note_id'),
  method: text('method').notNull(),
  reference: text('reference').notNull(),
  createTime: time('create_time').notNull(),
});

/** An entry of the ledger as it is stored. */
export type LedgerEntryRow = Readonly<typeof ledgerEntries.$inferSelect>;

/** The sums over the ledger, which triggers keep up to date. Amounts are whole numbers as text. */
export const customerAccounts = pgTable(
  'customer_accounts',
  {
    ownerId: uuid('owner_id').notNull(),
    customerId: uuid('customer_id').notNull(),
    currencyCode: text('currency_code').notNull(),
    dueMinor: numeric('due_minor').notNull(),
    creditMinor: numeric('credit_minor').notNull(),
  },
  (table) => [primaryKey({ columns: [table.ownerId, table.customerId, table.currencyCode] })],
);

/**
 * The sums of what was entered for each day and each month, which triggers keep up to date. Amounts are whole numbers
 * as text.
 */
export const ledgerSums = pgTable(
  'ledger_sums',
  {
    ownerId: uuid('owner_id').notNull(),
    customerId: uuid('customer_id').notNull(),
    currencyCode: text('currency_code').notNull(),
    unit: text('unit', { enum: ['DAY', 'MONTH'] }).notNull(),
    firstDay: date('first_day', { mode: 'string' }).notNull(),
    dueMinor: numeric('due_minor').notNull(),
    creditMinor: numeric('credit_minor').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.ownerId, table.customerId, table.currencyCode, table.unit, table.firstDay] }),
  ],
);
