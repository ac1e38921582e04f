import { randomUUIDv7 } from 'node:crypto';
import { type SQL, sql } from 'drizzle-orm';
import type { ReservedSql } from 'postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FIRST_ID } from '../../../runtime/paging/page-token.ts';
import { explain, type PlanNode } from '../../../runtime/testing/explain.ts';
import { type StatsTestService, startStatsService } from '../testing/start-stats-service.ts';
import { customerTotalsQuery } from './list-customer-totals.ts';
import { exchangeRatesQuery } from './list-exchange-rates.ts';
import { monthlyTotalsQuery } from './list-monthly-totals.ts';
import { groupsQuery } from './read-groups.ts';

const [OWNER, OTHER] = [randomUUIDv7(), randomUUIDv7()];
/** Enough rows to make reading all of them the worse plan. */
const CUSTOMERS = 5_000;
const LIMIT = 21;

let service: StatsTestService;
let connection: ReservedSql;
beforeAll(async () => {
  service = await startStatsService();
  await service.db.execute(sql`insert into accounts (owner_id) values (${OWNER}), (${OTHER})`);
  // Four invoices for each customer, over forty due dates and two thousand months; a third has a payment.
  await service.db.execute(sql`
    insert into invoices (invoice_id, owner_id, currency_code, version, state, total_minor, due_minor, due_date,
      customer_id, tax_minor, paid_minor, issue_date, complete_version)
    select gen_random_uuid(), case when n % 5 = 0 then ${OTHER}::uuid else ${OWNER}::uuid end,
      case when n % 2 = 0 then 'EUR' else 'USD' end, 2, case when n % 3 = 0 then 'PAID' else 'OPEN' end, n, n,
      date '2026-01-01' + n % 40, md5((n % ${CUSTOMERS}::integer)::text)::uuid, 1, 0,
      (date '1860-01-01' + n % 1999 * interval '1 month')::date, 2
    from generate_series(1, ${4 * CUSTOMERS}::integer) as n`);
  await service.db.execute(sql`
    insert into payments (payment_id, invoice_id, owner_id, currency_code, amount_minor, payment_date)
    select gen_random_uuid(), invoice_id, owner_id, currency_code, 1, due_date from invoices where state = 'PAID'`);
  // Further accounts, so that the totals of one account are a small part of all.
  await service.db.execute(sql`insert into accounts select md5(n::text)::uuid from generate_series(1, 1000) as n`);
  await service.db.execute(sql`
    insert into monthly_totals select owner_id, 'EUR', date '2026-01-01' + n, 1, 1, 1, 1, 1
    from accounts cross join generate_series(1, 10) as n where owner_id not in (${OWNER}, ${OTHER})`);
  await service.db.execute(sql`
    insert into invoice_totals select owner_id, 'EUR', 'OPEN', date '2026-01-01' + n, 1, 1, 1, 0, 0
    from accounts cross join generate_series(1, 10) as n where owner_id not in (${OWNER}, ${OTHER})`);
  // A rate for each of 2,000 days, one of which applies on a given day.
  await service.db.execute(sql`
    insert into exchange_rates
    select gen_random_uuid(), owner_id, currency_code, 'CHF', 1.5, date '2020-12-01' + n, now()
    from generate_series(1, 2000) as n cross join (values ('EUR'), ('USD')) as used (currency_code)
    cross join (values (${OWNER}::uuid), (${OTHER}::uuid)) as owners (owner_id)`);
  await service.db.execute(sql`analyze`);
  connection = await service.db.$client.reserve();
});
afterAll(async () => {
  connection.release();
  await service.stop();
});

interface Query {
  toSQL(): { readonly sql: string; readonly params: unknown[] };
}

