import { randomUUIDv7 } from 'node:crypto';
import type { ReservedSql } from 'postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FEW_MAX, GROUPS_MAX, SCAN_MAX } from '../../../runtime/database/find-page.ts';
import { blocksRead, explain, type PlanNode, rowsRead } from '../../../runtime/testing/explain.ts';
import { INVOICE_STATES } from '../domain/lifecycle.ts';
import { SEEDED_RECURRING, seededCustomer, seededQuote, seedInvoices } from '../testing/seed-invoices.ts';
import { type InvoiceTestService, startInvoiceService } from '../testing/start-invoice-service.ts';
import type { InvoiceFilters } from './invoice-filters.ts';
import { listInvoicesQuery, parametersOf } from './list-invoices-query.ts';
import { LIST_ORDERS, type ListOrder } from './list-orders.ts';

const OWNER = randomUUIDv7();
const LIMIT = 20;

/** Enough that reading all of them shows. */
const ROWS = 24_000;

let service: InvoiceTestService;
let connection: ReservedSql;
beforeAll(async () => {
  service = await startInvoiceService();
  await seedInvoices(service.db, randomUUIDv7(), 10);
  await seedInvoices(service.db, OWNER, ROWS);
  connection = await service.db.$client.reserve();
}, 120_000);
afterAll(async () => {
  connection.release();
  await service.stop();
});

/** The plan as prepared statements of the service get it; the first node is the root. */
function explainPage(filters: InvoiceFilters, order: ListOrder): Promise<PlanNode[]> {
  const page = { ownerId: OWNER, filters, order, view: 'FULL', cursor: undefined, limit: LIMIT } as const;
  return explain(connection, listInvoicesQuery(service.db, page).toSQL(), parametersOf(page));
}

const terms = { text: '', tags: [], metadataKey: '', metadataValue: '' };
const FILTERS: Readonly<Record<string, InvoiceFilters>> = {
  'no filter': {},
  'a state': { states: ['OPEN'] },
  'a state that nobody has': { states: ['UNCOLLECTIBLE'] },
  'several states': { states: ['DRAFT', 'OPEN', 'VOID'] },
  'a customer': { customerId: seededCustomer(7) },
  'a recurring invoice': { recurringInvoiceId: SEEDED_RECURRING.busy },
  'a recurring invoice that made few': { recurringInvoiceId: SEEDED_RECURRING.rare },
  'a recurring invoice that made nothing': { recurringInvoiceId: randomUUIDv7() },
  'a recurring invoice and more': {
    recurringInvoiceId: SEEDED_RECURRING.busy,
    customerId: seededCustomer(13),
    states: ['PAID'],
    issueDates: { from: '2021-01-01', to: '2021-12-31' },
  },
  'a quote': { quoteId: seededQuote(OWNER, 41) },
  'a quote that became nothing': { quoteId: randomUUIDv7() },
  'a quote and more': {
    quoteId: seededQuote(OWNER, 41),
    states: ['OPEN', 'PAID'],
    currencyCode: 'EUR',
    dueDates: { from: '2020-01-01', to: '2029-12-31' },
    terms: { ...terms, tags: ['early'] },
  },
  'a currency': { currencyCode: 'USD' },
  'a currency that nobody has': { currencyCode: 'CHF' },
  'a range of issue dates': { issueDates: { from: '2021-01-01', to: '2021-01-31' } },
  'issue dates that nothing has': { issueDates: { from: '2050-01-01', to: '9999-12-31' } },
  'a month of due dates': { dueDates: { from: '2021-01-01', to: '2021-01-31' } },
  'what was due in a month': { states: ['OPEN'], dueDates: { from: '2021-01-01', to: '2021-01-31' } },
  'a wide range of due dates': { dueDates: { from: '0001-01-01', to: '2023-01-01' } },
  'what is overdue': { states: ['OPEN'], dueDates: { from: '0001-01-01', to: '2021-01-31' } },
  'what is not overdue': { notOverdueOn: '2022-01-01' },
  'a range of totals': { totals: { from: 5_000n, to: 5_100n } },
  'a number': { number: 'INV-1001' },
  'the beginning of numbers': { numberPrefix: 'INV-1' },
  'a rare word': { terms: { ...terms, text: 'ITEM77' } },
  'a word of all': { terms: { ...terms, text: 'consulting' } },
  'a word with umlauts': { terms: { ...terms, text: 'Bäckerei' } },
  'two words': { terms: { ...terms, text: 'backerei item9' } },
  'a rare tag': { terms: { ...terms, tags: ['rare'] } },
  'a common tag': { terms: { ...terms, tags: ['common'] } },
  'a tag that only old ones have': { terms: { ...terms, tags: ['early'] } },
  'a tag that nothing has': { terms: { ...terms, tags: ['none'] } },
  'metadata of a key': { terms: { ...terms, metadataKey: 'project' } },
  'metadata of a value': { terms: { ...terms, metadataKey: 'project', metadataValue: 'p5' } },
  'much at once': {
    states: ['OPEN', 'PAID'],
    currencyCode: 'EUR',
    totals: { from: 0n, to: 90_000n },
    terms: { ...terms, text: 'consult', tags: ['common'], metadataKey: 'project' },
  },
};
const orders = Object.keys(LIST_ORDERS) as ListOrder[];
const cases = (names: readonly string[], of: readonly ListOrder[]) =>
  names.flatMap((name) => of.map((order) => [name, order] as const));
