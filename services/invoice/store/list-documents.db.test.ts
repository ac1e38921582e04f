import { randomUUIDv7 } from 'node:crypto';
import type { ReservedSql } from 'postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FEW_MAX, GROUPS_MAX, SCAN_MAX } from '../../../runtime/database/find-page.ts';
import type { PageCursor } from '../../../runtime/paging/page-token.ts';
import { blocksRead, explain, type PlanNode, rowsRead } from '../../../runtime/testing/explain.ts';
import { seedCreditNotes, seedQuotes } from '../testing/seed-documents.ts';
import { seededCustomer } from '../testing/seed-invoices.ts';
import { type InvoiceTestService, startInvoiceService } from '../testing/start-invoice-service.ts';
import type { DocumentFilters } from './document-filters.ts';
import { listCreditNotesQuery } from './list-credit-notes.ts';
import { documentParameters } from './list-documents.ts';
import { listQuotesQuery } from './list-quotes.ts';

const OWNER = randomUUIDv7();
const LIMIT = 20;

/** Enough that reading all of them shows. */
const ROWS = 24_000;

let service: InvoiceTestService;
let connection: ReservedSql;
let creditedInvoiceId: string;
beforeAll(async () => {
  service = await startInvoiceService();
  const { db } = service;
  await seedQuotes(db, OWNER, ROWS);
  await seedCreditNotes(db, OWNER, ROWS);
  await db.$client`analyze quotes, credit_notes`;
  const [credited] = await db.$client<{ invoice_id: string }[]>`select invoice_id from credit_notes limit 1`;
  creditedInvoiceId = credited?.invoice_id ?? '';
  connection = await db.$client.reserve();
}, 120_000);
afterAll(async () => {
  connection.release();
  await service.stop();
});

interface Case {
  readonly filters: DocumentFilters;
  readonly cursor?: PageCursor;
}

/** The plan of a page, of which the first node is the root. */
function explainPage(list: keyof typeof QUERIES, { filters, cursor }: Case): Promise<PlanNode[]> {
  const query = QUERIES[list](service.db, filters).toSQL();
  return explain(connection, query, documentParameters({ ownerId: OWNER, filters, cursor, limit: LIMIT }));
}

const QUERIES = { quotes: listQuotesQuery, credit_notes: listCreditNotesQuery } as const;

const later = ['2025-01-01 00:00:00+00', randomUUIDv7()];
const days = { from: '2021-01-01', to: '2021-01-31' };

/** Cases that an index has in the order of the list. */
const IN_ORDER: Readonly<Record<keyof typeof QUERIES, Readonly<Record<string, () => Case>>>> = {
  quotes: {
    'no filter': () => ({ filters: {} }),
    'no filter, on a later page': () => ({ filters: {}, cursor: later }),
    'a customer': () => ({ filters: { customerId: seededCustomer(7) } }),
    'a customer without any': () => ({ filters: { customerId: randomUUIDv7() } }),
    'a state': () => ({ filters: { states: ['DECLINED'] } }),
    'several states, on a later page': () => ({ filters: { states: ['DRAFT', 'SENT', 'ACCEPTED'] }, cursor: later }),
    'a number': () => ({ filters: { number: 'Q-1001' } }),
    'a number that none has': () => ({ filters: { number: 'Q-' } }),
    'a number and all else': () => ({ filters: { ...everything('Q-'), number: 'Q-1001' } }),
  },
  credit_notes: {
    'no filter': () => ({ filters: {} }),
    'no filter, on a later page': () => ({ filters: {}, cursor: later }),
    'a customer': () => ({ filters: { customerId: seededCustomer(7) } }),
    'an invoice': () => ({ filters: { invoiceId: creditedInvoiceId } }),
    'an invoice without any': () => ({ filters: { invoiceId: randomUUIDv7() } }),
    'a number': () => ({ filters: { number: 'CN-1001' } }),
    'a number and all else': () => ({
      filters: { numberPrefix: 'CN-', customerId: seededCustomer(7), issueDates: days, number: 'CN-1001' },
    }),
  },
};

function everything(numberPrefix: string): DocumentFilters {
  const issueDates = { from: '2020-01-01', to: '2029-12-31' };
  return {
    numberPrefix,
    customerId: seededCustomer(7),
    issueDates,
    states: ['SENT', 'ACCEPTED'],
    expiredOn: '2026-01-01',
  };
}

