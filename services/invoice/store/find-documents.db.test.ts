import { randomUUIDv7 } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FEW_MAX } from '../../../runtime/database/find-page.ts';
import type { FoundPage } from '../../../runtime/paging/found-page.ts';
import type { PageCursor } from '../../../runtime/paging/page-token.ts';
import { seedCreditNotes, seedQuotes } from '../testing/seed-documents.ts';
import { seededCustomer } from '../testing/seed-invoices.ts';
import { type InvoiceTestService, startInvoiceService } from '../testing/start-invoice-service.ts';
import type { DocumentFilters } from './document-filters.ts';
import { prepareListCreditNotes } from './list-credit-notes.ts';
import type { DocumentPage } from './list-documents.ts';
import { prepareListQuotes } from './list-quotes.ts';

const OWNER = randomUUIDv7();

/** Enough that some filters match few, and that some pages are not full when reading ends. */
const ROWS = 9_000;

/** A document with the fields that the test itself checks. */
interface Row {
  readonly id: string;
  readonly state: string;
  readonly number: string | null;
  readonly customer_id: string;
  readonly invoice_id: string | null;
  readonly issue_date: string | null;
  readonly expire_date: string | null;
}

type List = (page: DocumentPage) => Promise<FoundPage<{ readonly id: string }>>;

let service: InvoiceTestService;
/** Each list with all documents of the owner, newest first. */
let lists: Readonly<Record<'quotes' | 'creditNotes', { readonly list: List; readonly rows: readonly Row[] }>>;
beforeAll(async () => {
  service = await startInvoiceService();
  const { db } = service;
  await seedQuotes(db, OWNER, ROWS);
  await seedCreditNotes(db, OWNER, ROWS);
  await seedQuotes(db, randomUUIDv7(), 100);
  await seedCreditNotes(db, randomUUIDv7(), 100);
  const [quotes, creditNotes] = await Promise.all([
    db.$client<Row[]>`
      select id, state, number, customer_id, null as invoice_id, issue_date::text, expire_date::text from quotes
      where owner_id = ${OWNER} order by create_time desc, id desc`,
    db.$client<Row[]>`
      select id, '' as state, number, customer_id, invoice_id, issue_date::text, null as expire_date from credit_notes
      where owner_id = ${OWNER} order by create_time desc, id desc`,
  ]);
  lists = {
    quotes: { list: prepareListQuotes(db), rows: quotes },
    creditNotes: { list: prepareListCreditNotes(db), rows: creditNotes },
  };
}, 120_000);
afterAll(() => service.stop());

/** Everything that a list gives, page by page. */
async function listAll(list: List, filters: DocumentFilters, limit: number): Promise<string[]> {
  const found: string[] = [];
  let cursor: PageCursor | undefined;
  do {
    const page = await list({ ownerId: OWNER, filters, cursor, limit });
    expect(page.rows.length).toBeLessThanOrEqual(limit);
    found.push(...page.rows.map(({ id }) => id));
    cursor = page.next;
  } while (cursor !== undefined);
  return found;
}

/** The same, found by looking at every row. */
const expected = (rows: readonly Row[], filters: DocumentFilters) =>
  rows.filter((row) => fits(row, filters)).map(({ id }) => id);

function fits(row: Row, filters: DocumentFilters): boolean {
  const { number, numberPrefix, invoiceId, customerId, issueDates, states, notExpiredOn, expiredOn } = filters;
  const expiresBefore = (day: string) => row.expire_date !== null && row.expire_date < day;
  return (
    (number === undefined || row.number === number) &&
    (numberPrefix === undefined || (row.number?.startsWith(numberPrefix) ?? false)) &&
    (invoiceId === undefined || row.invoice_id === invoiceId) &&
    (customerId === undefined || row.customer_id === customerId) &&
    (issueDates === undefined ||
      (row.issue_date !== null && row.issue_date >= issueDates.from && row.issue_date <= issueDates.to)) &&
    (states?.includes(row.state) ?? true) &&
    (notExpiredOn === undefined || row.state !== 'SENT' || !expiresBefore(notExpiredOn)) &&
    (expiredOn === undefined || row.state !== 'SENT' || expiresBefore(expiredOn))
  );
}

