import { desc, getTableColumns, type SQL, sql } from 'drizzle-orm';
import type { LocalDate } from '../../../runtime/calendar.ts';
import type { Database } from '../../../runtime/database/database.ts';
import type { PageCursor } from '../../../runtime/paging/page-token.ts';
import { latestRate } from './latest-rate.ts';
import { monthlyTotals } from './schema.ts';

/** What belongs to a month of an account, in one currency, and the rate with which it is converted; nulls without one. */
export type MonthlyTotalsRow = Omit<typeof monthlyTotals.$inferSelect, 'ownerId'> & {
  readonly rate: string | null;
  readonly rateDate: LocalDate | null;
};

/** A page of an account's months, newest first, and by currency within a month. */
export interface MonthsPage {
  readonly ownerId: string;
  /** The local day of the user: no rate of a later one is used. */
  readonly today: LocalDate;
  /** The currency that rates are looked for. */
  readonly targetCurrencyCode: string;
  /** Undefined for all currencies. */
  readonly currencyCode: string | undefined;
  /** First days of the first and the last month. */
  readonly monthFrom: string;
  readonly monthTo: string;
  /** Month and currency of the row before the page; undefined for the first page. */
  readonly cursor: PageCursor | undefined;
  readonly limit: number;
}

/**
 * Prepares the two statements that list a page: of all currencies, and of one. Each goes along an index from where the page
 * begins; of the month that the page before ended in, it passes over at most one row for each currency.
 */
export function prepareListMonthlyTotals(db: Database): (page: MonthsPage) => Promise<MonthlyTotalsRow[]> {
  const currencyCode = sql.placeholder('currencyCode');
  const all = monthlyTotalsQuery(db, sql``).prepare('list_monthly_totals');
  const ofCurrency = monthlyTotalsQuery(db, sql`and currency_code = ${currencyCode}`).prepare(
    'list_monthly_totals_of_currency',
  );
  return ({ cursor, ...page }) => {
    const [cursorMonth = page.monthTo, cursorCurrency = ''] = cursor ?? [];
    return (page.currencyCode === undefined ? all : ofCurrency).execute({ ...page, cursorMonth, cursorCurrency });
  };
}

/** The query of a page with a further condition, without the values of its parameters. */
export function monthlyTotalsQuery(db: Database, condition: SQL) {
  const { ownerId: _, ...columns } = getTableColumns(monthlyTotals);
  const cursorMonth = sql`${sql.placeholder('cursorMonth')}::date`;
  const rate = latestRate({
    ownerId: sql`${monthlyTotals.ownerId}`,
    currencyCode: sql`${monthlyTotals.currencyCode}`,
    day: sql`least(${sql.placeholder('today')}::date, (${monthlyTotals.month} + interval '1 month' - interval '1 day')::date)`,
  });
  return db
    .select({
      ...columns,
      rate: sql<string | null>`latest.rate`,
      rateDate: sql<LocalDate | null>`latest.rate_date`,
    })
    .from(monthlyTotals)
    .leftJoin(sql`${rate} as latest`, sql`true`)
    .where(
      sql`owner_id = ${sql.placeholder('ownerId')} ${condition}
        and month between ${sql.placeholder('monthFrom')}::date and ${cursorMonth}
        and (month < ${cursorMonth} or currency_code > ${sql.placeholder('cursorCurrency')})`,
    )
    .orderBy(desc(monthlyTotals.month), monthlyTotals.currencyCode)
    .limit(sql.placeholder('limit'));
}
