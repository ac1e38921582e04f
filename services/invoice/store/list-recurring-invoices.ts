import { getTableColumns, sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import type { RecurringState } from '../domain/recurrence.ts';
import { type DocumentPage, NEWEST_FIRST, prepareListDocuments, selectDocuments } from './list-documents.ts';
import { type RecurringRow, recurringInvoices } from './recurring-schema.ts';

/** A recurring invoice with the text of its sort key. */
export type ListedRecurringRow = RecurringRow & { readonly cursorKey: string };

/** One page of an owner's recurring invoices, newest first. */
export type RecurringPage = DocumentPage<RecurringState>;

/** Prepares the list of recurring invoices. */
export function prepareListRecurringInvoices(db: Database): (page: RecurringPage) => Promise<ListedRecurringRow[]> {
  return prepareListDocuments('list_recurring_invoices', (page: RecurringPage) => listRecurringInvoicesQuery(db, page));
}

/** The query of a page, without the values of its parameters. */
export function listRecurringInvoicesQuery(db: Database, page: RecurringPage) {
  const listed = db
    .$with('listed', { ...getTableColumns(recurringInvoices), cursorKey: sql<string>`cursor_key`.as('cursor_key') })
    .as(selectDocuments(recurringInvoices, page, sql`state = wanted_state`));
  return db.with(listed).select().from(listed).orderBy(NEWEST_FIRST);
}
