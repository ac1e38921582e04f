import { type SQL, sql } from 'drizzle-orm';
import { creditNotes } from './credit-note-schema.ts';
import type { LedgerEntryRow } from './ledger-schema.ts';
import { invoices, payments } from './schema.ts';

/** An entry of the ledger with what its documents say of it. Amounts and sequence are whole numbers as text. */
export interface LedgerEntryFacts {
  readonly sequence: string;
  readonly entryDate: string;
  readonly type: LedgerEntryRow['type'];
  readonly currencyCode: string;
  /** What it adds to what the customer owes. */
  readonly amountMinor: string;
  readonly invoiceId: string | null;
  readonly invoiceNumber: string | null;
  readonly dueDate: string | null;
  readonly paymentId: string | null;
  readonly creditNoteId: string | null;
  readonly creditNoteNumber: string | null;
  readonly method: string;
  readonly reference: string;
  /** ISO 8601. */
  readonly createTime: string;
}

/** {@link LedgerEntryFacts} of the row `entry` as arguments of `json_build_object`; they need {@link DOCUMENTS_OF_ENTRY}. */
export const ENTRY_FACTS: SQL = sql`'sequence', entry.sequence::text, 'entryDate', entry.entry_date,
  'type', entry.type, 'currencyCode', entry.currency_code,
  'amountMinor', (entry.due_minor::numeric - entry.credit_minor)::text, 'invoiceId', entry.invoice_id,
  'invoiceNumber', invoice.number, 'dueDate', invoice.due_date, 'paymentId', entry.payment_id,
  'creditNoteId', entry.credit_note_id, 'creditNoteNumber', credit_note.number,
  'method', coalesce(payment.method, entry.method), 'reference', coalesce(payment.reference, entry.reference),
  'createTime', entry.create_time`;

/** Joins the documents of the row `entry`, each by its id: the limits keep the planner from reading whole tables for a page. */
export const DOCUMENTS_OF_ENTRY: SQL = sql`
  left join lateral (select * from ${invoices} where id = entry.invoice_id limit 1) as invoice on true
  left join lateral (select * from ${payments} where id = entry.payment_id limit 1) as payment on true
  left join lateral (select * from ${creditNotes} where id = entry.credit_note_id limit 1) as credit_note on true`;
