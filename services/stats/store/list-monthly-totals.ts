import { desc, getTableColumns, type SQL, sql } from 'drizzle-orm';
import type { LocalDate } from '../../../runtime/calendar.ts';
import type { Database } from '../../../runtime/database/database.ts';
import type { PageCursor } from '../../../runtime/paging/page-token.ts';
import { latestRate } from './latest-rate.ts';
import { monthlyTotals } from './schema.ts';

/** The totals of an account for a month in one currency, and the rate that converts them; null without a rate. */
export type MonthlyTotalsRow = Omit<typeof monthlyTotals.$inferSelect, 'ownerId'> & {
  readonly rate: string | null;
  readonly rateDate: LocalDate | null;
};

/** Which page of an account's months to list: newest first, and by currency within a month. */
export interface MonthsPage {
  readonly ownerId: string;
  /** Today in the user's time zone. Rates dated later are not used. */
  readonly today: LocalDate;
  /** The currency to convert to. */
  readonly targetCurrencyCode: string;
  /** Undefined for all currencies. */
  readonly currencyCode: string | undefined;
  /** First day of the first month, and of the last one. */
  readonly monthFrom: string;
  readonly monthTo: string;
  /** Month and currency of the row before the page; undefined for the first page. */
  readonly cursor: PageCursor | undefined;
  readonly limit: number;
}

/**
 * Prepares the two statements that list a page: of all currencies, and of one. Each follows an index from where the
 * page begins. In the month in which the previous page ended, it skips at most one row for each currency.
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

/** The query of a page with a further condition. Its parameters are placeholders. */
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
