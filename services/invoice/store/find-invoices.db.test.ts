import { randomUUIDv7 } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FEW_MAX, SCAN_MAX } from '../../../runtime/database/find-page.ts';
import type { PageCursor } from '../../../runtime/paging/page-token.ts';
import type { InvoiceState } from '../domain/lifecycle.ts';
import { SEEDED_RECURRING, seededCustomer, seededQuote, seedInvoices } from '../testing/seed-invoices.ts';
import { type InvoiceTestService, required, startInvoiceService } from '../testing/start-invoice-service.ts';
import { filtersIn, type InvoiceFilters } from './invoice-filters.ts';
import { prepareListInvoices } from './list-invoices.ts';
import { LIST_ORDERS, type ListOrder, type SortKeyName } from './list-orders.ts';

const OWNER = randomUUIDv7();

/** Enough that some filters match few, and that some pages are not full when reading ends. */
const ROWS = 9_000;

/** An invoice with the fields that the test itself checks. */
interface Row {
  readonly id: string;
  readonly state: InvoiceState;
  readonly number: string | null;
  readonly customer_id: string;
  readonly quote_id: string | null;
  readonly recurring_invoice_id: string | null;
  readonly currency_code: string;
  readonly issue_date: string | null;
  readonly due_date: string;
  readonly total_minor: bigint;
  readonly create_time: string;
  /** Folded as the search does. */
  readonly words: readonly string[];
  readonly tags: readonly string[];
  readonly metadata: Readonly<Record<string, string>>;
}

let service: InvoiceTestService;
let list: ReturnType<typeof prepareListInvoices>;
let rows: readonly Row[];
beforeAll(async () => {
  service = await startInvoiceService();
  await seedInvoices(service.db, randomUUIDv7(), 100);
  await seedInvoices(service.db, OWNER, ROWS);
  list = prepareListInvoices(service.db);
  const found = await service.db.$client<(Omit<Row, 'words'> & { readonly text: string })[]>`
    select id, state, number, customer_id, quote_id, recurring_invoice_id, currency_code, issue_date::text, due_date::text, total_minor, create_time::text,
      concat_ws(' ', replace(number, '-', ' '), memo, customer ->> 'name',
        (select description from invoice_lines where invoice_id = invoices.id)) as text,
      tags, metadata
    from invoices where owner_id = ${OWNER}`;
  const fold = (text: string) => text.toLowerCase().normalize('NFKD').replaceAll(/\p{M}/gu, '').split(' ');
  rows = found.map(({ text, ...row }) => ({ ...row, words: fold(text) }));
}, 120_000);
afterAll(() => service.stop());

/** Everything that the list gives, page by page. */
async function listAll(filters: InvoiceFilters, order: ListOrder, limit: number): Promise<string[]> {
  const found: string[] = [];
  let cursor: PageCursor | undefined;
  do {
    const page = await list({ ownerId: OWNER, filters, order, view: 'BASIC', cursor, limit });
    expect(page.rows.length).toBeLessThanOrEqual(limit);
    found.push(...page.rows.map(({ id }) => id));
    cursor = page.next;
  } while (cursor !== undefined);
  return found;
}

/** The same, found by looking at every row. */
function expected(filters: InvoiceFilters, order: ListOrder): string[] {
  const { by, direction } = LIST_ORDERS[order];
  const sign = direction === 'asc' ? 1 : -1;
  const compare = (a: Row, b: Row) => sign * (compareKeys(KEYS[by](a), KEYS[by](b)) || compareKeys(a.id, b.id));
  return rows
    .filter((row) => fits(row, filters))
    .toSorted(compare)
    .map(({ id }) => id);
}

const KEYS: Readonly<Record<SortKeyName, (row: Row) => string | bigint>> = {
  createTime: (row) => row.create_time,
  dueDate: (row) => row.due_date,
  issueDate: (row) => row.issue_date ?? 'infinity',
  total: (row) => row.total_minor,
  number: (row) => BigInt(row.number?.slice('INV-'.length) ?? '-1'),
};

function compareKeys<T extends string | bigint>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function fits(row: Row, filters: InvoiceFilters): boolean {
  const { states, customerId, currencyCode, issueDates, dueDates, totals, number, numberPrefix, terms } = filters;
  const wanted = (terms?.text ?? '').split(' ').filter((word) => word !== '');
  return (
    (states?.includes(row.state) ?? true) &&
    (customerId === undefined || row.customer_id === customerId) &&
    (filters.quoteId === undefined || row.quote_id === filters.quoteId) &&
    (filters.recurringInvoiceId === undefined || row.recurring_invoice_id === filters.recurringInvoiceId) &&
    (currencyCode === undefined || row.currency_code === currencyCode) &&
    (issueDates === undefined || (row.issue_date !== null && isIn(row.issue_date, issueDates))) &&
    (dueDates === undefined || isIn(row.due_date, dueDates)) &&
    (totals === undefined || isIn(row.total_minor, totals)) &&
    (number === undefined || row.number === number) &&
    (numberPrefix === undefined || (row.number?.startsWith(numberPrefix) ?? false)) &&
    (filters.notOverdueOn === undefined || !(row.state === 'OPEN' && row.due_date < filters.notOverdueOn)) &&
    wanted.every((word, index) =>
      index === wanted.length - 1 ? row.words.some((each) => each.startsWith(word)) : row.words.includes(word),
    ) &&
    (terms?.tags ?? []).every((tag) => row.tags.includes(tag)) &&
    (terms === undefined || terms.metadataKey === '' || isLabelled(row, terms.metadataKey, terms.metadataValue))
  );
}

