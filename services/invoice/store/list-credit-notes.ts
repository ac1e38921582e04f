import type { Database } from '../../../runtime/database/database.ts';
import type { FoundPage } from '../../../runtime/paging/found-page.ts';
import { type CreditNoteRow, creditNotes } from './credit-note-schema.ts';
import type { DocumentFilters } from './document-filters.ts';
import { DOCUMENT_PAGE_FIELDS, type DocumentPage, prepareListDocuments, selectDocuments } from './list-documents.ts';

/** A credit note to be shown, with the text of its sort key. */
export type ListedCreditNoteRow = Pick<CreditNoteRow, 'id' | 'number' | 'document'> & { readonly cursorKey: string };

/** Prepares the list of credit notes. */
export function prepareListCreditNotes(db: Database): (page: DocumentPage) => Promise<FoundPage<ListedCreditNoteRow>> {
  return prepareListDocuments('list_credit_notes', (filters) => listCreditNotesQuery(db, filters));
}

/** The query of a page, without the values of its parameters. */
export function listCreditNotesQuery(db: Database, filters: DocumentFilters) {
  const { id, number, document } = creditNotes;
  const listed = db
    .$with('listed', { id, number, document, ...DOCUMENT_PAGE_FIELDS })
    .as(selectDocuments(creditNotes, filters));
  return db.with(listed).select().from(listed);
}
