import type { JsonObject } from '@bufbuild/protobuf';
import { bigint, date, integer, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { InvoiceSchema } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import { CATCH_UPS, RECURRING_MODES, RECURRING_STATES } from '../domain/recurrence.ts';
import { FREQUENCIES, PERIODS } from '../domain/schedule.ts';
import { messageJson } from './message-json.ts';
import { time } from './schema.ts';

/** Recurring invoices of all owners; migrations/ says what each column means. */
export const recurringInvoices = pgTable('recurring_invoices', {
  id: uuid('id').primaryKey(),
  ownerId: uuid('owner_id').notNull(),
  version: bigint('version', { mode: 'bigint' }).notNull(),
  state: text('state', { enum: RECURRING_STATES }).notNull(),
  customerId: uuid('customer_id').notNull(),
  customerName: text('customer_name').notNull(),
  invoice: messageJson(InvoiceSchema, 'invoice').notNull(),
  dueDays: integer('due_days').notNull(),
  frequency: text('frequency', { enum: FREQUENCIES }).notNull(),
  interval: integer('unit_count').notNull(),
  startDate: date('start_date', { mode: 'string' }).notNull(),
  endDate: date('end_date', { mode: 'string' }),
  count: integer('date_count'),
  mode: text('mode', { enum: RECURRING_MODES }).notNull(),
  catchUp: text('catch_up', { enum: CATCH_UPS }).notNull(),
  period: text('period', { enum: PERIODS }).notNull(),
  nextIndex: integer('next_index').notNull(),
  nextDate: date('next_date', { mode: 'string' }),
  nextTime: time('next_time'),
  lastDate: date('last_date', { mode: 'string' }),
  occurrenceCount: integer('occurrence_count').notNull(),
  attempts: integer('attempts').notNull(),
  lastFailure: jsonb('last_failure').$type<JsonObject>(),
  timeZone: text('time_zone').notNull(),
  accountVersion: bigint('account_version', { mode: 'bigint' }).notNull(),
  createTime: time('create_time').notNull(),
  updateTime: time('update_time').notNull(),
});

/** A recurring invoice as it is stored. */
export type RecurringRow = Readonly<typeof recurringInvoices.$inferSelect>;

/** Whether an invoice that was made has become what the mode asks for; the names are those of `Occurrence.State`. */
const OCCURRENCE_STATES = ['PENDING', 'DONE', 'LEFT_AS_DRAFT'] as const;

/** The dates of recurring invoices that invoices were made for. */
export const recurringOccurrences = pgTable(
  'recurring_occurrences',
  {
    recurringInvoiceId: uuid('recurring_invoice_id').notNull(),
    occurrenceDate: date('occurrence_date', { mode: 'string' }).notNull(),
    ownerId: uuid('owner_id').notNull(),
    invoiceId: uuid('invoice_id'),
    mode: text('mode', { enum: RECURRING_MODES }).notNull(),
    state: text('state', { enum: OCCURRENCE_STATES }).notNull(),
    attempts: integer('attempts').notNull(),
    nextAttemptTime: time('next_attempt_time'),
    createTime: time('create_time').notNull(),
  },
  (table) => [primaryKey({ columns: [table.recurringInvoiceId, table.occurrenceDate] })],
);

/** An occurrence as it is stored. */
export type OccurrenceRow = Readonly<typeof recurringOccurrences.$inferSelect>;
