import { randomUUIDv7 } from 'node:crypto';
import { afterEach, expect, test } from 'vitest';
import { closeDatabase, type Database, openDatabase } from '../../runtime/database/database.ts';
import { migrate } from '../../runtime/database/migrate.ts';
import { migrationsOf } from '../../runtime/process/start-service.ts';
import { migrationsBefore } from '../../runtime/testing/migrations-before.ts';
import { createTestDatabase, type TestDatabase } from '../../runtime/testing/postgres.ts';
import { waitUntil } from '../../runtime/testing/wait-until.ts';
import { invoiceService } from './service.ts';
import { prepareListInvoices } from './store/list-invoices.ts';
import { prepareReadStatement } from './store/read-statement.ts';
import { seededCustomer, seedInvoices } from './testing/seed-invoices.ts';

const OWNER = randomUUIDv7();

let database: TestDatabase;
let db: Database;
afterEach(async () => {
  await closeDatabase(db);
  await database.drop();
});

/** Makes a database with invoices as it was in the version before these migrations. */
async function begin(runtime = '0007_fold_all_letters', own = '0020_order_words_of_invoices'): Promise<void> {
  database = await createTestDatabase({ migrations: migrationsBefore(invoiceService, { runtime, own }) });
  db = openDatabase({ url: database.url, applicationName: 'test', connectionsMax: 3 });
  await seedInvoices(db, OWNER, 8);
}

const upgrade = () => migrate(database.url, migrationsOf(invoiceService));

/** Resolves when this many statements are waiting for the table of invoices. */
const untilWaiting = (count: number) =>
  waitUntil(async () => {
    const waiting = await db.$client`select from pg_locks where not granted and relation = 'invoices'::regclass`;
    return waiting.length === count;
  });

/** Gives the invoice with this number a memo. */
const setMemo = (number: string, memo: string) =>
  db.$client`update invoices set memo = ${memo} where owner_id = ${OWNER} and number = ${number}`;

/** Leaves an invoice with ASCII letters alone; all others with a number have a customer whose name has umlauts. */
async function forgetUmlauts(number: string): Promise<void> {
  await db.$client`alter table invoices disable trigger invoices_frozen`;
  await db.$client`update invoices set customer = '{"name": "Ada"}', memo = 'None' where number = ${number}`;
  await db.$client`alter table invoices enable trigger invoices_frozen`;
}

/** The numbers of the invoices that a text finds. */
async function find(text: string): Promise<(string | null)[]> {
  const terms = { text, tags: [], metadataKey: '', metadataValue: '' };
  const page = { order: 'NUMBER_ASC', view: 'BASIC', cursor: undefined, limit: 10 } as const;
  const { rows } = await prepareListInvoices(db)({ ownerId: OWNER, filters: { terms }, ...page });
  return rows.map(({ number }) => number);
}

test('an upgrade indexes the invoices anew whose words are others, and leaves the others as they are', async () => {
  await begin();
  await forgetUmlauts('INV-4');
  const manyWords = Array.from({ length: 1_100 }, (_, index) => index.toString(36)).join(' ');
  await setMemo('INV-1', 'Привет');
  await setMemo('INV-2', 'Ærø ΟΔΟΣ');
  await setMemo('INV-3', manyWords);
  const versions = () => db.$client<{ number: string | null; version: string }[]>`
    select number, invoice_search.xmin::text as version from invoice_search join invoices on id = invoice_id order by number`;
  const before = await versions();
  await upgrade();
  const after = await versions();
  const changed = after.filter(({ version }, index) => version !== before[index]?.version);
  const others = ['INV-1', 'INV-2', 'INV-3', 'INV-5', 'INV-6', 'INV-7'];
  expect(changed.map(({ number }) => number)).toEqual(others);
  expect([await find('backerei'), await find('baeckerei')]).toEqual([others, others]);
  expect([await find('привет'), await find('aero'), await find('οδος')]).toEqual([['INV-1'], ['INV-2'], ['INV-2']]);
  expect([await find('inv 3 backerei'), await find('inv 3 0 1 2')]).toEqual([['INV-3'], ['INV-3']]);
  const [different] = await db.$client`
    select count(*)::integer as count from invoices join invoice_search on invoice_id = id where terms <> terms_of_invoice(invoices)`;
  const [kept] = await db.$client`
    select count(*)::integer as count from (
      select invoice_id, unnest(tsvector_to_array(terms)) collate "C" from invoice_search except
      select invoice_id, term from invoice_terms
    ) as missing`;
  expect([different, kept]).toEqual([{ count: 0 }, { count: 0 }]);
});

