import { desc, type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { BEFORE_NEWEST, type PageCursor } from '../../../runtime/paging/page-token.ts';
import { type ExchangeRateRow, exchangeRates } from './schema.ts';

/** Which page of an account's exchange rates to list: newest date first. */
export interface ExchangeRatesPage {
  readonly ownerId: string;
  /** Undefined for all currencies. */
  readonly currencyCode: string | undefined;
  /** Date and id of the rate before the page; undefined for the first page. */
  readonly cursor: PageCursor | undefined;
  readonly limit: number;
}

/** Prepares the two statements that list a page: of all currencies, and of one. Each follows an index. */
export function prepareListExchangeRates(db: Database): (page: ExchangeRatesPage) => Promise<ExchangeRateRow[]> {
  const all = exchangeRatesQuery(db, sql``).prepare('list_exchange_rates');
  const ofCurrency = exchangeRatesQuery(db, sql`and currency_code = ${sql.placeholder('currencyCode')}`).prepare(
    'list_exchange_rates_of_currency',
  );
  return ({ cursor, ...page }) => {
    const [cursorDate, cursorId] = cursor ?? BEFORE_NEWEST;
    return (page.currencyCode === undefined ? all : ofCurrency).execute({ ...page, cursorDate, cursorId });
  };
}

/** The query of a page with a further condition. Its parameters are placeholders. */
export function exchangeRatesQuery(db: Database, condition: SQL) {
  return db
    .select()
    .from(exchangeRates)
    .where(
      sql`owner_id = ${sql.placeholder('ownerId')} ${condition}
        and (rate_date, id) < (${sql.placeholder('cursorDate')}::date, ${sql.placeholder('cursorId')}::uuid)`,
    )
    .orderBy(desc(exchangeRates.rateDate), desc(exchangeRates.id))
    .limit(sql.placeholder('limit'));
}
