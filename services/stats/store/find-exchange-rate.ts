import { and, eq } from 'drizzle-orm';
import { columnParameters } from '../../../runtime/database/column-parameters.ts';
import type { Database } from '../../../runtime/database/database.ts';
import { type ExchangeRateRow, exchangeRates } from './schema.ts';

/** Prepares the query for an exchange rate of a user; undefined when the user has no such rate. */
export function prepareFindExchangeRate(
  db: Database,
): (key: Pick<ExchangeRateRow, 'id' | 'ownerId'>) => Promise<ExchangeRateRow | undefined> {
  const { id, ownerId } = columnParameters(exchangeRates);
  const statement = db
    .select()
    .from(exchangeRates)
    .where(and(eq(exchangeRates.id, id), eq(exchangeRates.ownerId, ownerId)))
    .prepare('find_exchange_rate');
  return async (key) => (await statement.execute(key))[0];
}
