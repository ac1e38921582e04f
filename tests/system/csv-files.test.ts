import { beforeAll, expect, test } from 'vitest';
import { type Api, addCustomer, addOpenInvoice, signUp } from './testing/api.ts';
import { useSharedNumer } from './testing/use-numer.ts';

const numer = useSharedNumer();
const url = () => numer().url;

let api: Api;
beforeAll(async () => {
  api = await signUp(url);
});

/** A file, downloaded as by a browser, which saves it under a name. */
async function download(
  path: string,
): Promise<{ readonly type: string | null; readonly name: string | undefined; readonly rows: readonly string[] }> {
  const response = await fetch(url() + path, { headers: { authorization: `Bearer ${api.accessToken}` } });
  expect(response.status).toBe(200);
  const [, name] = /^attachment; filename="(.*)"$/.exec(response.headers.get('content-disposition') ?? '') ?? [];
  const rows = (await response.text()).trimEnd().split('\r\n');
  return { type: response.headers.get('content-type'), name, rows };
}

const csv = { 'content-type': 'text/csv' };

test('customers and invoices come in as CSV files over REST, and go out as such', async () => {
  const customers = 'name,reference\nAda,K-1\nGrace,K-2\n';
  const checked = await api.call('POST', '/customers/import?dryRun=true', {
    text: 'name,reference\n,K-1\n',
    headers: csv,
  });
  expect(checked.body.errors).toMatchObject([{ row: 2, column: 'name' }]);
  const refused = await api.call('POST', '/customers/import', { text: 'name,reference\n,K-1\n', headers: csv });
  expect(refused).toMatchObject({ status: 400, body: { reason: 'IMPORT_INVALID' } });
  expect(refused.body.errors[0].detail).toMatch(/^row 2: name /);
  const imported = await api.call('POST', '/customers/import', { text: customers, headers: csv });
  expect(imported).toMatchObject({ status: 200, body: { createdCount: 2, existingCount: 0 } });

  const lines = 'invoice,customer_reference,due_date,description,quantity,unit_price\n';
  const rows = Array.from({ length: 150 }, (_, n) => `${n},K-${(n % 2) + 1},2099-01-01,Bread,${n + 1},1\n`);
  const file = { text: lines + rows.join(''), headers: { ...csv, 'idempotency-key': 'invoices' } };
  const first = await api.call('POST', '/invoices/import', file);
  expect(first.body.invoices).toHaveLength(150);
  const again = await api.call('POST', '/invoices/import', file);
  expect(again.headers.get('idempotent-replayed')).toBe('true');
  expect(again.body).toEqual(first.body);

  const invoices = await download('/invoices/csv?filter.text=ada&filter.order=TOTAL_DESC');
  expect([invoices.type, invoices.name]).toEqual(['text/csv; charset=utf-8; header=present', 'invoices.csv']);
  expect(invoices.rows).toHaveLength(76);
  expect(invoices.rows[0]).toMatch(/^id,number,state,/);
  expect(invoices.rows[1]).toContain(',DRAFT,');
  const found = await download('/customers/csv?filter.reference=K-2');
  expect([found.name, found.rows.length]).toEqual(['customers.csv', 2]);
});

test('a file is read in the encoding and the formats that the request names', async () => {
  const customer = Buffer.from('name;reference\r\nB\xe4ckerei;K-3\r\n', 'latin1');
  const send = (path: string, text: Buffer, type: string) =>
    fetch(url() + path, {
      method: 'POST',
      headers: { authorization: `Bearer ${api.accessToken}`, 'content-type': type },
      body: new Uint8Array(text),
    }).then(async (response) => ({ status: response.status, body: await response.json() }));
  expect(await send('/customers/import', customer, 'text/csv')).toMatchObject({
    status: 400,
    body: { errors: [{ detail: expect.stringContaining('line 2 is not: "B\uFFFDckerei;K-3"') }] },
  });
  const named = await send('/customers/import', customer, 'text/csv; charset=windows-1252');
  expect(named).toMatchObject({ status: 200, body: { createdCount: 1 } });
  const [saved] = await api.list('/customers?reference=K-3', 'customers');
  expect(saved.name).toBe('Bäckerei');

  const rows =
    'invoice;customer_reference;due_date;description;quantity;unit_price\nA;K-3;31.12.2099;Brot;1,5;1.000,00\n';
  const path = '/invoices/import?dryRun=true&decimalSeparator=COMMA&dateFormat=DAY_MONTH_YEAR';
  const checked = await api.call('POST', path, { text: rows, headers: csv });
  expect(checked.body.invoices).toMatchObject([{ key: 'A', totalMinor: '150000' }]);
  const unread = await api.call('POST', '/invoices/import', { text: rows, headers: csv });
  expect(unread.body.errors[0].detail).toMatch(/^row 2: due_date .*import with dateFormat=DAY_MONTH_YEAR/);
  const unknown = await api.call('POST', '/invoices/import?dateFormat=GERMAN', { text: rows, headers: csv });
  expect(unknown).toMatchObject({ status: 400, body: { errors: [{ parameter: 'dateFormat' }] } });
});

test('a file of more than one part comes as one', async () => {
  const customers = Array.from({ length: 250 }, (_, n) => `Customer ${n}\n`);
  await api.call('POST', '/customers/import', { text: `name\n${customers.join('')}`, headers: csv });
  const { rows } = await download('/customers/csv?filter.text=customer');
  expect(rows).toHaveLength(251);
  expect(new Set(rows).size).toBe(251);
});

test('the payments of all customers come as a list and as a file', async () => {
  const [ada, grace] = [await addCustomer(api), await addCustomer(api)];
  for (const customerId of [ada, grace, ada]) {
    const { id } = await addOpenInvoice(api, customerId);
    await api.post(`/invoices/${id}/payments`, { amountMinor: '5950', paymentDate: '2026-01-15' });
  }
  const filters = 'type=PAYMENT&fromDate=2026-01-15&toDate=2026-01-15&currencyCode=EUR';
  const listed = await api.list(`/ledger-entries?${filters}`, 'ledgerEntries');
  expect(listed.map(({ customerId, moneyMinor }) => [customerId, moneyMinor])).toEqual([
    [ada, '5950'],
    [grace, '5950'],
    [ada, '5950'],
  ]);
  const { type, name, rows } = await download(`/ledger-entries/csv?filter.${filters.replaceAll('&', '&filter.')}`);
  expect([type, name]).toEqual(['text/csv; charset=utf-8; header=present', 'ledger-entries.csv']);
  expect(rows.slice(1).map((row) => row.split(',')[0])).toEqual(listed.map(({ id }) => id));
  const refused = await api.call('GET', '/ledger-entries/csv?filter.fromDate=2026-02-30');
  expect(refused).toMatchObject({ status: 400, body: { errors: [{ parameter: 'filter.fromDate' }] } });
});

test('many invoices are voided at once, each with a result of its own', async () => {
  const [draft] = await api.list('/invoices?state=DRAFT', 'invoices');
  const missing = '01a20306-0400-7b32-833b-7f949d76e486';
  const opened = await addOpenInvoice(api, await addCustomer(api));
  const { results } = await api.post('/invoices/batch-void', { invoiceIds: [draft.id, missing, opened.id] });
  expect(results).toMatchObject([
    { invoiceId: draft.id, refusal: { reason: 'INVOICE_STATE' } },
    { invoiceId: missing, refusal: { reason: 'INVOICE_NOT_FOUND' } },
    { invoiceId: opened.id, state: 'VOID', number: opened.number },
  ]);
});
