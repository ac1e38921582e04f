import { sql } from 'drizzle-orm';
import { prepareWrite, type WriteEffects } from '../../../runtime/call/prepare-write.ts';
import { columnParameters } from '../../../runtime/database/column-parameters.ts';
import type { Database } from '../../../runtime/database/database.ts';
import { accounts, type ExchangeRateRow, exchangeRates } from './schema.ts';

/** Prepares the statement that deletes an exchange rate of a user. Gives false when the user has no such rate. */
export function prepareDeleteExchangeRate(
  db: Database,
): (rate: Pick<ExchangeRateRow, 'id' | 'ownerId'>, effects: WriteEffects) => Promise<boolean> {
  const { id, ownerId } = columnParameters(exchangeRates);
  // The account is locked first, as in every other statement that touches both, so that no deadlock arises.
  const owner = db.$with('owner', {}).as(sql`
    select owner_id from ${accounts} where owner_id = ${ownerId} for no key update
  `);
  const deleted = db.$with('deleted', { id: sql<string>`id`.as('id') }).as(sql`
    delete from ${exchangeRates} using owner
    where ${exchangeRates.id} = ${id} and ${exchangeRates.ownerId} = owner.owner_id
    returning ${exchangeRates.id}
  `);
  const counted = db.$with('counted', {}).as(sql`
    update ${accounts} set exchange_rates_count = exchange_rates_count - 1
    where owner_id = ${ownerId} and exists (select 1 from ${deleted})
  `);
  return prepareWrite(db, 'delete_exchange_rate', { changed: deleted, parts: [owner, deleted, counted] });
}
