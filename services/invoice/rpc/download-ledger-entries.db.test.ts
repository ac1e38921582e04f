import type { MessageInitShape } from '@bufbuild/protobuf';
import { Code } from '@connectrpc/connect';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  CustomerLedgerService,
  type DownloadLedgerEntriesRequestSchema,
} from '../../../gen/numer/invoice/v1/customer_ledger_service_pb.ts';
import { StatementEntry_Type } from '../../../gen/numer/invoice/v1/customer_statement_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { creditNotesOf } from '../testing/credit-notes-of.ts';
import { ledgerOf } from '../testing/ledger-of.ts';
import {
  type InvoiceTestService,
  type Owner,
  required,
  startInvoiceService,
} from '../testing/start-invoice-service.ts';

let service: InvoiceTestService;
beforeAll(async () => {
  service = await startInvoiceService();
});
afterAll(() => service.stop());

type Query = MessageInitShape<typeof DownloadLedgerEntriesRequestSchema>;

/** The parts of the file. */
async function download(owner: Owner, filter: Query['filter'] = {}): Promise<string[]> {
  const { client } = ledgerOf(service, owner);
  const parts: string[] = [];
  let pageToken = '';
  do {
    const { file, nextPageToken } = await client.downloadLedgerEntries({ filter, pageToken });
    expect(file?.contentType).toBe('text/csv; charset=utf-8; header=present');
    parts.push(new TextDecoder().decode(file?.data));
    pageToken = nextPageToken;
  } while (pageToken !== '');
  return parts;
}

describe('DownloadLedgerEntries', () => {
  test('gives a row for each entry, with amounts in the decimals of its currency', async () => {
    const owner = service.newOwner();
    const { client, deposit } = ledgerOf(service, owner);
    const yen = await deposit(500n, { currencyCode: 'JPY', method: 'cash', reference: '=1+1' });
    const invoice = await owner.open();
    const { id: invoiceId } = invoice;
    const paying = { invoiceId, amountMinor: 5_950n, method: 'transfer', reference: 'INV, thanks' };
    const payment = required((await owner.invoices.recordPayment(paying)).payment);
    const creditNote = await creditNotesOf(service, owner).issue(invoiceId, { amountMinor: 595n });
    const ids = (await client.listLedgerEntries({})).ledgerEntries.map(({ id }) => id);
    const [file = '', ...more] = await download(owner);
    expect(more).toEqual([]);
    const start = (index: number, type: string, currency: string) =>
      `${ids[index]},2026-03-01,${type},${owner.customerId},Example Ltd,${currency}`;
    const ofInvoice = `${invoice.number},2026-03-31,119.00,19.00`;
    const time = '2026-03-01T12:00:00.000Z';
    expect(file.split('\r\n')).toEqual([
      'id,entry_date,type,customer_id,customer_name,currency_code,amount,due,credit,money,invoice_number,due_date,' +
        'invoice_total,invoice_tax,credit_note_number,credit_note_total,credit_note_tax,method,reference,' +
        'invoice_id,payment_id,credit_note_id,create_time',
      `${start(0, 'CREDIT_NOTE', 'EUR')},-5.95,-5.95,0.00,0.00,${ofInvoice},CN-00001,5.95,0.95,,,${invoiceId},,${creditNote.id},${time}`,
      `${start(1, 'PAYMENT', 'EUR')},-59.50,-59.50,0.00,59.50,${ofInvoice},,,,transfer,"INV, thanks",${invoiceId},${payment.id},,${time}`,
      `${start(2, 'INVOICE', 'EUR')},119.00,119.00,0.00,0.00,${ofInvoice},,,,,,${invoiceId},,,${time}`,
      `${yen.id},2026-03-01,DEPOSIT,${owner.customerId},Example Ltd,JPY,-500,0,500,500,,,,,,,,cash,'=1+1,,,,${time}`,
      '',
    ]);
  });

  test('gives what the list gives, and nothing of others', async () => {
    const owner = service.newOwner();
    const { deposit } = ledgerOf(service, owner);
    await owner.open();
    await deposit(1n);
    await deposit(2n, { currencyCode: 'USD' });
    await service.newOwner().open();
    const [file = ''] = await download(owner, { type: [StatementEntry_Type.DEPOSIT], currencyCode: 'USD' });
    expect(file).toMatch(/^id,[^\n]+\n[^\n]+,DEPOSIT,[^\n]+,USD,-0\.02,[^\n]+\n$/);
    const [none = ''] = await download(owner, { toDate: '2020-01-01' });
    expect(none).toMatch(/^id,entry_date,[a-z_,]+\r\n$/);
  });

  test('gives all rows once over parts, and the header in the first', async () => {
    const owner = service.newOwner();
    await service.db.$client`
      insert into ledger_entries (owner_id, customer_id, currency_code, entry_date, type, due_minor, credit_minor, create_time)
      select ${owner.identity.userId}, ${owner.customerId}, 'EUR', date '2026-01-01' + n % 30, 'DEPOSIT', 0, n, now()
      from generate_series(1, 450) as n`;
    const parts = await download(owner);
    expect(parts.map((part) => part.startsWith('id,'))).toEqual([true, false, false]);
    const [, ...rows] = parts.join('').trimEnd().split('\r\n');
    expect(new Set(rows).size).toBe(450);
    const days = rows.map((row) => row.split(',')[1]);
    expect(days).toEqual(days.toSorted().toReversed());
  });

  test.each([
    ['a page size', { filter: { pageSize: 10 } }, 'filter'],
    ['a token of the list', { filter: { pageToken: 'a' } }, 'filter'],
    ['a bad filter', { filter: { currencyCode: 'eur' } }, 'filter.currency_code'],
    ['a day that does not exist', { filter: { fromDate: '2026-02-30' } }, 'filter.from_date'],
    ['a last day before the first', { filter: { fromDate: '2026-02-02', toDate: '2026-02-01' } }, 'filter.to_date'],
  ] satisfies [string, Query, string][])('refuses %s', async (_, query, field) => {
    const { client } = ledgerOf(service, service.newOwner());
    const refusal = await refusalOf(client.downloadLedgerEntries(query));
    expect(refusal).toMatchObject({ code: Code.InvalidArgument, fields: [field] });
  });

  test('refuses a token of another list, and nobody', async () => {
    const owner = service.newOwner();
    const { client, deposit } = ledgerOf(service, owner);
    await deposit(1n);
    await deposit(2n);
    const { nextPageToken: pageToken } = await client.listLedgerEntries({ pageSize: 1 });
    const { nextPageToken: ofCredit } = await client.listCreditEntries({ customerId: owner.customerId, pageSize: 1 });
    for (const query of [{ filter: { currencyCode: 'EUR' }, pageToken }, { pageToken: ofCredit }]) {
      expect(await refusalOf(client.downloadLedgerEntries(query))).toMatchObject({ reason: 'INVALID_PAGE_TOKEN' });
    }
    const nobody = service.client(CustomerLedgerService).downloadLedgerEntries({});
    expect(await refusalOf(nobody)).toMatchObject({ code: Code.Unauthenticated });
  });
});
