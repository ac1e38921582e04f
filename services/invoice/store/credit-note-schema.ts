import { date, integer, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { CreditNoteSchema } from '../../../gen/numer/invoice/v1/credit_note_pb.ts';
import type { Credited } from '../domain/credit-note-credited.ts';
import { amountsJson } from './amounts-json.ts';
import { messageJson } from './message-json.ts';
import { amount, time } from './schema.ts';

/** Credit notes of all owners; migrations/ says what each column means. */
export const creditNotes = pgTable('credit_notes', {
  id: uuid('id').primaryKey(),
  ownerId: uuid('owner_id').notNull(),
  invoiceId: uuid('invoice_id').notNull(),
  ordinal: integer('ordinal').notNull(),
  customerId: uuid('customer_id').notNull(),
  currencyCode: text('currency_code').notNull(),
  number: text('number').notNull(),
  numberSeries: text('number_series').notNull(),
  issueDate: date('issue_date', { mode: 'string' }).notNull(),
  payableMinor: amount('payable_minor').notNull(),
  appliedMinor: amount('applied_minor').notNull(),
  creditMinor: amount('credit_minor').notNull(),
  document: messageJson(CreditNoteSchema, 'document').notNull(),
  credited: amountsJson<Credited>('credited').notNull(),
  createTime: time('create_time').notNull(),
});

/** A credit note as it is stored. */
export type CreditNoteRow = Readonly<typeof creditNotes.$inferSelect>;