const day = fc.constantFrom('2020-01-01', '2020-03-15', '2020-12-31', '2021-06-01', '2022-01-01', '2022-05-30');
const shared = (letters: string) => ({
  number: fc.constantFrom('77', '1', '8999', '').map((digits) => `${letters}-${digits}`),
  numberPrefix: fc.constantFrom('', '1', '77', 'X').map((digits) => `${letters}-${digits}`),
  customerId: fc.integer({ min: 0, max: 101 }).map(seededCustomer),
  issueDates: fc.tuple(day, day).map(([a, b]) => (a < b ? { from: a, to: b } : { from: b, to: a })),
});
/** Few of the filters at once, so that something matches. */
const some = (filters: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<DocumentFilters> =>
  fc
    .subarray(Object.entries(filters), { minLength: 1, maxLength: 3 })
    .chain((kept) => fc.record(Object.fromEntries(kept)) as fc.Arbitrary<DocumentFilters>);

describe('all pages of a list', () => {
  test('of quotes have exactly what fits, newest first, whatever the filters and the size of a page', async () => {
    const states = ['DRAFT', 'SENT', 'ACCEPTED', 'DECLINED', 'INVOICED'];
    const filters = some({
      ...shared('Q'),
      states: fc.subarray(states, { minLength: 1 }),
      notExpiredOn: day,
      expiredOn: day,
    });
    const { list, rows } = lists.quotes;
    await fc.assert(
      fc.asyncProperty(filters, fc.constantFrom(400, 3_000), async (wanted, limit) => {
        expect(await listAll(list, wanted, limit)).toEqual(expected(rows, wanted));
      }),
      // Reading everything takes longest, so once is enough.
      { numRuns: 20, examples: [[{}, 3_000]] },
    );
  }, 120_000);

  test('of credit notes have exactly what fits, newest first, whatever the filters and the size of a page', async () => {
    const { list, rows } = lists.creditNotes;
    const invoiceIds = new Set(rows.flatMap(({ invoice_id: id }) => (id === null ? [] : [id])));
    const filters = some({ ...shared('CN'), invoiceId: fc.constantFrom(...invoiceIds, OWNER) });
    await fc.assert(
      fc.asyncProperty(filters, fc.constantFrom(400, 3_000), async (wanted, limit) => {
        expect(await listAll(list, wanted, limit)).toEqual(expected(rows, wanted));
      }),
      // Reading everything takes longest, so once is enough.
      { numRuns: 20, examples: [[{}, 3_000]] },
    );
  }, 120_000);

  test.each(['quotes', 'creditNotes'] as const)(
    'of %s are found day by day, and where few, many or none fit',
    async (name) => {
      const { list, rows } = lists[name];
      const wanted: DocumentFilters[] = [
        { issueDates: { from: '2020-03-01', to: '2020-04-10' } },
        { issueDates: { from: '2020-01-01', to: '2021-12-31' } },
        { issueDates: { from: '2020-01-01', to: '2020-10-31' }, numberPrefix: name === 'quotes' ? 'Q-' : 'CN-' },
        { issueDates: { from: '2030-01-01', to: '2030-12-31' } },
      ];
      const counts = wanted.map((filters) => expected(rows, filters).length);
      expect(counts).toEqual([expect.any(Number), expect.any(Number), expect.any(Number), 0]);
      expect(counts[0]).toBeGreaterThan(300);
      expect(Math.min(counts[1] ?? 0, counts[2] ?? 0)).toBeGreaterThan(FEW_MAX);
      for (const filters of wanted) expect(await listAll(list, filters, 70)).toEqual(expected(rows, filters));
    },
  );
});
