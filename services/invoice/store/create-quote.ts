import { prepareWrite, type WriteEffects } from '../../../runtime/call/prepare-write.ts';
import { columnParameters } from '../../../runtime/database/column-parameters.ts';
import type { Database } from '../../../runtime/database/database.ts';
import { type QuoteRow, quotes } from './quote-schema.ts';

/** Prepares the statement that stores a new draft of a quote. */
export function prepareCreateQuote(db: Database): (quote: QuoteRow, effects: WriteEffects) => Promise<void> {
  const created = db
    .$with('created')
    .as(db.insert(quotes).values(columnParameters(quotes)).returning({ id: quotes.id }));
  const write = prepareWrite(db, 'create_quote', { changed: created });
  return async (quote, effects) => {
    await write(quote, effects);
  };
}
