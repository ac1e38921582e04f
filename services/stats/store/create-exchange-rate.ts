import { sql } from 'drizzle-orm';
import { DomainError } from '../../../runtime/call/errors.ts';
import { prepareWrite, type WriteEffects } from '../../../runtime/call/prepare-write.ts';
import { columnParameters } from '../../../runtime/database/column-parameters.ts';
import type { Database } from '../../../runtime/database/database.ts';
import { violatesUnique } from '../../../runtime/database/postgres-error.ts';
import { accounts, type ExchangeRateRow, exchangeRates } from './schema.ts';

/** A new rate, and how many rates its owner may have, the new one included. */
export type NewExchangeRate = ExchangeRateRow & { readonly ratesMax: number };

const UNIQUE_CONSTRAINT = 'exchange_rates_of_day';

/**
 * Prepares the statement that stores an exchange rate. Gives false and stores nothing when its owner has reached the
 * limit or was deleted. The statement throws EXCHANGE_RATE_EXISTS when there is a rate of the same currencies and date.
 */
export function prepareCreateExchangeRate(
  db: Database,
): (rate: NewExchangeRate, effects: WriteEffects) => Promise<boolean> {
  const columns = columnParameters(exchangeRates);
  const counted = db.$with('counted', {}).as(sql`
    insert into ${accounts} as account (owner_id, exchange_rates_count) values (${columns.ownerId}::uuid, 1)
    on conflict (owner_id) do update set exchange_rates_count = account.exchange_rates_count + 1
    where account.exchange_rates_count < ${sql.placeholder('ratesMax')}::integer and account.erase_time is null
    returning owner_id
  `);
  const created = db.$with('created', { id: sql<string>`id`.as('id') }).as(sql`
    insert into ${exchangeRates} (id, owner_id, currency_code, target_currency_code, rate, rate_date, create_time)
    select ${columns.id}::uuid, owner_id, ${columns.currencyCode}::text, ${columns.targetCurrencyCode}::text,
      ${columns.rate}::numeric, ${columns.rateDate}::date, ${columns.createTime}::timestamptz
    from counted
    returning id
  `);
  const write = prepareWrite(db, 'create_exchange_rate', { changed: created, parts: [counted, created] });
  return (rate, effects) =>
    write(rate, effects).catch((error: unknown) => {
      if (!violatesUnique(error, UNIQUE_CONSTRAINT)) throw error;
      throw new DomainError(
        'exists',
        'EXCHANGE_RATE_EXISTS',
        'There is already an exchange rate for these two currencies and this date; to replace it, delete it first.',
        {
          violations: [
            {
              field: 'exchange_rate.date',
              description: 'must not be the date of another rate for these two currencies',
            },
          ],
        },
      );
    });
}
