import { columnParameters } from '../../../runtime/database/column-parameters.ts';
import type { Database } from '../../../runtime/database/database.ts';
import { appendEvents } from '../../../runtime/events/outbox.ts';
import { storeIdempotencyRecord } from '../../../runtime/idempotency.ts';
import { type QuoteRow, quotes } from './quote-schema.ts';
import type { WriteEffects } from './write-effects.ts';

/** Prepares the statement that stores a new draft of a quote. */
export function prepareCreateQuote(db: Database): (quote: QuoteRow, effects: WriteEffects) => Promise<void> {
  const created = db
    .$with('created')
    .as(db.insert(quotes).values(columnParameters(quotes)).returning({ id: quotes.id }));
  const events = appendEvents(db, { changed: created });
  const record = storeIdempotencyRecord(db, { changed: created });
  const statement = db.with(created, events, record).select({ id: created.id }).from(created).prepare('create_quote');
  return async (quote, { events: outboxRows, idempotency }) => {
    await statement.execute({ ...quote, events: outboxRows, ...idempotency });
  };
}
