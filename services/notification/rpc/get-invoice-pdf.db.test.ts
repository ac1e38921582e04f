import { randomUUIDv7 } from 'node:crypto';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { Code } from '@connectrpc/connect';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { Invoice_State } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import { Payment_Kind } from '../../../gen/numer/invoice/v1/payment_pb.ts';
import { DocumentService } from '../../../gen/numer/notification/v1/document_service_pb.ts';
import { errorWithReason } from '../../../runtime/call/errors.ts';
import { noSuchRpc } from '../../../runtime/call/unknown-rpc.ts';
import { pngFile } from '../../../runtime/testing/png-file.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { testUser } from '../../../runtime/testing/start-test-service.ts';
import { readPdf, readPicture } from '../testing/read-pdf.ts';
import { put, startPrinter } from '../testing/start-printer.ts';
import { testInvoice } from '../testing/test-invoice.ts';

let printer: Awaited<ReturnType<typeof startPrinter>>;
const user = testUser('Europe/Berlin');

beforeAll(async () => {
  printer = await startPrinter();
  printer.shelf.users.set(user.userId, {
    name: 'Ada Lovelace',
    companyName: 'Lovelace & Sons',
    email: 'ada@lovelace.example',
    locale: 'de',
    taxId: 'DE123456789',
    address: { line1: 'Main Street 1', countryCode: 'US' },
    contact: { phone: '+49 30 1234567', email: 'ar@lovelace.example' },
    legalRegistration: { identifier: 'HRB 12345 B' },
    taxRegistration: '12/345/67890',
  });
});
afterAll(async () => {
  await printer.stop();
});
beforeEach(() => printer.clock.set('2026-04-20T22:30:00Z')); // the next day in Berlin

type InvoiceFields = Parameters<typeof testInvoice>[0];

/** An account to pay to, which is on what asks for money. */
const payee = {
  name: 'Lovelace & Sons',
  email: 'ada@lovelace.example',
  paymentAccount: { accountIdentifier: 'DE89370400440532013000' },
};

async function dataOf(invoiceId: string): Promise<Uint8Array> {
  const { file } = await printer.client(DocumentService, user).getInvoicePdf({ invoiceId });
  return file?.data ?? new Uint8Array();
}

async function fileOf(fields: InvoiceFields) {
  const invoiceId = put(printer.shelf.invoices, testInvoice(fields));
  const { file, fileName, etag } = await printer.client(DocumentService, user).getInvoicePdf({ invoiceId });
  if (file === undefined) throw new Error('there is no file');
  return { contentType: file.contentType, fileName, etag, ...(await readPdf(file.data)) };
}

const wordsOf = ({ pages }: { readonly pages: readonly string[] }) => pages.join(' ').replaceAll(/\s+/g, ' ');

/** Its words, wherever lines break. */
async function textOf(fields: InvoiceFields): Promise<string> {
  return wordsOf(await fileOf(fields));
}

test('an open invoice is printed with its amounts and asks for the money', async () => {
  const { contentType, fileName, etag, pages, info } = await fileOf({ memo: 'Thank you.' });
  expect([contentType, fileName]).toEqual(['application/pdf', 'Invoice 2026-0042.pdf']);
  expect(etag).toMatch(/^"[\w-]{43}"$/);
  expect(info).toMatchObject({ Title: 'Invoice 2026-0042' });
  for (const text of ['Lovelace & Sons', 'Grace Hopper', 'Consulting', '119.00 EUR', 'Please pay', 'Thank you.']) {
    expect(pages[0]).toContain(text);
  }
  expect(printer.shelf.isForwarded).toBe(true);
});

test('the parties are on it as they were frozen, with contact and registrations', async () => {
  const text = await textOf({
    seller: {
      name: 'Lovelace & Sons',
      email: 'ada@lovelace.example',
      contact: { name: 'Lovelace & Sons', phone: '030 1234567', email: 'ada@lovelace.example' },
      taxRegistration: 'Godkänd för F-skatt',
      legalRegistration: { identifier: 'HRB 12345 B' },
    },
    customer: { name: 'Grace Hopper', legalRegistration: { scheme: '0184', identifier: '12345674' }, locale: 'en' },
  });
  for (const line of ['Phone: 030 1234567', 'Godkänd för F-skatt', 'Registration number: HRB 12345 B', '12345674']) {
    expect(text).toContain(line);
  }
  expect(text).not.toContain('Contact');
});

const paid = {
  state: Invoice_State.PAID,
  paidMinor: 11_900n,
  dueMinor: 0n,
  payTime: timestampFromDate(new Date('2026-04-20T12:00:00Z')),
};

