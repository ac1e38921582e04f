import { randomUUIDv7 } from 'node:crypto';
import type { ReservedSql } from 'postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PageCursor } from '../../../runtime/paging/page-token.ts';
import { explain, type PlanNode } from '../../../runtime/testing/explain.ts';
import { type InvoiceTestService, startInvoiceService } from '../testing/start-invoice-service.ts';
import type { DocumentFilters } from './document-filters.ts';
import { dueRecurringInvoicesQuery } from './find-due-recurring-invoices.ts';
import { documentParameters } from './list-documents.ts';
import { listRecurringInvoicesQuery } from './list-recurring-invoices.ts';

const OWNER = randomUUIDv7();
const CUSTOMER = randomUUIDv7();

/** Enough rows that reading all of them is the worse plan. */
const ROWS = 5_000;

let service: InvoiceTestService;
let connection: ReservedSql;
beforeAll(async () => {
  service = await startInvoiceService();
  await service.db.$client`
    insert into recurring_invoices (id, owner_id, version, state, customer_id, invoice, due_days, frequency, unit_count,
      start_date, mode, catch_up, next_index, next_date, next_time, occurrence_count, attempts, time_zone, account_version,
      create_time, update_time)
    select gen_random_uuid(), ${OWNER}, 1, case when n % 2 = 0 then 'ACTIVE' else 'PAUSED' end, gen_random_uuid(), '{}', 0,
      'MONTH', 1, '2026-01-01', 'DRAFT', 'ALL', 0, '2026-01-01', timestamptz '2026-01-01' + n * interval '1 hour', 0, 0, 'UTC',
      1, now() - n * interval '1 minute', now()
    from generate_series(1, ${ROWS}::integer) as n`;
  await service.db.$client`analyze recurring_invoices`;
  connection = await service.db.$client.reserve();
});
afterAll(async () => {
  connection.release();
  await service.stop();
});

function expectLittleReadOf(plans: readonly PlanNode[], index: RegExp): void {
  expect(plans.filter((plan) => plan['Node Type'] === 'Seq Scan')).toEqual([]);
  const inVain = plans.map((plan) => (plan['Rows Removed by Filter'] ?? 0) * plan['Actual Loops']);
  expect(Math.max(...inVain), 'rows read in vain').toBe(0);
  const scans = plans.filter((plan) => index.test(plan['Index Name'] ?? ''));
  expect(scans.length).toBeGreaterThan(0);
  for (const scan of scans) expect(scan['Actual Rows']).toBeLessThanOrEqual(21);
}

describe('the list of recurring invoices', () => {
  const cursor = ['2099-01-01 00:00:00+00', randomUUIDv7()];
  const lists: [string, DocumentFilters, PageCursor?][] = [
    ['no filter', {}],
    ['no filter, on a later page', {}, cursor],
    ['a state', { states: ['PAUSED'] }],
    ['a state that nobody has', { states: ['ENDED'] }],
    ['several states, on a later page', { states: ['ACTIVE', 'ENDED'] }, cursor],
    ['a customer', { customerId: CUSTOMER }],
    ['a customer and a state', { customerId: CUSTOMER, states: ['ACTIVE'] }],
  ];
  test.each(lists)('by %s reads little by an index', async (_name, filters, cursor) => {
    const query = listRecurringInvoicesQuery(service.db, filters).toSQL();
    const parameters = documentParameters({ ownerId: OWNER, filters, cursor, limit: 20 });
    expectLittleReadOf(await explain(connection, query, parameters), /^recurring_invoices_/);
  });
});

test('the search for what is due reads only that', async () => {
  const query = dueRecurringInvoicesQuery(service.db).toSQL();
  const plans = await explain(connection, query, { now: '2026-01-01T10:00:00Z', limit: 100 });
  expectLittleReadOf(plans, /^recurring_invoices_due$/);
});
