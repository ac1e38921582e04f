import { and, eq, getTableColumns, type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { BEFORE_NEWEST, type PageCursor } from '../../../runtime/paging/page-token.ts';
import type { Credited } from '../domain/credit-note-credited.ts';
import { type CreditNoteRow, creditNotes } from './credit-note-schema.ts';
import type { InvoiceHeadRow } from './invoice-row.ts';
import { invoices } from './schema.ts';

/** A credit note to be shown, with the text of its sort key. */
export type ListedCreditNoteRow = Pick<CreditNoteRow, 'id' | 'number' | 'document'> & { readonly cursorTime: string };

/** One page of an owner's credit notes, newest first. */
export interface CreditNotePage {
  readonly ownerId: string;
  /** Those of all invoices when undefined. */
  readonly invoiceId: string | undefined;
  /** Those to all customers when undefined. */
  readonly customerId: string | undefined;
  /** Creation time and id of the row before the page; undefined for the first page. */
  readonly cursor: PageCursor | undefined;
  readonly limit: number;
}

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

/** Prepares the list of credit notes, one statement for each set of filters, when it is first asked for. */
export function prepareListCreditNotes(db: Database): (page: CreditNotePage) => Promise<ListedCreditNoteRow[]> {
  const statements = new Map<string, ReturnType<typeof prepareList>>();
  return ({ cursor, ...page }) => {
    const shape = [page.invoiceId && 'invoice', page.customerId && 'customer'].filter((part) => part !== undefined);
    const name = ['list_credit_notes', ...shape].join('_');
    const statement = statements.get(name) ?? prepareList(db, name, page);
    statements.set(name, statement);
    const [time, id] = cursor ?? BEFORE_NEWEST;
    return statement.execute({ ...page, time, id });
  };
}

function prepareList(db: Database, name: string, page: Pick<CreditNotePage, 'invoiceId' | 'customerId'>) {
  const { id, number, document, createTime } = getTableColumns(creditNotes);
  const conditions: SQL[] = [eq(creditNotes.ownerId, sql.placeholder('ownerId'))];
  if (page.invoiceId !== undefined) conditions.push(eq(creditNotes.invoiceId, sql.placeholder('invoiceId')));
  if (page.customerId !== undefined) conditions.push(eq(creditNotes.customerId, sql.placeholder('customerId')));
  const cursor = sql`${sql.placeholder('time')}::timestamptz, ${sql.placeholder('id')}::uuid`;
  return db
    .select({ id, number, document, cursorTime: sql<string>`${createTime}::text` })
    .from(creditNotes)
    .where(and(...conditions, sql`(${createTime}, ${id}) < (${cursor})`))
    .orderBy(sql`${createTime} desc, ${id} desc`)
    .limit(sql.placeholder('limit'))
    .prepare(name);
}
