import { and, eq, getTableColumns, sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { type InvoiceRow, linesOfInvoice } from './invoice-row.ts';
import { invoices } from './schema.ts';

/** Prepares the statement that reads one invoice of an owner with its lines. */
export function prepareGetInvoice(db: Database): (ownerId: string, id: string) => Promise<InvoiceRow | undefined> {
  const statement = db
    .select({ ...getTableColumns(invoices), lines: linesOfInvoice })
    .from(invoices)
    .where(and(eq(invoices.id, sql.placeholder('id')), eq(invoices.ownerId, sql.placeholder('ownerId'))))
    .prepare('get_invoice');
  return async (ownerId, id) => (await statement.execute({ ownerId, id }))[0];
}
