import { getTableColumns } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import type { FoundPage } from '../../../runtime/paging/found-page.ts';
import type { DocumentFilters } from './document-filters.ts';
import { DOCUMENT_PAGE_FIELDS, type DocumentPage, prepareListDocuments, selectDocuments } from './list-documents.ts';
import { type QuoteRow, quotes } from './quote-schema.ts';

/** A quote with the text of its sort key. */
export type ListedQuoteRow = QuoteRow & { readonly cursorKey: string };

/** Prepares the list of quotes. */
export function prepareListQuotes(db: Database): (page: DocumentPage) => Promise<FoundPage<ListedQuoteRow>> {
  return prepareListDocuments('list_quotes', (filters) => listQuotesQuery(db, filters));
}

/** The query of a page, without the values of its parameters. */
export function listQuotesQuery(db: Database, filters: DocumentFilters) {
  const listed = db
    .$with('listed', { ...getTableColumns(quotes), ...DOCUMENT_PAGE_FIELDS })
    .as(selectDocuments(quotes, filters));
  return db.with(listed).select().from(listed);
}
