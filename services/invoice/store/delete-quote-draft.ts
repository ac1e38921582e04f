import { and, eq } from 'drizzle-orm';
import { prepareWrite, type WriteEffects } from '../../../runtime/call/prepare-write.ts';
import { columnParameters } from '../../../runtime/database/column-parameters.ts';
import type { Database } from '../../../runtime/database/database.ts';
import { type QuoteRow, quotes } from './quote-schema.ts';

/**
 * Prepares the statement that deletes a draft of a quote in the version that was read; gives false, and has deleted nothing,
 * when that is not the present one.
 */
export function prepareDeleteQuoteDraft(db: Database): (quote: QuoteRow, effects: WriteEffects) => Promise<boolean> {
  const parameters = columnParameters(quotes);
  const deleted = db.$with('deleted').as(
    db
      .delete(quotes)
      .where(
        and(
          eq(quotes.id, parameters.id),
          eq(quotes.ownerId, parameters.ownerId),
          eq(quotes.version, parameters.version),
          eq(quotes.state, 'DRAFT'),
        ),
      )
      .returning({ id: quotes.id }),
  );
  const write = prepareWrite(db, 'delete_quote_draft', { changed: deleted });
  return ({ id, ownerId, version }, effects) => write({ id, ownerId, version }, effects);
}
