import { and, eq, ne, type SQL, sql } from 'drizzle-orm';
import { prepareWrite, type WriteEffects } from '../../../runtime/call/prepare-write.ts';
import { columnParameters } from '../../../runtime/database/column-parameters.ts';
import type { Database } from '../../../runtime/database/database.ts';
import { type QuoteRow, quotes } from './quote-schema.ts';

type SaveQuote = (quote: QuoteRow, effects: WriteEffects) => Promise<boolean>;

/**
 * Prepares the statement that replaces the content of a draft of a quote. It expects the version before `quote.version`;
 * gives false, and has changed nothing, when that is not the present one.
 */
export function prepareSaveQuoteDraft(db: Database): SaveQuote {
  return prepareSave(db, 'save_quote_draft', eq(quotes.state, 'DRAFT'), [
    'numberSeries',
    'customerId',
    'expireDate',
    'dueDays',
    'invoice',
  ]);
}

/**
 * Prepares the statement that changes what may change of a quote that was sent: state, times and expire date. It expects the
 * version before `quote.version`; gives false, and has changed nothing, when that is not the present one.
 */
export function prepareChangeSentQuote(db: Database): SaveQuote {
  return prepareSave(db, 'change_sent_quote', ne(quotes.state, 'DRAFT'), [
    'state',
    'expireDate',
    'acceptTime',
    'declineTime',
  ]);
}

function prepareSave(
  db: Database,
  name: string,
  condition: SQL,
  fields: readonly (keyof typeof quotes.$inferSelect)[],
): SaveQuote {
  const parameters = columnParameters(quotes);
  const saved = db.$with('saved').as(
    db
      .update(quotes)
      .set({
        version: parameters.version,
        updateTime: parameters.updateTime,
        ...Object.fromEntries(fields.map((field) => [field, parameters[field]])),
      })
      .where(
        and(
          eq(quotes.id, parameters.id),
          eq(quotes.ownerId, parameters.ownerId),
          sql`${quotes.version} + 1 = ${parameters.version}`,
          condition,
        ),
      )
      .returning({ id: quotes.id }),
  );
  return prepareWrite(db, name, { changed: saved });
}
