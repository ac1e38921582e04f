import { eq, ne } from 'drizzle-orm';
import { prepareWrite, type WriteEffects } from '../../../runtime/call/prepare-write.ts';
import type { Database } from '../../../runtime/database/database.ts';
import { type QuoteRow, quotes } from './quote-schema.ts';
import { changeRow } from './versioned-row.ts';

type SaveQuote = (quote: QuoteRow, effects: WriteEffects) => Promise<boolean>;

/**
 * Prepares the statement that replaces the content of a draft of a quote. It expects the version before `quote.version`;
 * gives false, and has changed nothing, when that is not the present one.
 */
export function prepareSaveQuoteDraft(db: Database): SaveQuote {
  const changed = changeRow(
    db,
    quotes,
    ['numberSeries', 'customerId', 'expireDate', 'dueDays', 'invoice'],
    eq(quotes.state, 'DRAFT'),
  );
  return prepareWrite(db, 'save_quote_draft', { changed });
}

/**
 * Prepares the statement that changes what may change in a sent quote: state, times and expiry date. It expects the
 * version before `quote.version`; gives false, and has changed nothing, when that is not the present one.
 */
export function prepareChangeSentQuote(db: Database): SaveQuote {
  const changed = changeRow(
    db,
    quotes,
    ['state', 'expireDate', 'acceptTime', 'declineTime'],
    ne(quotes.state, 'DRAFT'),
  );
  return prepareWrite(db, 'change_sent_quote', { changed });
}
