import { randomUUIDv7 } from 'node:crypto';
import { fillPlaceholders } from 'drizzle-orm';
import type { ReservedSql } from 'postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type InvoiceTestService, startInvoiceService } from '../testing/start-invoice-service.ts';
import { type InvoiceFilters, LIST_ORDERS, type ListOrder, listInvoicesQuery, parametersOf } from './list-invoices.ts';

const OWNER = randomUUIDv7();
const CUSTOMER = randomUUIDv7();
const NO_FILTERS: InvoiceFilters = {
  states: undefined,
  customerId: undefined,
  currencyCode: undefined,
  issueDates: undefined,
  dueDates: undefined,
  notOverdueOn: undefined,
};

/** Enough rows that reading all of them is the worse plan. */
const ROWS = 5_000;

let service: InvoiceTestService;
let connection: ReservedSql;
beforeAll(async () => {
  service = await startInvoiceService();
  // Two states in one currency; nobody has the others.
  await service.db.$client`
    insert into invoices (id, owner_id, version, state, number, customer_id, currency_code, issue_date, due_date, memo,
      discount_percent, subtotal_minor, discount_minor, tax_minor, total_minor, paid_minor, taxes, seller, customer,
      time_zone, create_time, update_time, open_time, send_time, void_time)
    select gen_random_uuid(), ${OWNER}, 2, case when n % 2 = 0 then 'OPEN' else 'VOID' end, 'INV-' || n,
      gen_random_uuid(), 'EUR', date '2026-01-01' + n % 300, date '2026-02-01' + n % 300, '', 0, 100, 0, 0, 100, 0,
      '[]', '{}', '{}', 'UTC', now() - n * interval '1 minute', now(), now(), now(), case when n % 2 = 1 then now() end
    from generate_series(1, ${ROWS}::integer) as n`;
  await service.db.$client`analyze invoices`;
  connection = await service.db.$client.reserve();
});
afterAll(async () => {
  connection.release();
  await service.stop();
});

interface Plan {
  readonly 'Node Type': string;
  readonly 'Index Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: readonly Plan[];
}

/** The plan as prepared statements get it: `custom` for the first calls, later perhaps `generic`. */
async function explain(filters: Partial<InvoiceFilters>, order: ListOrder, mode: string): Promise<Plan[]> {
  const page = { ownerId: OWNER, filters: { ...NO_FILTERS, ...filters }, order, cursor: undefined, limit: 21 };
  const query = listInvoicesQuery(service.db, page).toSQL();
  const values = fillPlaceholders(query.params, parametersOf(page)).map((value) => `'${value}'`);
  await connection.unsafe(`set plan_cache_mode = force_${mode}_plan; deallocate all; prepare list as ${query.sql}`);
  const rows = await connection.unsafe(`explain (analyze, format json) execute list (${values.join(', ')})`);
  const flatten = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(flatten)];
  return flatten(rows[0]?.['QUERY PLAN'][0].Plan);
}

describe('the list of invoices', () => {
  const filters: [string, Partial<InvoiceFilters>][] = [
    ['no filter', {}],
    ['a state', { states: ['OPEN'] }],
    ['a state that nobody has', { states: ['PAID'] }],
    ['several states', { states: ['DRAFT', 'OPEN', 'VOID'] }],
    ['a customer', { customerId: CUSTOMER }],
    ['a currency that nobody has', { currencyCode: 'USD' }],
    ['a range of issue dates', { issueDates: { from: '2030-01-01', to: '9999-12-31' } }],
    ['what is overdue', { states: ['OPEN'], dueDates: { from: '0001-01-01', to: '2026-01-31' } }],
    ['what is not overdue', { notOverdueOn: '2026-01-01' }],
  ];
  const orders = Object.keys(LIST_ORDERS) as ListOrder[];
  // Only with their values does Postgres know that a currency or a range is rare; it then stays with custom plans.
  const needCustomPlan = ['a currency that nobody has', 'a range of issue dates'];
  const cases = filters.flatMap(([name, filter]) =>
    (needCustomPlan.includes(name) ? ['custom'] : ['custom', 'generic']).flatMap((mode) =>
      orders.map((order) => [name, order, mode, filter] as const),
    ),
  );

  test.each(cases)('by %s, ordered by %s, reads little by an index (%s plan)', async (_name, order, mode, filter) => {
    const plans = await explain(filter, order, mode);
    expect(plans.filter((plan) => plan['Node Type'] === 'Seq Scan')).toEqual([]);
    const inVain = plans.map((plan) => (plan['Rows Removed by Filter'] ?? 0) * plan['Actual Loops']);
    expect(Math.max(...inVain), 'rows read in vain').toBe(0);
    const scans = plans.filter((plan) => plan['Index Name']?.startsWith('invoices_'));
    expect(scans.length).toBeGreaterThan(0);
    for (const scan of scans) expect(scan['Actual Rows']).toBeLessThanOrEqual(21);
  });
});
