import { randomUUIDv7 } from 'node:crypto';
import type { ReservedSql } from 'postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { explain } from '../../../runtime/testing/explain.ts';
import { type InvoiceTestService, startInvoiceService } from '../testing/start-invoice-service.ts';
import { type CreditEntryPage, creditEntriesQuery, creditEntryParameters } from './read-credit-entries.ts';
import { prepareReadStatement, readStatementQuery, type StatementPage, statementParameters } from './read-statement.ts';

const OWNER = randomUUIDv7();
const CUSTOMER = randomUUIDv7();
const LIMIT = 21;

/** Entries of the customer: twenty a day, over 400 days, in no order of days. */
const [PER_DAY, DAYS] = [20, 400];

let service: InvoiceTestService;
let connection: ReservedSql;
beforeAll(async () => {
  service = await startInvoiceService();
  await service.db.$client`
    insert into ledger_entries (owner_id, customer_id, currency_code, entry_date, type, due_minor, credit_minor, create_time)
    select ${OWNER}, case when n % 11 = 0 then gen_random_uuid() else ${CUSTOMER}::uuid end,
      case when n = 5 then 'GBP' when n % 3 = 0 then 'USD' else 'EUR' end, date '2024-12-20' + n * 271 % ${DAYS}::integer, 'DEPOSIT', n % 7, n % 5, now()
    from generate_series(1, ${PER_DAY * DAYS}::integer) as n`;
  await service.db.$client`analyze`;
  connection = await service.db.$client.reserve();
});
afterAll(async () => {
  connection.release();
  await service.stop();
});

const PAGE: StatementPage = {
  ...{ ownerId: OWNER, customerId: CUSTOMER, limit: LIMIT },
  ...{ fromDate: undefined, toDate: undefined, currencyCode: undefined, cursor: undefined },
};

interface Query {
  toSQL(): { readonly sql: string; readonly params: unknown[] };
}

/** How many rows of each table are read, as the service plans it. */
async function rowsRead(asked: Query, parameters: Record<string, unknown>): Promise<Readonly<Record<string, number>>> {
  const read: Record<string, number> = {};
  for (const plan of await explain(connection, asked.toSQL(), parameters)) {
    const table = plan['Relation Name'];
    if (table === undefined) continue;
    const inVain = plan['Rows Removed by Filter'] ?? 0;
    read[table] = (read[table] ?? 0) + (plan['Actual Rows'] + inVain) * plan['Actual Loops'];
  }
  return read;
}

describe('a page of a statement', () => {
  test.each<[string, Partial<StatementPage>]>([
    ['at the beginning', {}],
    ['from a day in the middle', { fromDate: '2025-10-15' }],
    ['behind the last of a month', { cursor: ['2025-12-31', '999999'] }],
    ['of one currency', { fromDate: '2025-10-15', currencyCode: 'USD' }],
    ['of a currency of long ago', { currencyCode: 'GBP', cursor: ['2024-12-20', '999999'] }],
    ['at the end', { cursor: ['2026-01-22', '999999'] }],
  ])('%s reads a month for each before, the days of one, and the entries of one', async (_, part) => {
    const read = await rowsRead(readStatementQuery(service.db), statementParameters({ ...PAGE, ...part }));
    // Thirteen months and 31 days, in three currencies.
    expect(read.ledger_sums ?? 0).toBeLessThanOrEqual(3 * (14 + 31));
    expect(read.ledger_entries ?? 0).toBeLessThanOrEqual(PER_DAY + 3 * LIMIT);
  });

  test.each<[string, Partial<StatementPage>]>([
    ['at the beginning', {}],
    ['from the first of a month', { fromDate: '2025-03-01' }],
    ['from a day in the middle', { fromDate: '2025-10-15' }],
    ['in the middle of a day', { cursor: ['2025-10-15', '4321'] }],
    ['behind the last of a month', { cursor: ['2025-12-31', '999999'] }],
    ['of one currency', { cursor: ['2025-07-07', '2222'], currencyCode: 'USD' }],
    ['behind everything', { fromDate: '2030-01-01' }],
  ])('%s opens with the sum of all entries before', async (_, part) => {
    const page = { ...PAGE, ...part };
    const { opening } = await prepareReadStatement(service.db)(page);
    const [day, sequence] = page.cursor ?? [page.fromDate ?? '-infinity', '0'];
    const sums = await service.db.$client`
      select currency_code, sum(due_minor - credit_minor)::text as balance from ledger_entries
      where owner_id = ${OWNER} and customer_id = ${CUSTOMER} and (entry_date, sequence) <= (${day ?? ''}::date, ${sequence ?? ''}::bigint)
        and currency_code = coalesce(${page.currencyCode ?? null}, currency_code)
      group by currency_code`;
    expect(opening).toEqual(Object.fromEntries(sums.map((sum) => [sum.currency_code, sum.balance])));
  });
});

describe('a page of the changes of credit', () => {
  test.each<[string, Partial<CreditEntryPage>]>([
    ['of all currencies', {}],
    ['of all currencies, in the middle', { beforeSequence: '4000' }],
    ['of one currency', { currencyCode: 'USD' }],
    ['of a currency of long ago', { currencyCode: 'GBP' }],
  ])('%s reads no more than that of each currency', async (_, part) => {
    const page = {
      ownerId: OWNER,
      customerId: CUSTOMER,
      currencyCode: undefined,
      beforeSequence: undefined,
      limit: LIMIT,
    };
    const read = await rowsRead(creditEntriesQuery(service.db), creditEntryParameters({ ...page, ...part }));
    expect(read.ledger_entries ?? 0).toBeLessThanOrEqual(3 * LIMIT);
  });
});
