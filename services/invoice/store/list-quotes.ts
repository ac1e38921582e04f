import { getTableColumns, sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import type { ShownQuoteState } from '../domain/quote-lifecycle.ts';
import { type DocumentPage, NEWEST_FIRST, prepareListDocuments, selectDocuments } from './list-documents.ts';
import { type QuoteRow, quotes } from './quote-schema.ts';

/** A quote with the text of its sort key. */
export type ListedQuoteRow = QuoteRow & { readonly cursorKey: string };

/** One page of an owner's quotes, newest first, in the states that they have on the day `today`. */
export interface QuotePage extends DocumentPage<ShownQuoteState> {
  /** The owner's present day, `YYYY-MM-DD`. */
  readonly today: string;
}

const TODAY = sql`${sql.placeholder('today')}::date`;

/** Expired quotes are found among the sent ones. */
const IS_WANTED = sql`state = case wanted_state when 'EXPIRED' then 'SENT' else wanted_state end
  and case wanted_state when 'EXPIRED' then expire_date < ${TODAY}
    when 'SENT' then coalesce(expire_date >= ${TODAY}, true) else true end`;

/** Prepares the list of quotes. */
export function prepareListQuotes(db: Database): (page: QuotePage) => Promise<ListedQuoteRow[]> {
  return prepareListDocuments('list_quotes', (page: QuotePage) => listQuotesQuery(db, page));
}

/** The query of a page, without the values of its parameters. */
export function listQuotesQuery(db: Database, page: QuotePage) {
  const listed = db
    .$with('listed', { ...getTableColumns(quotes), cursorKey: sql<string>`cursor_key`.as('cursor_key') })
    .as(selectDocuments(quotes, page, IS_WANTED));
  return db.with(listed).select().from(listed).orderBy(NEWEST_FIRST);
}