const by = (...keys: string[]) => orders.filter((order) => keys.includes(LIST_ORDERS[order].by));

describe('the list of invoices', () => {
  test.each([
    ...cases(['no filter', 'a state', 'a state that nobody has', 'several states'], orders),
    ...cases(['a customer'], by('createTime', 'dueDate')),
    ...cases(
      ['a recurring invoice', 'a recurring invoice that made few', 'a recurring invoice that made nothing'],
      by('createTime'),
    ),
    ...cases(['a quote', 'a quote that became nothing', 'a quote and more'], orders),
    ...cases(['a currency', 'a currency that nobody has'], by('createTime', 'dueDate', 'total')),
    ...cases(['a range of issue dates', 'issue dates that nothing has'], by('issueDate')),
    ...cases(['a wide range of due dates', 'what is overdue'], by('dueDate')),
    ...cases(['a range of totals'], by('total')),
    ...cases(
      ['a rare tag', 'a common tag', 'a tag that only old ones have', 'a tag that nothing has', 'metadata of a value'],
      by('createTime'),
    ),
  ])('by %s, ordered by %s, reads no row that is not on the page', async (name, order) => {
    const plans = await explainPage(FILTERS[name] ?? {}, order);
    expect(plans.filter((plan) => plan['Node Type'] === 'Seq Scan')).toEqual([]);
    const inVain = plans.map((plan) => (plan['Rows Removed by Filter'] ?? 0) * plan['Actual Loops']);
    expect(Math.max(...inVain), 'rows read in vain').toBe(0);
    const states = FILTERS[name]?.states?.length ?? 1;
    // Each row is read once in the order of the list, and perhaps once more for its other columns.
    expect(rowsRead(plans).invoices ?? 0).toBeLessThanOrEqual(2 * (LIMIT + 1) * states);
    expect(rowsRead(plans).invoice_terms ?? 0).toBeLessThanOrEqual(LIMIT + 1);
    // A few blocks for each row, with its lines and search terms.
    expect(blocksRead(plans)).toBeLessThanOrEqual(12 * (LIMIT + 1) * states);
  });

  test.each(
    cases(
      ['a range of issue dates', 'issue dates that nothing has', 'a month of due dates', 'what was due in a month'],
      by('createTime'),
    ),
  )('by %s, ordered by %s, reads of each day no more than the page has', async (name, order) => {
    const plans = await explainPage(FILTERS[name] ?? {}, order);
    expect(plans.filter((plan) => plan['Node Type'] === 'Seq Scan')).toEqual([]);
    const inVain = plans.map((plan) => (plan['Rows Removed by Filter'] ?? 0) * plan['Actual Loops']);
    expect(Math.max(...inVain), 'rows read in vain').toBe(0);
    const days = 31 * (FILTERS[name]?.states?.length ?? INVOICE_STATES.length);
    expect(rowsRead(plans).invoices ?? 0).toBeLessThanOrEqual(days * (LIMIT + 2) + 2 * (LIMIT + 1));
    expect(blocksRead(plans)).toBeLessThanOrEqual((days + 1) * (LIMIT + 10));
  });

  test('is planned for owners who have all invoices there are', async () => {
    const [statistics] = await service.db.$client`
      select n_distinct from pg_stats where tablename = 'invoices' and attname = 'owner_id'`;
    expect(statistics?.n_distinct).toBe(1);
  });

  test.each(
    cases(
      Object.keys(FILTERS),
      orders.filter((order) => order.endsWith('DESC')),
    ),
  )('by %s, ordered by %s, reads a bounded part of all', async (name, order) => {
    const plans = await explainPage(FILTERS[name] ?? {}, order);
    const read = rowsRead(plans);
    const filters = Object.keys(FILTERS[name] ?? {}).length;
    expect(plans.filter((plan) => plan['Node Type'] === 'Seq Scan')).toEqual([]);
    expect(read.invoices ?? 0).toBeLessThanOrEqual(
      GROUPS_MAX + 1 + filters * (FEW_MAX + 1) + FEW_MAX + SCAN_MAX + 2 * (LIMIT + 1),
    );
    expect(blocksRead(plans)).toBeLessThanOrEqual(5 * (GROUPS_MAX + FEW_MAX + SCAN_MAX + LIMIT));
    expect(read.invoice_search ?? 0).toBeLessThanOrEqual(SCAN_MAX);
    // Each word is counted, and then the rarest is read.
    expect(read.invoice_terms ?? 0).toBeLessThanOrEqual(5 * (FEW_MAX + 1) + SCAN_MAX);
  });
});
