import { and, eq, getTableColumns, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import type { Database } from '../../../runtime/database/database.ts';
import { type InvoiceRow, linesOfInvoice } from './invoice-row.ts';
import { invoices } from './schema.ts';

/** An invoice with what it said when it was opened, and the invoice that it replaces. */
export type IssuedInvoiceRow = InvoiceRow & {
  /** The memo as of opening; on a draft the present one. */
  readonly issuedMemo: string;
  /** The email address of the customer as of opening. */
  readonly issuedEmail: string | null;
  /** Of the invoice that this one replaces; null when it is no revision. */
  readonly originalNumber: string | null;
  readonly originalIssueDate: string | null;
};

/** Prepares the statement that reads one invoice of an owner as it was opened. */
export function prepareGetIssuedInvoice(
  db: Database,
): (ownerId: string, id: string) => Promise<IssuedInvoiceRow | undefined> {
  const original = alias(invoices, 'original');
  const statement = db
    .select({
      ...getTableColumns(invoices),
      lines: linesOfInvoice,
      issuedMemo: sql<string>`case when invoices.issued is null then ${invoices.memo} else invoices.issued ->> 'memo' end`,
      issuedEmail: sql<string | null>`case when invoices.issued is null then ${invoices.customer} ->> 'email'
        else invoices.issued ->> 'customerEmail' end`,
      originalNumber: original.number,
      originalIssueDate: original.issueDate,
    })
    .from(invoices)
    .leftJoin(original, and(eq(original.id, invoices.revisesInvoiceId), eq(original.ownerId, invoices.ownerId)))
    .where(and(eq(invoices.id, sql.placeholder('id')), eq(invoices.ownerId, sql.placeholder('ownerId'))))
    .prepare('get_issued_invoice');
  return async (ownerId, id) => (await statement.execute({ ownerId, id }))[0];
}
