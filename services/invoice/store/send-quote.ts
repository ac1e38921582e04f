import { eq, sql } from 'drizzle-orm';
import { storeIdempotencyRecord } from '../../../runtime/call/idempotency.ts';
import type { WriteEffects } from '../../../runtime/call/prepare-write.ts';
import { columnParameters } from '../../../runtime/database/column-parameters.ts';
import type { Database } from '../../../runtime/database/database.ts';
import { appendEvents } from '../../../runtime/events/outbox.ts';
import { type QuoteRow, quotes } from './quote-schema.ts';
import { takeNumber } from './take-number.ts';

/** The unique constraint that is broken by a number that another quote of the owner has. */
export const QUOTE_NUMBER_CONSTRAINT = 'quotes_number_key';

/** Where the number goes in the JSON of the event: the first change is that of the number. */
const NUMBER_CHANGE_PATH = '{changes,0,newValue}';
const NUMBER_PATH = '{quote,number}';

/**
 * Prepares the statement that turns a draft into a sent quote, and gives it the next number of its series as of its
 * issue date. It returns the number. It expects the version before `sent.version`; gives undefined, and has taken no
 * number, when that is not the present one. The parts run one after the other, as in open-invoice.ts.
 */
export function prepareSendQuote(db: Database): (sent: QuoteRow, effects: WriteEffects) => Promise<string | undefined> {
  const parameters = columnParameters(quotes);
  const locked = db.$with('locked', { id: sql<string>`id`.as('id') }).as(sql`
    select id, owner_id, number_series as series from ${quotes}
    where id = ${parameters.id} and owner_id = ${parameters.ownerId} and version + 1 = ${parameters.version} and state = 'DRAFT'
    for update
  `);
  const [settings, counter, numbered] = takeNumber(db, locked, 'quote');
  const sent = db.$with('sent').as(
    db
      .update(quotes)
      .set({
        version: parameters.version,
        state: parameters.state,
        number: sql`numbered.number`,
        issueDate: parameters.issueDate,
        seller: parameters.seller,
        customer: parameters.customer,
        updateTime: parameters.updateTime,
        sendTime: parameters.sendTime,
      })
      .from(numbered)
      .where(eq(quotes.id, sql`(select id from ${locked})`))
      .returning({ id: sql<string>`${quotes.id}`.as('id'), number: sql<string>`${quotes.number}`.as('number') }),
  );
  const number = sql`to_jsonb((select number from ${sent}))`;
  const events = appendEvents(db, {
    changed: sent,
    payload: ({ payload }) =>
      sql`jsonb_set(jsonb_set(${payload}, ${NUMBER_PATH}, ${number}), ${NUMBER_CHANGE_PATH}, ${number})`,
  });
  const record = storeIdempotencyRecord(db, {
    changed: sent,
    response: (response) => sql`jsonb_set(${response}, ${NUMBER_PATH}, ${number})`,
  });
  const statement = db
    .with(locked, settings, counter, numbered, sent, events, record)
    .select({ number: sent.number })
    .from(sent)
    .prepare('send_quote');
  return async (quote, { events: outboxRows, idempotency }) => {
    const rows = await statement.execute({ ...quote, day: quote.issueDate, events: outboxRows, ...idempotency });
    return rows[0]?.number;
  };
}
