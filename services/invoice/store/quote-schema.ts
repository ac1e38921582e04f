import { bigint, date, integer, jsonb, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { InvoiceSchema, type PartyJson } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import { QUOTE_STATES } from '../domain/quote-lifecycle.ts';
import { messageJson } from './message-json.ts';
import { time } from './schema.ts';

/** Quotes of all owners; migrations/ says what each column means. */
export const quotes = pgTable('quotes', {
  id: uuid('id').primaryKey(),
  ownerId: uuid('owner_id').notNull(),
  version: bigint('version', { mode: 'bigint' }).notNull(),
  state: text('state', { enum: QUOTE_STATES }).notNull(),
  number: text('number'),
  numberSeries: text('number_series').notNull(),
  customerId: uuid('customer_id').notNull(),
  expireDate: date('expire_date', { mode: 'string' }),
  dueDays: integer('due_days').notNull(),
  issueDate: date('issue_date', { mode: 'string' }),
  invoice: messageJson(InvoiceSchema, 'invoice').notNull(),
  seller: jsonb('seller').$type<PartyJson>(),
  customer: jsonb('customer').$type<PartyJson>(),
  invoiceId: uuid('invoice_id'),
  createTime: time('create_time').notNull(),
  updateTime: time('update_time').notNull(),
  sendTime: time('send_time'),
  acceptTime: time('accept_time'),
  declineTime: time('decline_time'),
  convertTime: time('convert_time'),
});

/** A quote as it is stored. */
export type QuoteRow = Readonly<typeof quotes.$inferSelect>;
