import { and, eq, sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import type { Credited } from '../domain/credit-note-credited.ts';
import { type CreditNoteRow, creditNotes } from './credit-note-schema.ts';
import type { InvoiceHeadRow } from './invoice-row.ts';
import { invoices } from './schema.ts';

/** Prepares the statement that reads one credit note of an owner. */
export function prepareGetCreditNote(
  db: Database,
): (ownerId: string, id: string) => Promise<Pick<CreditNoteRow, 'number' | 'document'> | undefined> {
  const statement = db
    .select({ number: creditNotes.number, document: creditNotes.document })
    .from(creditNotes)
    .where(and(eq(creditNotes.id, sql.placeholder('id')), eq(creditNotes.ownerId, sql.placeholder('ownerId'))))
    .prepare('get_credit_note');
  return async (ownerId, id) => (await statement.execute({ ownerId, id }))[0];
}

/** The fields of an invoice that its credit notes do not repeat. */
const NOT_REPEATED = {
  allowances: invoices.allowances,
  charges: invoices.charges,
  taxes: invoices.taxes,
  deliveryDate: invoices.deliveryDate,
  periodStartDate: invoices.periodStartDate,
  periodEndDate: invoices.periodEndDate,
  buyerReference: invoices.buyerReference,
  purchaseOrderReference: invoices.purchaseOrderReference,
};

/** A credit note, and the fields of its invoice that it does not repeat. */
export type IssuedCreditNoteRow = Pick<CreditNoteRow, 'number' | 'document'> & {
  readonly invoice: Pick<InvoiceHeadRow, keyof typeof NOT_REPEATED>;
};

/** Prepares the statement that reads one credit note of an owner with what it takes from its invoice. */
export function prepareGetIssuedCreditNote(
  db: Database,
): (ownerId: string, id: string) => Promise<IssuedCreditNoteRow | undefined> {
  const statement = db
    .select({ number: creditNotes.number, document: creditNotes.document, invoice: NOT_REPEATED })
    .from(creditNotes)
    .innerJoin(invoices, and(eq(invoices.id, creditNotes.invoiceId), eq(invoices.ownerId, creditNotes.ownerId)))
    .where(and(eq(creditNotes.id, sql.placeholder('id')), eq(creditNotes.ownerId, sql.placeholder('ownerId'))))
    .prepare('get_issued_credit_note');
  return async (ownerId, id) => (await statement.execute({ ownerId, id }))[0];
}

/** Prepares the statement that reads what the first `count` credit notes of an owner's invoice took back together. */
export function prepareGetCredited(
  db: Database,
): (ownerId: string, invoiceId: string, count: number) => Promise<Credited | undefined> {
  const statement = db
    .select({ credited: creditNotes.credited })
    .from(creditNotes)
    .where(
      and(
        eq(creditNotes.invoiceId, sql.placeholder('invoiceId')),
        eq(creditNotes.ordinal, sql.placeholder('count')),
        eq(creditNotes.ownerId, sql.placeholder('ownerId')),
      ),
    )
    .prepare('get_credited');
  return async (ownerId, invoiceId, count) => (await statement.execute({ ownerId, invoiceId, count }))[0]?.credited;
}