test('a paid invoice says when the last payment was, and asks for nothing', async () => {
  const invoiceId = put(printer.shelf.invoices, testInvoice({ ...paid, seller: payee }));
  const paymentDates = ['2026-04-02', '2026-04-17', '2026-04-10'];
  printer.shelf.payments.set(invoiceId, [
    { paymentDate: '2026-04-19', kind: Payment_Kind.MONEY, reverseTime: paid.payTime },
    ...paymentDates.map((paymentDate) => ({ paymentDate, kind: Payment_Kind.MONEY })),
  ]);
  const text = wordsOf(await readPdf(await dataOf(invoiceId)));
  for (const line of ['Total', '119.00 EUR', 'Paid', '-119.00 EUR', 'Amount due as of 21 April 2026', '0.00 EUR'])
    expect(text).toContain(line);
  expect(text).toContain('Paid in full. The last payment was on 17 April 2026.');
  expect(text).not.toMatch(/Please pay|IBAN/);
});

test('what was paid and credited is below the totals as of the day of printing, and only the rest is asked for', async () => {
  const changes = { paidMinor: 5_000n, creditedMinor: 2_900n, writtenOffMinor: 900n, dueMinor: 4_000n };
  const text = await textOf({ ...changes, seller: payee });
  for (const line of ['-50.00 EUR', '-20.00 EUR', '-9.00 EUR', 'Amount due as of 21 April 2026', '40.00 EUR', 'IBAN'])
    expect(text).toContain(line);
  expect(text).toContain('Please pay 40.00 EUR. It was due on 31 March 2026.');
  const german = await textOf({ ...changes, customer: { name: 'Grace Hopper', locale: 'de' } });
  expect(german).toContain('Noch offen am 21. April 2026');
  expect(german).toContain('Bitte zahlen Sie 40,00 EUR.');
});

test('an invoice that was settled by credit or written off asks for nothing, and is not called paid', async () => {
  const text = await textOf({ ...paid, paidMinor: 6_900n, creditedMinor: 5_000n, writtenOffMinor: 2_000n });
  expect(text).toContain('There is nothing left to pay.');
  expect(text).not.toMatch(/Paid in full|Please pay/);
});

test('an invoice that was given up on asks for what is still owed, as its page does', async () => {
  const text = await textOf({ state: Invoice_State.UNCOLLECTIBLE, paidMinor: 5_000n, dueMinor: 6_900n });
  expect(text).toContain('Please pay 69.00 EUR.');
});

test('an invoice of which nothing was paid is the same on every day', async () => {
  const invoiceId = put(printer.shelf.invoices, testInvoice({}));
  const before = await dataOf(invoiceId);
  printer.clock.set('2026-06-01T12:00:00Z');
  expect(await dataOf(invoiceId)).toEqual(before);
});

test('instalments that are still due are on it', async () => {
  const text = await textOf({
    paidMinor: 5_000n,
    dueMinor: 6_900n,
    instalments: [
      { dueDate: '2026-03-15', amountMinor: 5_000n, dueMinor: 0n },
      { dueDate: '2026-03-31', amountMinor: 6_900n, dueMinor: 6_900n },
    ],
  });
  expect(text).toContain('Please pay 69.00 EUR in the instalments below.');
  expect(text).toContain('Instalment due on 31 March 2026');
  expect(text).not.toContain('15 March');
});

test('an early-payment discount is on it as it is offered, and then as it was granted', async () => {
  const offer = { percent: '2', days: 10, lastDate: '2026-03-11', payableMinor: 11_662n };
  const offered = await textOf({ earlyPaymentDiscount: { ...offer, dueMinor: 11_662n } });
  expect(offered.replaceAll(/\s+/g, ' ')).toContain(
    'If you pay by 11 March 2026, you get a 2% early-payment discount and pay 116.62 EUR.',
  );

  const granted = { paidMinor: 11_662n, creditedMinor: 238n, writtenOffMinor: 238n };
  const earlyPaymentDiscount = { ...offer, grantedMinor: 238n };
  const invoiceId = put(printer.shelf.invoices, testInvoice({ ...paid, ...granted, earlyPaymentDiscount }));
  const kinds = [Payment_Kind.EARLY_PAYMENT_DISCOUNT, Payment_Kind.MONEY];
  printer.shelf.payments.set(
    invoiceId,
    kinds.map((kind) => ({ paymentDate: '2026-03-10', kind })),
  );
  const text = wordsOf(await readPdf(await dataOf(invoiceId)));
  for (const line of ['-116.62 EUR', 'Early-payment discount', '-2.38 EUR']) expect(text).toContain(line);
  expect(text).toContain('Paid in full. The last payment was on 10 March 2026.');
  expect(text).not.toMatch(/Written off|Please pay|deduct/);
});

test('it is in the language of the customer', async () => {
  const text = await textOf({ customer: { name: 'Grace Hopper', locale: 'de-AT' } });
  expect(text).toContain('Rechnung 2026-0042');
  expect(text).toContain('119,00 EUR');
});

const voided = { state: Invoice_State.VOID, voidTime: timestampFromDate(new Date('2026-03-09T23:30:00Z')) };