/** The tables that a query reads, those it reads whole, and how many rows it reads. */
async function readBy(query: Query, values: Record<string, unknown>) {
  const nodes = await explain(connection, query.toSQL(), values);
  const scans = nodes.filter((node) => node['Relation Name'] !== undefined);
  return {
    tables: [...new Set(scans.map((scan) => scan['Relation Name']))].toSorted(),
    wholeTables: scans.filter((scan) => scan['Node Type'] === 'Seq Scan').map((scan) => scan['Relation Name']),
    rows: scans.reduce((sum, scan) => sum + rowsOf(scan), 0),
  };
}

/** Rows read, including those that filters removed. */
function rowsOf(scan: PlanNode): number {
  return (scan['Actual Rows'] + (scan['Rows Removed by Filter'] ?? 0)) * scan['Actual Loops'];
}

describe('reading', () => {
  test('the numbers of an account reads no invoice and no payment', async () => {
    const read = await readBy(groupsQuery(service.db), {
      ownerId: OWNER,
      today: '2026-03-10',
      targetCurrencyCode: 'CHF',
    });
    expect(read.tables).toEqual(['accounts', 'exchange_rates', 'invoice_totals', 'monthly_totals']);
    expect(read.wholeTables).not.toContain('exchange_rates');
    // In both currencies: forty due dates and the paid invoices, the month, and the rate.
    expect(read.rows).toBeLessThan(100);
  });

  const month = {
    ownerId: OWNER,
    today: '2026-03-10',
    targetCurrencyCode: 'CHF',
    monthFrom: '0001-01-01',
    cursorMonth: '2020-06-01',
    cursorCurrency: 'EUR',
    limit: LIMIT,
  };
  const ofCurrency = sql`and currency_code = ${sql.placeholder('currencyCode')}`;
  test.each<[string, SQL]>([
    ['of all currencies', sql``],
    ['of one currency', ofCurrency],
  ])('a page of months %s begins in the middle of an index', async (_, condition) => {
    const query = monthlyTotalsQuery(service.db, condition);
    const read = await readBy(query, { ...month, currencyCode: 'USD' });
    expect(read).toMatchObject({ tables: ['exchange_rates', 'monthly_totals'], wholeTables: [] });
    // At most one rate for each month.
    expect(read.rows).toBeLessThanOrEqual(2 * LIMIT + 1);
  });

  const customer = { ownerId: OWNER, today: '2026-02-01', limit: LIMIT, cursorCurrency: 'EUR', cursorKey: -20_000 };
  const customerId = sql`and customer_id = ${sql.placeholder('customerId')}`;
  test.each<[string, SQL]>([
    ['all', sql``],
    ['of one currency', ofCurrency],
    ['of one customer', customerId],
    ['of one customer and currency', sql`${customerId} ${ofCurrency}`],
  ])('a page of customers, %s, begins in the middle of an index', async (_, condition) => {
    const [known] = await service.db.execute<{ customer_id: string }>(
      sql`select customer_id from customer_totals where owner_id = ${OWNER} limit 1`,
    );
    const values = { ...customer, cursorId: FIRST_ID, currencyCode: 'EUR', customerId: known?.customer_id };
    const read = await readBy(customerTotalsQuery(service.db, condition), values);
    expect(read).toMatchObject({ tables: ['customer_due_totals', 'customer_totals'], wholeTables: [] });
    // For each customer the overdue amounts by due date: at most four here.
    expect(read.rows).toBeLessThanOrEqual(LIMIT * 5);
  });

  test.each<[string, SQL]>([
    ['of all currencies', sql``],
    ['of one currency', ofCurrency],
  ])('a page of exchange rates %s begins in the middle of an index', async (_, condition) => {
    const values = { ownerId: OWNER, cursorDate: '2024-01-31', cursorId: FIRST_ID, limit: LIMIT, currencyCode: 'USD' };
    const read = await readBy(exchangeRatesQuery(service.db, condition), values);
    expect(read).toMatchObject({ tables: ['exchange_rates'], wholeTables: [], rows: LIMIT });
  });
});
