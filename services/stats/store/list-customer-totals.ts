import { getTableColumns, type SQL, sql } from 'drizzle-orm';
import type { LocalDate } from '../../../runtime/calendar.ts';
import type { Database } from '../../../runtime/database/database.ts';
import { FIRST_ID, type PageCursor } from '../../../runtime/paging/page-token.ts';
import { customerDueTotals, customerTotals } from './schema.ts';

/** The totals of a customer in one currency, and how much of the amount due is overdue. */
export type CustomerTotalsRow = Omit<typeof customerTotals.$inferSelect, 'ownerId'> & { readonly overdueMinor: string };

/** Which page of an account's customers to list: by currency, largest total first. */
export interface CustomersPage {
  readonly ownerId: string;
  /** Today in the user's time zone. */
  readonly today: LocalDate;
  /** Undefined for all currencies. */
  readonly currencyCode: string | undefined;
  /** Undefined for all customers. */
  readonly customerId: string | undefined;
  /** Currency, negative total and customer of the row before the page; undefined for the first page. */
  readonly cursor: PageCursor | undefined;
  readonly limit: number;
}

/** The cursor before every row. */
const START: PageCursor = ['', '-Infinity', FIRST_ID];

/** Prepares the statements that list a page, one for each combination of filters. Each follows an index. */
export function prepareListCustomerTotals(db: Database): (page: CustomersPage) => Promise<CustomerTotalsRow[]> {
  const byCurrency = sql`and currency_code = ${sql.placeholder('currencyCode')}`;
  const byCustomer = sql`and customer_id = ${sql.placeholder('customerId')}`;
  const all = customerTotalsQuery(db, sql``).prepare('list_customer_totals');
  const ofCurrency = customerTotalsQuery(db, byCurrency).prepare('list_customer_totals_of_currency');
  const ofCustomer = customerTotalsQuery(db, byCustomer).prepare('list_totals_of_customer');
  const ofBoth = customerTotalsQuery(db, sql`${byCurrency} ${byCustomer}`).prepare(
    'list_totals_of_customer_and_currency',
  );
  return (page) => {
    const [cursorCurrency, cursorKey, cursorId] = page.cursor ?? START;
    const [one, both] = page.customerId === undefined ? [all, ofCurrency] : [ofCustomer, ofBoth];
    const statement = page.currencyCode === undefined ? one : both;
    return statement.execute({ ...page, cursorCurrency, cursorKey, cursorId });
  };
}

/** The query of a page with a further condition. Its parameters are placeholders. */
export function customerTotalsQuery(db: Database, condition: SQL) {
  const { ownerId: _, ...columns } = getTableColumns(customerTotals);
  const overdueMinor = sql<string>`(
    select coalesce(sum(overdue.due_minor), 0) from ${customerDueTotals} as overdue
    where overdue.owner_id = customer_totals.owner_id and overdue.customer_id = customer_totals.customer_id
      and overdue.currency_code = customer_totals.currency_code and overdue.due_date < ${sql.placeholder('today')}::date)`;
  return db
    .select({ ...columns, overdueMinor })
    .from(customerTotals)
    .where(
      sql`owner_id = ${sql.placeholder('ownerId')} ${condition}
        and (currency_code, -invoiced_total_minor, customer_id)
          > (${sql.placeholder('cursorCurrency')}::text, ${sql.placeholder('cursorKey')}::numeric,
            ${sql.placeholder('cursorId')}::uuid)`,
    )
    .orderBy(sql`currency_code, -invoiced_total_minor, customer_id`)
    .limit(sql.placeholder('limit'));
}