test('a voided invoice is marked, asks for nothing, and says what replaces it', async () => {
  const revisedByInvoiceId = put(printer.shelf.invoices, testInvoice({ number: '2026-0043' }));
  const text = await textOf({
    ...voided,
    prepaidMinor: 1_900n,
    payableMinor: 10_000n,
    dueMinor: 10_000n,
    seller: payee,
    revisedByInvoiceId,
  });
  expect(text).toContain('Void');
  expect(text).toContain('This invoice was cancelled on 10 March 2026. You no longer need to pay it.');
  expect(text).toContain('Invoice 2026-0043 replaces it.');
  expect(text).not.toMatch(/Please pay|Amount due|IBAN/);
});

const draft = { state: Invoice_State.DRAFT, number: '', seller: undefined, customer: undefined } as const;

test('a draft is marked, and shows profile and customer as they are now, on the paper of their country', async () => {
  const customerId = put(printer.shelf.customers, {
    name: 'Grace Hopper',
    taxId: 'ATU12345678',
    legalRegistration: { identifier: 'FN 36115 v' },
  });
  const { pages, size } = await fileOf({ ...draft, customerId });
  const seller = ['Lovelace & Sons', 'Main Street 1', 'Ansprechpartner: Ada Lovelace', 'Telefon: +49 30 1234567'];
  const numbers = ['ar@lovelace.example', 'Steuernummer: 12/345/67890', 'Registernummer: HRB 12345 B'];
  const customer = ['Grace Hopper', 'ATU12345678', 'FN 36115 v'];
  for (const text of ['Entwurf', 'Rechnung', ...seller, ...numbers, ...customer]) expect(pages[0]).toContain(text);
  expect(pages[0]).not.toContain('Rechnungsnummer');
  expect(size).toEqual([612, 792]);
});

test('what another system issued is a copy under its own number, or void, whatever that number is made of', async () => {
  const taken = { issuedElsewhere: true, number: '№ 2025/17 "б" 🧾' };
  const { fileName, pages } = await fileOf(taken);
  expect(fileName).toBe('Invoice № 2025-17 -б- 🧾.pdf');
  expect(pages[0]).toContain('№ 2025/17 "б"');
  expect(pages[0]).toContain('Copy');
  expect(await textOf({})).not.toContain('Copy');
  const cancelled = await textOf({ ...taken, ...voided });
  expect(cancelled).toContain('Void');
  expect(cancelled).not.toContain('Copy');
});

test('a draft whose customer was deleted is printed without one', async () => {
  expect(await textOf({ ...draft, customerId: randomUUIDv7() })).toContain('Draft');
});

test('nobody gets what they have no right to', async () => {
  const invoiceId = randomUUIDv7();
  expect(await refusalOf(printer.client(DocumentService, user).getInvoicePdf({ invoiceId }))).toMatchObject({
    code: Code.NotFound,
    reason: 'INVOICE_NOT_FOUND',
  });
  expect(await refusalOf(printer.client(DocumentService).getInvoicePdf({ invoiceId }))).toMatchObject({
    code: Code.Unauthenticated,
    reason: 'UNAUTHENTICATED',
  });
});

test('the logo that the caller has now is on it, and that of nobody else', async () => {
  const invoiceId = put(printer.shelf.invoices, testInvoice({}));
  const get = async (caller = user) => {
    const { file, etag } = await printer.client(DocumentService, caller).getInvoicePdf({ invoiceId });
    return { etag, picture: await readPicture(file?.data ?? new Uint8Array()) };
  };
  const before = await get();
  printer.shelf.logos.set(user.userId, pngFile({ width: 7 }));
  const [one, again, ofAnother] = [await get(), await get(), await get(testUser())];
  printer.shelf.logos.set(user.userId, pngFile({ width: 8 }));
  const changed = await get();
  printer.shelf.logos.delete(user.userId);
  expect([before.picture, one.picture?.width, changed.picture?.width]).toEqual([undefined, 7, 8]);
  expect(again).toEqual(one);
  expect([ofAnother, await get()]).toEqual([before, before]);
  expect(new Set([before, one, changed].map(({ etag }) => etag)).size).toBe(3);
});

test('is not given without the logo while that cannot be had', async () => {
  const invoiceId = put(printer.shelf.invoices, testInvoice({}));
  const get = () => printer.client(DocumentService, user).getInvoicePdf({ invoiceId });
  printer.shelf.logosFailure = errorWithReason(Code.Unavailable, 'UNAVAILABLE', 'It cannot be reached.');
  expect(await refusalOf(get())).toMatchObject({ code: Code.Unavailable, reason: 'UNAVAILABLE' });
  printer.shelf.logosFailure = undefined;
  expect((await get()).file).toBeDefined();
});

test('is given without a logo while the user service is of a version that has none', async () => {
  const invoiceId = put(printer.shelf.invoices, testInvoice({}));
  printer.shelf.logosFailure = noSuchRpc();
  const { file } = await printer.client(DocumentService, user).getInvoicePdf({ invoiceId });
  printer.shelf.logosFailure = undefined;
  expect(file).toBeDefined();
});