test.each([
  ['0007_fold_all_letters', '0020_order_words_of_invoices', 'Привет', 'привет'],
  ['0012_spell_out_umlauts', '0038_spell_out_umlauts', 'Grüße', 'gruesse'],
])('an upgrade from before %s indexes anew what was being written meanwhile', async (runtime, own, memo, text) => {
  await begin(runtime, own);
  const writer = await db.$client.reserve();
  await writer`begin`;
  await writer`update invoices set memo = ${memo} where owner_id = ${OWNER} and number = 'INV-1'`;
  const upgraded = upgrade();
  await untilWaiting(1);
  await writer`commit`;
  writer.release();
  await upgraded;
  expect(await find(text)).toEqual(['INV-1']);
});

test('an upgrade that spells out umlauts lets others write, also drafts while it indexes what was opened', async () => {
  await begin('0012_spell_out_umlauts', '0038_spell_out_umlauts');
  const writer = await db.$client.reserve();
  await writer`begin`;
  await writer`
    select from invoice_search join invoices on id = invoice_id where number = 'INV-7' for update of invoice_search`;
  const upgraded = upgrade();
  await waitUntil(async () => (await db.$client`select from pg_locks where not granted`).length > 0);
  await db.$client`update invoices set customer_name = 'Götz' where state = 'DRAFT'`;
  await writer`commit`;
  writer.release();
  await upgraded;
  expect([await find('baeckerei 7'), await find('goetz')]).toEqual([['INV-7'], [null]]);
});

test('an upgrade from the version before finds the words beside symbols', async () => {
  await begin('0008_separate_words_by_symbols', '0022_wait_for_words_with_symbols');
  await setMemo('INV-1', '2×Chairs');
  await setMemo('INV-2', 'Coffee☕ later');
  expect(await db.$client`select from invoice_terms where term = 'chairs'`).toHaveLength(0);
  await upgrade();
  expect([await find('chairs'), await find('coffee later'), await find('2')]).toEqual([
    ['INV-1'],
    ['INV-2'],
    ['INV-1', 'INV-2'],
  ]);
});

test('an upgrade tells revisions the number of what they replace, and the document of none is changed', async () => {
  await begin('0011_index_dead_letters_by_owner', '0027_add_facts_of_supply_and_order');
  const invoices = () => db.$client<{ number: string | null; row: Record<string, unknown> }[]>`
    select number, to_jsonb(invoices) - 'revises_invoice_number' as row from invoices order by number`;
  await db.$client`alter table invoices disable trigger invoices_frozen`;
  await db.$client`
    update invoices set revises_invoice_id = original.id from invoices as original
    where original.number = 'INV-3' and (invoices.number = 'INV-1' or invoices.state = 'DRAFT')`;
  await db.$client`alter table invoices enable trigger invoices_frozen`;
  const before = await invoices();
  await upgrade();
  const facts = { buyer_reference: '', purchase_order_reference: '' };
  const dates = { delivery_date: null, period_start_date: null, period_end_date: null };
  // Later migrations add columns of their own.
  expect(await invoices()).toMatchObject(
    before.map(({ number, row }) => ({ number, row: { ...row, ...facts, ...dates } })),
  );
  const told = await db.$client`
    select number, revises_invoice_number as replaced from invoices where revises_invoice_number is not null order by number`;
  expect(told).toEqual([
    { number: 'INV-1', replaced: 'INV-3' },
    { number: null, replaced: 'INV-3' },
  ]);
  const change = db.$client`update invoices set delivery_date = '2026-01-01' where number = 'INV-1'`;
  await expect(change).rejects.toMatchObject({ code: '23001' });
});

test('an upgrade that waits for who is writing and who reads a statement meanwhile let each other go on', async () => {
  await begin('0009_make_search_terms', '0024_write_with_less_work');
  const writer = await db.$client.reserve();
  await writer`begin`;
  await writer`update invoices set memo = 'Bread' where owner_id = ${OWNER} and number = 'INV-1'`;
  const upgraded = upgrade();
  await untilWaiting(1);
  const all = { fromDate: undefined, toDate: undefined, currencyCode: undefined, cursor: undefined };
  const read = prepareReadStatement(db)({ ...all, ownerId: OWNER, customerId: seededCustomer(1), limit: 10 });
  await untilWaiting(2);
  await writer`commit`;
  writer.release();
  const [applied, { entries }] = await Promise.all([upgraded, read]);
  expect(applied).toContain('invoice/0024_write_with_less_work');
  expect(entries).toHaveLength(1);
});
