import { randomUUIDv7 } from 'node:crypto';
import type { ReservedSql } from 'postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { explain, type PlanNode } from '../../../runtime/testing/explain.ts';
import { type InvoiceTestService, startInvoiceService } from '../testing/start-invoice-service.ts';
import { documentParameters } from './list-documents.ts';
import { listQuotesQuery, type QuotePage } from './list-quotes.ts';

const OWNER = randomUUIDv7();
const CUSTOMER = randomUUIDv7();

/** Enough rows that reading all of them is the worse plan. */
const ROWS = 5_000;

let service: InvoiceTestService;
let connection: ReservedSql;
beforeAll(async () => {
  service = await startInvoiceService();
  await service.db.$client`
    insert into quotes (id, owner_id, version, state, number, number_series, customer_id, expire_date, due_days, issue_date,
      invoice, seller, customer, create_time, update_time, send_time, decline_time)
    select gen_random_uuid(), ${OWNER}, 2, case when n % 2 = 0 then 'SENT' else 'DECLINED' end, 'Q-' || n, 'quote',
      gen_random_uuid(), date '2026-01-01' + n % 300, 0, date '2026-01-01', '{}', '{}', '{}',
      now() - n * interval '1 minute', now(), now(), case when n % 2 = 1 then now() end
    from generate_series(1, ${ROWS}::integer) as n`;
  await service.db.$client`analyze quotes`;
  connection = await service.db.$client.reserve();
});
afterAll(async () => {
  connection.release();
  await service.stop();
});

function explainPage(filters: Partial<QuotePage>, mode: string): Promise<PlanNode[]> {
  const page: QuotePage = {
    ownerId: OWNER,
    states: undefined,
    customerId: undefined,
    today: '2026-10-20',
    cursor: undefined,
    limit: 21,
    ...filters,
  };
  return explain(connection, listQuotesQuery(service.db, page).toSQL(), documentParameters(page), mode);
}

describe('the list of quotes', () => {
  const cursor = ['2099-01-01 00:00:00+00', randomUUIDv7()];
  const filters: [string, Partial<QuotePage>][] = [
    ['no filter', {}],
    ['no filter, on a later page', { cursor }],
    ['a state', { states: ['DECLINED'] }],
    ['a state that nobody has', { states: ['ACCEPTED'] }],
    ['several states, on a later page', { states: ['DRAFT', 'EXPIRED', 'DECLINED'], cursor }],
    ['a customer', { customerId: CUSTOMER }],
    ['a customer and a state', { customerId: CUSTOMER, states: ['SENT'] }],
  ];
  const cases = filters.flatMap(([name, filter]) => ['custom', 'generic'].map((mode) => [name, mode, filter] as const));

  test.each(cases)('by %s reads little by an index (%s plan)', async (_name, mode, filter) => {
    const plans = await explainPage(filter, mode);
    expect(plans.filter((plan) => plan['Node Type'] === 'Seq Scan')).toEqual([]);
    const inVain = plans.map((plan) => (plan['Rows Removed by Filter'] ?? 0) * plan['Actual Loops']);
    expect(Math.max(...inVain), 'rows read in vain').toBeLessThanOrEqual(21);
    const scans = plans.filter((plan) => plan['Index Name']?.startsWith('quotes_'));
    expect(scans.length).toBeGreaterThan(0);
    for (const scan of scans) expect(scan['Actual Rows']).toBeLessThanOrEqual(21);
  });
});
