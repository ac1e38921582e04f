import { getTableColumns } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import type { FoundPage } from '../../../runtime/paging/found-page.ts';
import type { DocumentFilters } from './document-filters.ts';
import { DOCUMENT_PAGE_FIELDS, type DocumentPage, prepareListDocuments, selectDocuments } from './list-documents.ts';
import { type RecurringRow, recurringInvoices } from './recurring-schema.ts';

/** A recurring invoice with the text of its sort key. */
export type ListedRecurringRow = RecurringRow & { readonly cursorKey: string };

/** Prepares the list of recurring invoices. */
export function prepareListRecurringInvoices(
  db: Database,
): (page: DocumentPage) => Promise<FoundPage<ListedRecurringRow>> {
  return prepareListDocuments('list_recurring_invoices', (filters) => listRecurringInvoicesQuery(db, filters));
}

/** The query of a page, without the values of its parameters. */
export function listRecurringInvoicesQuery(db: Database, filters: DocumentFilters) {
  const listed = db
    .$with('listed', { ...getTableColumns(recurringInvoices), ...DOCUMENT_PAGE_FIELDS })
    .as(selectDocuments(recurringInvoices, filters));
  return db.with(listed).select().from(listed);
}
