import { type SQL, sql } from 'drizzle-orm';
import { exchangeRates } from './schema.ts';

/**
 * The part of a query that finds the rate of an account that applies on a day, from a currency to that of the
 * placeholder `targetCurrencyCode`. It is a subquery for a lateral join: at most one row, found by index, with `rate`
 * and `rate_date` as text.
 */
export function latestRate(of: { readonly ownerId: SQL; readonly currencyCode: SQL; readonly day: SQL }): SQL {
  return sql`lateral (
    select held.rate::text as rate, held.rate_date::text as rate_date from ${exchangeRates} as held
    where held.owner_id = ${of.ownerId} and held.target_currency_code = ${sql.placeholder('targetCurrencyCode')}
      and held.currency_code = ${of.currencyCode} and held.rate_date <= ${of.day}
    order by held.rate_date desc limit 1
  )`;
}
