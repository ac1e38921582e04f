import { eq } from 'drizzle-orm';
import { prepareWrite, type WriteEffects } from '../../../runtime/call/prepare-write.ts';
import type { Database } from '../../../runtime/database/database.ts';
import { type QuoteRow, quotes } from './quote-schema.ts';
import { deleteRow } from './versioned-row.ts';

/**
 * Prepares the statement that deletes a draft of a quote in the version that was read; gives false, and has deleted nothing,
 * when that is not the present one.
 */
export function prepareDeleteQuoteDraft(db: Database): (quote: QuoteRow, effects: WriteEffects) => Promise<boolean> {
  return prepareWrite(db, 'delete_quote_draft', { changed: deleteRow(db, quotes, eq(quotes.state, 'DRAFT')) });
}
