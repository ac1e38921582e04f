import { randomUUIDv7 } from 'node:crypto';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { Code } from '@connectrpc/connect';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type DownloadInvoicesRequestSchema,
  InvoiceBulkService,
} from '../../../gen/numer/invoice/v1/invoice_bulk_service_pb.ts';
import { Invoice_State } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import {
  ListInvoicesRequest_Order as Order,
  ListInvoicesRequest_View as View,
} from '../../../gen/numer/invoice/v1/invoice_service_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { creditNotesOf } from '../testing/credit-notes-of.ts';
import { FACTS } from '../testing/full-draft.ts';
import { SEEDED_RECURRING, seededQuote, seedInvoices } from '../testing/seed-invoices.ts';
import {
  type InvoiceTestService,
  LINE,
  type Owner,
  required,
  startInvoiceService,
} from '../testing/start-invoice-service.ts';

let service: InvoiceTestService;
beforeAll(async () => {
  service = await startInvoiceService();
});
afterAll(() => service.stop());

type Query = MessageInitShape<typeof DownloadInvoicesRequestSchema>;

/** The parts of the file. */
async function download(owner: Pick<Owner, 'identity'>, filter: Query['filter']): Promise<string[]> {
  const client = service.client(InvoiceBulkService, owner.identity);
  const parts: string[] = [];
  let pageToken = '';
  do {
    const { file, nextPageToken } = await client.downloadInvoices({ ...(filter && { filter }), pageToken });
    expect(file?.contentType).toBe('text/csv; charset=utf-8; header=present');
    parts.push(new TextDecoder().decode(file?.data));
    pageToken = nextPageToken;
  } while (pageToken !== '');
  return parts;
}

/** The rows as objects, for a file without separators in its cells. */
function rowsOf(file: string): Record<string, string | undefined>[] {
  const [header = '', ...rows] = file.trimEnd().split('\r\n');
  const names = header.split(',');
  return rows.map((row) => Object.fromEntries(row.split(',').map((cell, index) => [names[index], cell])));
}

