import { and, eq } from 'drizzle-orm';
import { columnParameters } from '../../../runtime/database/column-parameters.ts';
import type { Database } from '../../../runtime/database/database.ts';
import { appendEvents } from '../../../runtime/events/outbox.ts';
import { storeIdempotencyRecord } from '../../../runtime/idempotency.ts';
import { type QuoteRow, quotes } from './quote-schema.ts';
import type { WriteEffects } from './write-effects.ts';

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
  const events = appendEvents(db, { changed: deleted });
  const record = storeIdempotencyRecord(db, { changed: deleted });
  const statement = db
    .with(deleted, events, record)
    .select({ id: deleted.id })
    .from(deleted)
    .prepare('delete_quote_draft');
  return async ({ id, ownerId, version }, { events: outboxRows, idempotency }) => {
    const rows = await statement.execute({ id, ownerId, version, events: outboxRows, ...idempotency });
    return rows.length > 0;
  };
}
