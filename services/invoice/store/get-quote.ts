import { and, eq, sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { type QuoteRow, quotes } from './quote-schema.ts';

/** Prepares the statement that reads one quote of an owner. */
export function prepareGetQuote(db: Database): (ownerId: string, id: string) => Promise<QuoteRow | undefined> {
  const statement = db
    .select()
    .from(quotes)
    .where(and(eq(quotes.id, sql.placeholder('id')), eq(quotes.ownerId, sql.placeholder('ownerId'))))
    .prepare('get_quote');
  return async (ownerId, id) => (await statement.execute({ ownerId, id }))[0];
}