describe('DownloadInvoices', () => {
  test('gives a row for each invoice, with amounts in the decimals of its currency', async () => {
    const owner = service.newOwner();
    const references = { ...FACTS, buyerReference: '=2', purchaseOrderReference: 'PO, 7' };
    const draft = await owner.draft({ ...references, memo: '=1+1', tags: ['a', 'b'], metadata: { project: 'x' } });
    const yen = await owner.open({ currencyCode: 'JPY', lines: [{ ...LINE, unitPrice: '50' }] });
    await owner.invoices.recordPayment({ invoiceId: yen.id, amountMinor: 19n });
    const [file = ''] = await download(owner, { order: Order.CREATE_TIME_ASC });
    expect(file.split('\r\n')[1]).toBe(
      `${draft.id},,DRAFT,2026-03-01,2026-03-31,${owner.customerId},Example Ltd,EUR,false,` +
        '100.00,0.00,0.00,0.00,19.00,119.00,0.00,0.00,0.00,119.00,0.00,0.00,0.00,119.00,invoice,"a, b","{""project"":""x""}",' +
        `'=1+1,2026-03-01T12:00:00.000Z,,,,,2026-02-27,2026-02-01,2026-02-28,'=2,"PO, 7",,,false,,,0.00,`,
    );
    expect(rowsOf(file)[1]).toMatchObject({
      ...{ id: yen.id, number: 'INV-00001', state: 'OPEN', customer_name: 'Example Ltd', currency_code: 'JPY' },
      ...{ tax: '19', total: '119', paid: '19', due: '100', send_time: '2026-03-01T12:00:00.000Z' },
    });
  });

  test('gives a row for each line with the view FULL', async () => {
    const owner = service.newOwner();
    const lines = [LINE, { ...LINE, description: '-Travel', quantity: '1.5', taxPercent: '7' }];
    const invoice = await owner.open({ lines });
    const [file = ''] = await download(owner, { view: View.FULL });
    expect(rowsOf(file)).toEqual([
      expect.objectContaining({
        id: invoice.id,
        number: 'INV-00001',
        line: '1',
        description: 'Consulting',
        net: '100.00',
      }),
      expect.objectContaining({ line: '2', description: "'-Travel", quantity: '1.5', tax_percent: '7', net: '75.00' }),
    ]);
  });

  test('has all amounts, so that each row can be added up', async () => {
    const owner = service.newOwner();
    const line = { ...LINE, quantity: '3', unitPrice: '33.333', discountPercent: '7' };
    const allowances = [{ percent: '3', reason: 'Loyalty' }];
    const charges = [{ amountMinor: 150n, reason: 'Freight' }];
    const { id: invoiceId } = await owner.open({
      lines: [LINE, { ...line, allowances, charges }],
      pricesIncludeTax: true,
      roundingIncrementMinor: 5n,
      prepaidMinor: 1_000n,
    });
    await owner.invoices.recordPayment({ invoiceId, amountMinor: 1_000n });
    await creditNotesOf(service, owner).issue(invoiceId, { amountMinor: 2_000n });
    await owner.invoices.writeOffInvoice({ invoiceId, amountMinor: 500n, reason: 'Small' });
    const [file = ''] = await download(owner, {});
    const [invoice] = rowsOf(file);
    expect(invoice).toMatchObject({ paid: '10.00', credited: '25.00', written_off: '5.00' });
    const cents = (row: typeof invoice, ...names: string[]) =>
      names.reduce((sum, name) => sum + Math.round(Number(row?.[name]) * 100), 0);
    expect(cents(invoice, 'subtotal', 'charges', 'tax') - cents(invoice, 'discount', 'allowances')).toBe(
      cents(invoice, 'total'),
    );
    expect(cents(invoice, 'total', 'rounding') - cents(invoice, 'retained', 'prepaid')).toBe(cents(invoice, 'payable'));
    expect(cents(invoice, 'paid', 'credited', 'due')).toBe(cents(invoice, 'payable'));
    const [lines = ''] = await download(owner, { view: View.FULL });
    for (const row of rowsOf(lines)) {
      expect(cents(row, 'gross', 'charges') - cents(row, 'discount', 'allowances', 'included_tax')).toBe(
        cents(row, 'net'),
      );
    }
    expect(cents(rowsOf(lines)[1], 'included_tax', 'charges', 'allowances')).toBeGreaterThan(0);
  });

  test('gives what the list gives, in its order, and nothing of others', async () => {
    const owner = service.newOwner();
    const [, small, large] = [await owner.draft(), await owner.open(), await owner.open({ lines: [LINE, LINE] })];
    await service.newOwner().open();
    const [file = ''] = await download(owner, { state: [Invoice_State.OPEN], order: Order.TOTAL_DESC });
    expect(rowsOf(file).map(({ id }) => id)).toEqual([large.id, small.id]);
    const [none = ''] = await download(owner, { text: 'nothing' });
    expect(none).toMatch(/^id,number,[a-z_,]+\r\n$/);
  });

  test('gives what recurring invoices made and what quotes became, and nothing of it to others', async () => {
    const owner = service.newOwner();
    const { userId } = owner.identity;
    await seedInvoices(service.db, userId, 120);
    const ofQuote = await download(owner, { quoteId: seededQuote(userId, 41) });
    expect(rowsOf(ofQuote.join('')).map(({ number }) => number)).toEqual(['INV-41']);
    const recurring = { recurringInvoiceId: SEEDED_RECURRING.busy };
    const made = rowsOf((await download(owner, recurring)).join('')).map(({ number }) => number);
    expect(made).toHaveLength(12);
    expect(made.filter((number) => number !== '' && !number?.endsWith('3'))).toEqual([]);
    const [none = ''] = await download(service.newOwner(), recurring);
    expect(rowsOf(none)).toEqual([]);
  });

  test('gives all rows once over parts, and the header in the first', async () => {
    const owner = service.newOwner();
    await seedInvoices(service.db, owner.identity.userId, 260);
    const parts = await download(owner, { order: Order.NUMBER_ASC });
    expect(parts.length).toBe(3);
    const ids = rowsOf(parts.join('')).map(({ id }) => required(id));
    expect(new Set(ids).size).toBe(260);
    const lines = await download(owner, { view: View.FULL, text: 'item1' });
    const listed = await service.db.$client`
      select from invoice_lines join invoices on invoices.id = invoice_id
      where owner_id = ${owner.identity.userId} and description ~ '^item1'`;
    expect(rowsOf(lines.join(''))).toHaveLength(listed.length);
  });

  test('parts of large invoices are no larger than about 1 MiB', async () => {
    const owner = service.newOwner();
    for (let index = 0; index < 3; index++) {
      await owner.draft({
        lines: Array.from({ length: 500 }, () => ({ ...LINE, description: 'x'.repeat(1_000) })),
      });
    }
    const parts = await download(owner, { view: View.FULL });
    expect(parts.length).toBe(2);
    expect(Math.max(...parts.map(({ length }) => length))).toBeLessThan(2_000_000);
    expect(rowsOf(parts.join(''))).toHaveLength(1_500);
  });

  test.each([
    ['a page size', { filter: { pageSize: 10 } }, 'filter'],
    ['a token of the list', { filter: { pageToken: 'a' } }, 'filter'],
    ['a bad filter', { filter: { currencyCode: 'eur' } }, 'filter.currency_code'],
    ['a day that does not exist', { filter: { dueDateTo: '2026-02-30' } }, 'filter.due_date_to'],
    [
      'days the wrong way round',
      { filter: { issueDateFrom: '2026-02-02', issueDateTo: '2026-02-01' } },
      'filter.issue_date_to',
    ],
    ['totals the wrong way round', { filter: { totalMinorFrom: 2n, totalMinorTo: 1n } }, 'filter.total_minor_to'],
  ] satisfies [string, Query, string][])('refuses %s', async (_, query, field) => {
    const client = service.client(InvoiceBulkService, service.newOwner().identity);
    const refusal = await refusalOf(client.downloadInvoices(query));
    expect(refusal).toMatchObject({ code: Code.InvalidArgument, fields: [field] });
  });

  test('refuses a token of another list, and nobody', async () => {
    const owner = service.newOwner();
    await seedInvoices(service.db, owner.identity.userId, 101);
    const client = service.client(InvoiceBulkService, owner.identity);
    const { nextPageToken } = await client.downloadInvoices({});
    const other = client.downloadInvoices({ filter: { customerId: randomUUIDv7() }, pageToken: nextPageToken });
    expect(await refusalOf(other)).toMatchObject({ reason: 'INVALID_PAGE_TOKEN' });
    const nobody = service.client(InvoiceBulkService).downloadInvoices({});
    expect(await refusalOf(nobody)).toMatchObject({ code: Code.Unauthenticated });
  });
});