function isIn<T>(value: T, { from, to }: { readonly from: T; readonly to: T }): boolean {
  return value >= from && value <= to;
}

function isLabelled({ metadata }: Row, key: string, value: string): boolean {
  return Object.hasOwn(metadata, key) && (value === '' || metadata[key] === value);
}

const day = fc.constantFrom('2020-01-01', '2020-03-15', '2020-12-31', '2021-06-01', '2022-01-01', '2022-05-30');
const total = fc.bigInt(0n, 100_000n);
const ordered = <T extends string | bigint>(value: fc.Arbitrary<T>) =>
  fc.tuple(value, value).map(([a, b]) => (a < b ? { from: a, to: b } : { from: b, to: a }));
const terms = fc
  .record({
    text: fc.constantFrom(
      '',
      'consulting',
      'item',
      'item12',
      'backerei item9',
      'inv 77',
      'consult',
      'ada con',
      'nothing',
    ),
    tags: fc.subarray(['rare', 'common', 'early', 'none'], { maxLength: 2 }),
    metadataKey: fc.constantFrom('', '', 'project', 'phase'),
    metadataValue: fc.constantFrom('', 'p7', 'p200', 'q'),
  })
  .filter(({ text, tags, metadataKey }) => text !== '' || tags.length > 0 || metadataKey !== ''); // else nothing is searched for
const filters: fc.Arbitrary<InvoiceFilters> = fc.record(
  {
    states: fc.subarray<InvoiceState>(['DRAFT', 'OPEN', 'PAID', 'VOID', 'UNCOLLECTIBLE']),
    customerId: fc.integer({ min: 0, max: 101 }).map(seededCustomer),
    quoteId: fc.constantFrom(1, 41, 81, 82).map((n) => seededQuote(OWNER, n)),
    recurringInvoiceId: fc.constantFrom(SEEDED_RECURRING.busy, SEEDED_RECURRING.rare, OWNER),
    currencyCode: fc.constantFrom('EUR', 'USD', 'CHF'),
    issueDates: ordered(day),
    dueDates: ordered(day),
    totals: ordered(total),
    number: fc.constantFrom('INV-77', 'INV-1', 'INV-8999', 'INV'),
    numberPrefix: fc.constantFrom('INV-', 'INV-1', 'INV-77', 'X'),
    notOverdueOn: day,
    terms,
  },
  { requiredKeys: [] },
);
/** Few of all filters at once, so that something matches. */
const someFilters = fc
  .tuple(filters, fc.subarray(filtersIn(EVERY_FILTER()), { minLength: 1, maxLength: 3 }))
  .map(([all, kept]) => Object.fromEntries(Object.entries(all).filter(([name]) => kept.some((each) => each === name))));

/** An object with every filter, for their names. */
function EVERY_FILTER(): InvoiceFilters {
  const range = { from: '', to: '' };
  const search = { text: '', tags: [], metadataKey: '', metadataValue: '' };
  return {
    ...{
      states: [],
      customerId: '',
      quoteId: '',
      recurringInvoiceId: '',
      currencyCode: '',
      issueDates: range,
      dueDates: range,
      number: '',
      numberPrefix: '',
    },
    ...{ totals: { from: 0n, to: 0n }, notOverdueOn: '', terms: search },
  };
}
const orders = fc.constantFrom(...(Object.keys(LIST_ORDERS) as ListOrder[]));

describe('all pages of a list', () => {
  test('have exactly what fits, in the order asked for, whatever the filters and the size of a page', async () => {
    await fc.assert(
      fc.asyncProperty(someFilters, orders, fc.constantFrom(400, 3_000), async (wanted, order, limit) => {
        expect(await listAll(wanted, order, limit)).toEqual(expected(wanted, order));
      }),
      // Reading everything takes longest, so once is enough.
      { numRuns: 20, examples: [[{}, 'NUMBER_DESC', 3_000]] },
    );
  }, 180_000);

  test('are found day by day, in the order of creation, where a range has few days', async () => {
    const days = { from: '2020-03-01', to: '2020-04-10' };
    const ranges: InvoiceFilters[] = [
      { issueDates: days },
      { dueDates: days },
      { dueDates: days, states: ['OPEN', 'PAID'] },
    ];
    for (const order of ['CREATE_TIME_ASC', 'CREATE_TIME_DESC'] as const) {
      for (const wanted of ranges) {
        expect(expected(wanted, order).length).toBeGreaterThan(150);
        expect(await listAll(wanted, order, 70)).toEqual(expected(wanted, order));
      }
    }
  });

  test('are found where few fit, where many do, and where none of those that may be read for a page', async () => {
    const late = { numberPrefix: 'INV-8' }; // some 1,100 of the last ones
    const early = { dueDates: { from: '2020-01-01', to: '2020-12-01' } }; // some 3,000 of the first ones
    expect(expected(late, 'NUMBER_DESC').length).toBeLessThan(FEW_MAX);
    expect(expected(early, 'NUMBER_DESC').length).toBeGreaterThan(FEW_MAX);
    for (const order of Object.keys(LIST_ORDERS) as ListOrder[]) {
      for (const wanted of [late, early]) expect(await listAll(wanted, order, 500)).toEqual(expected(wanted, order));
    }
    const page = { ownerId: OWNER, filters: early, order: 'NUMBER_DESC', view: 'BASIC', limit: 20 } as const;
    const first = await list({ ...page, cursor: undefined });
    expect(first.rows).toEqual([]);
    const [cursor] = required(first.next);
    const passed = rows.filter(({ number }) => BigInt(number?.slice(4) ?? -1) >= BigInt(cursor?.slice(4) ?? 0));
    expect(passed).toHaveLength(SCAN_MAX);
  }, 60_000);
});
