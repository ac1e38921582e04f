import { randomUUIDv7 } from 'node:crypto';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { Code } from '@connectrpc/connect';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Invoice_State } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import { Tax_Category } from '../../../gen/numer/invoice/v1/tax_pb.ts';
import { DocumentService } from '../../../gen/numer/notification/v1/document_service_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { testUser } from '../../../runtime/testing/start-test-service.ts';
import { readPdf } from '../testing/read-pdf.ts';
import { put, startPrinter } from '../testing/start-printer.ts';
import { testInvoice } from '../testing/test-invoice.ts';

let printer: Awaited<ReturnType<typeof startPrinter>>;
const user = testUser();

beforeAll(async () => {
  printer = await startPrinter();
});
afterAll(async () => {
  await printer.stop();
});

const ask = (invoiceId: string) => printer.client(DocumentService, user).getInvoiceFacturX({ invoiceId });

/** Puts an invoice on the shelf, as it is now and as an e-invoice. */
function putInvoice(fields: Parameters<typeof testInvoice>[0], memo = ''): string {
  const invoiceId = put(printer.shelf.invoices, testInvoice(fields));
  printer.shelf.eInvoices.set(invoiceId, { xml: '<invoice/>', memo });
  return invoiceId;
}

async function textOf(invoiceId: string): Promise<string> {
  const { file } = await ask(invoiceId);
  return (await readPdf(file?.data ?? new Uint8Array())).pages.join(' ').replaceAll(/\s+/g, ' ');
}

test('an invoice is printed with the same electronic one in it', async () => {
  const { file, fileName, etag } = await ask(putInvoice({}));
  expect([file?.contentType, fileName]).toEqual(['application/pdf', 'Invoice 2026-0042.pdf']);
  expect(etag).toMatch(/^"[\w-]{43}"$/);
  const { pages, embedded } = await readPdf(file?.data ?? new Uint8Array());
  expect(new TextDecoder().decode(embedded.get('factur-x.xml'))).toBe('<invoice/>');
  for (const text of ['Invoice 2026-0042', 'Grace Hopper', '119.00 EUR']) expect(pages[0]).toContain(text);
  expect(printer.shelf.isForwarded).toBe(true);
});

test('its pages say what it said when it was opened, whatever happened since', async () => {
  const invoiceId = putInvoice({ memo: 'Now' }, 'As issued');
  const before = await ask(invoiceId);
  const changed = testInvoice({
    memo: 'Changed again',
    state: Invoice_State.VOID,
    voidTime: timestampFromDate(new Date('2026-03-09T12:00:00Z')),
    paidMinor: 5_000n,
    creditedMinor: 100n,
    dueMinor: 6_800n,
    nextDueDate: '2026-04-30',
    instalments: [{ dueDate: '2026-04-30', amountMinor: 11_900n, dueMinor: 6_800n }],
  });
  printer.shelf.invoices.set(invoiceId, { ...changed, id: invoiceId });
  expect(await ask(invoiceId)).toEqual(before);
  const text = await textOf(invoiceId);
  expect(text).toContain('As issued');
  expect(text).not.toMatch(/Changed|Void|Instalment|April/);
});

test('its pages say as of when an amount is payable, and ask for nothing that may have been paid since', async () => {
  const english = await textOf(putInvoice({ state: Invoice_State.PAID, paidMinor: 11_900n, dueMinor: 0n }));
  expect(english).toContain('As issued on 1 March 2026: 119.00 EUR is payable by 31 March 2026.');
  expect(english).toContain('Payments, credits or a cancellation since then are not shown here.');
  expect(english).not.toContain('Please pay');
  const german = await textOf(putInvoice({ customer: { name: 'Grace Hopper', locale: 'de' } }));
  expect(german).toContain('Stand bei Ausstellung am 1. März 2026: 119,00 EUR, zahlbar bis zum 31. März 2026.');
  const prepaid = { prepaidMinor: 11_900n, payableMinor: 0n, dueMinor: 0n };
  expect(await textOf(putInvoice(prepaid))).toContain('There is nothing left to pay.');
});

test('a document that is too long is refused', async () => {
  const description = 'word '.repeat(200);
  const line = { description, quantity: '1', unitPrice: '1', taxPercent: '0', discountPercent: '0', netMinor: 100n };
  const invoiceId = putInvoice({ lines: Array.from({ length: 700 }, () => line) });
  expect(await refusalOf(ask(invoiceId))).toMatchObject({ reason: 'DOCUMENT_TOO_LONG' });
});

test('what an electronic invoice can say and Factur-X cannot is refused', async () => {
  const tax = { taxPercent: '22', netMinor: 10_000n, taxMinor: 2_200n };
  const taxes = [
    { ...tax, taxPercent: '10' },
    { ...tax, category: Tax_Category.SPLIT_PAYMENT },
  ];
  const [seller, customer] = ['0219', '0218'].map((scheme) => ({
    name: 'Ada',
    electronicAddress: { scheme, identifier: '40003032949' },
  }));
  expect(await refusalOf(ask(putInvoice({ taxes, seller, customer })))).toMatchObject({
    code: Code.FailedPrecondition,
    reason: 'E_INVOICE_IMPOSSIBLE',
    metadata: { problemCount: '2' },
    fields: ['seller.electronic_address.scheme', 'taxes[1].category'],
  });
});

test('nobody gets what they have no right to', async () => {
  const invoiceId = randomUUIDv7();
  expect(await refusalOf(ask(invoiceId))).toMatchObject({ code: Code.NotFound, reason: 'INVOICE_NOT_FOUND' });
  expect((await refusalOf(ask('x'))).fields).toEqual(['invoice_id']);
  expect(await refusalOf(printer.client(DocumentService).getInvoiceFacturX({ invoiceId }))).toMatchObject({
    code: Code.Unauthenticated,
    reason: 'UNAUTHENTICATED',
  });
});