/** Cases of filters that both lists have, of which no index has both all filters and the order. */
const SHARED: Readonly<Record<string, (letters: string) => DocumentFilters>> = {
  'the beginning of all numbers': (letters) => ({ numberPrefix: `${letters}-` }),
  'the beginning of some numbers': (letters) => ({ numberPrefix: `${letters}-12` }),
  'the beginning of no number': () => ({ numberPrefix: 'X' }),
  'a month': () => ({ issueDates: days }),
  'many years': () => ({ issueDates: { from: '2020-01-01', to: '2029-12-31' } }),
  'the first years': () => ({ issueDates: { from: '0001-01-01', to: '2021-06-30' } }),
  'days that none has': () => ({ issueDates: { from: '2050-01-01', to: '9999-12-31' } }),
  'a customer and a month': () => ({ customerId: seededCustomer(7), issueDates: days }),
  'a customer and many years': () => ({
    customerId: seededCustomer(7),
    issueDates: { from: '2020-01-01', to: '2029-12-31' },
  }),
  'a customer and a beginning': (letters) => ({ customerId: seededCustomer(7), numberPrefix: `${letters}-1` }),
  'a beginning and many years': (letters) => ({
    numberPrefix: `${letters}-`,
    issueDates: { from: '2020-01-01', to: '2022-12-31' },
  }),
};
const SEARCHED: Readonly<Record<keyof typeof QUERIES, Readonly<Record<string, () => DocumentFilters>>>> = {
  quotes: {
    ...Object.fromEntries(Object.entries(SHARED).map(([name, filters]) => [name, () => filters('Q')])),
    'a customer and a state': () => ({ customerId: seededCustomer(7), states: ['SENT'] }),
    'a state and many years': () => ({ states: ['DECLINED'], issueDates: { from: '2020-01-01', to: '2029-12-31' } }),
    'states and a beginning': () => ({ states: ['SENT', 'DECLINED'], numberPrefix: 'Q-' }),
    'what is sent and has not expired': () => ({ states: ['SENT'], notExpiredOn: '2029-01-01' }),
    'what is sent and has expired': () => ({ states: ['SENT'], expiredOn: '2020-01-01' }),
    'drafts and what has expired': () => ({ states: ['DRAFT', 'SENT'], expiredOn: '2020-01-01' }),
    everything: () => everything('Q-'),
  },
  credit_notes: {
    ...Object.fromEntries(Object.entries(SHARED).map(([name, filters]) => [name, () => filters('CN')])),
    'an invoice and a customer': () => ({ invoiceId: creditedInvoiceId, customerId: seededCustomer(8) }),
    'an invoice and a month': () => ({ invoiceId: creditedInvoiceId, issueDates: days }),
    everything: () => ({
      invoiceId: creditedInvoiceId,
      customerId: seededCustomer(8),
      numberPrefix: 'CN-',
      issueDates: { from: '2020-01-01', to: '2029-12-31' },
    }),
  },
};

describe.each(['quotes', 'credit_notes'] as const)('the list of %s', (list) => {
  test.each(Object.keys(IN_ORDER[list]))('by %s reads no row that is not on the page', async (name) => {
    const wanted = IN_ORDER[list][name]?.() ?? { filters: {} };
    const plans = await explainPage(list, wanted);
    expect(plans.filter((plan) => plan['Node Type'] === 'Seq Scan')).toEqual([]);
    const inVain = plans.map((plan) => (plan['Rows Removed by Filter'] ?? 0) * plan['Actual Loops']);
    expect(Math.max(...inVain), 'rows read in vain').toBeLessThanOrEqual(1);
    const states = wanted.filters.states?.length ?? 1;
    expect(rowsRead(plans)[list] ?? 0).toBeLessThanOrEqual(2 * (LIMIT + 1) * states);
    expect(blocksRead(plans)).toBeLessThanOrEqual(6 * (LIMIT + 1) * states);
  });

  test.each(Object.keys(SEARCHED[list]))('by %s reads a bounded part of all', async (name) => {
    const filters = SEARCHED[list][name]?.() ?? {};
    const plans = await explainPage(list, { filters });
    expect(plans.filter((plan) => plan['Node Type'] === 'Seq Scan')).toEqual([]);
    const counted = Object.keys(filters).length * (FEW_MAX + 1);
    expect(rowsRead(plans)[list] ?? 0).toBeLessThanOrEqual(
      GROUPS_MAX * (LIMIT + 2) + counted + FEW_MAX + SCAN_MAX + 2 * (LIMIT + 1),
    );
    expect(blocksRead(plans)).toBeLessThanOrEqual(5 * (GROUPS_MAX + FEW_MAX + SCAN_MAX + LIMIT));
  });

  test('by a month reads of each day no more than the page has', async () => {
    const plans = await explainPage(list, { filters: { issueDates: days } });
    const inVain = plans.map((plan) => (plan['Rows Removed by Filter'] ?? 0) * plan['Actual Loops']);
    expect(Math.max(...inVain), 'rows read in vain').toBe(0);
    expect(rowsRead(plans)[list] ?? 0).toBeLessThanOrEqual(31 * (LIMIT + 2) + 2 * (LIMIT + 1));
  });
});
