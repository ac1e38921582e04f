import { Code } from '@connectrpc/connect';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Invoice_State } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import { Quote_State } from '../../../gen/numer/invoice/v1/quote_pb.ts';
import { QuoteService } from '../../../gen/numer/invoice/v1/quote_service_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { waitUntil } from '../../../runtime/testing/wait-until.ts';
import { cutOff } from '../testing/cut-off.ts';
import { FULL_DRAFT, REFERENCES } from '../testing/full-draft.ts';
import { quotesOf } from '../testing/quotes-of.ts';
import { type InvoiceTestService, required, startInvoiceService } from '../testing/start-invoice-service.ts';

let service: InvoiceTestService;
beforeAll(async () => {
  service = await startInvoiceService();
});
afterEach(() => service.clock.set('2026-03-01T12:00:00Z'));
afterAll(() => service.stop());

async function invoicesOf(quoteId: string): Promise<string[]> {
  const rows = await service.db.$client<{ id: string }[]>`select id from invoices where quote_id = ${quoteId}`;
  return rows.map(({ id }) => id);
}

describe('ConvertQuote', () => {
  test('makes a draft with the same content and amounts, due after the term, and links the two', async () => {
    const owner = service.newOwner({ timeZone: 'Asia/Tokyo' });
    const quotes = quotesOf(service, owner);
    const accepted = await quotes.accept({
      dueDays: 14,
      invoice: { ...FULL_DRAFT, ...REFERENCES, dueDate: '', memo: 'As agreed' },
    });
    service.clock.set('2026-03-17T15:00:00Z');
    const { invoice } = await quotes.client.convertQuote({ quoteId: accepted.id });
    const template = required(accepted.invoice);
    expect(invoice).toMatchObject({
      state: Invoice_State.DRAFT,
      customerId: owner.customerId,
      memo: 'As agreed',
      ...REFERENCES,
      dueDate: '2026-04-01',
      totalMinor: template.totalMinor,
      payableMinor: template.payableMinor,
      taxes: template.taxes,
      allowances: template.allowances,
      charges: template.charges,
      quoteId: accepted.id,
      etag: '"1-2026-03-18"',
    });
    const withoutIds = (lines: typeof template.lines) => lines.map(({ id: _, ...line }) => line);
    expect(withoutIds(required(invoice).lines)).toEqual(withoutIds(template.lines));
    expect(required(invoice).lines.map(({ id }) => id)).not.toEqual(template.lines.map(({ id }) => id));
    expect((await owner.invoices.getInvoice({ invoiceId: required(invoice).id })).invoice).toEqual(invoice);
    expect(await quotes.get(accepted.id)).toMatchObject({
      state: Quote_State.INVOICED,
      invoiceId: invoice?.id,
      convertTime: invoice?.createTime,
      acceptTime: accepted.acceptTime,
      etag: '"4"',
      availableActions: [],
    });
  });

  test('tells of both in the same statement', async () => {
    const owner = service.newOwner();
    const quotes = quotesOf(service, owner);
    const { id: quoteId } = await quotes.accept();
    const { invoice } = await quotes.client.convertQuote({ quoteId });
    const { id: invoiceId } = required(invoice);
    expect((await service.eventsOf(quoteId)).at(-1)).toMatchObject({
      topic: 'quote.converted',
      version: 4n,
      message: {
        quote: { state: Quote_State.INVOICED, invoiceId },
        changes: [
          { field: 'invoiceId', newValue: invoiceId },
          { field: 'state', oldValue: 'ACCEPTED', newValue: 'INVOICED' },
        ],
      },
    });
    const [created] = await service.eventsOf(invoiceId);
    expect(created).toMatchObject({ topic: 'invoice.created', version: 1n, message: { invoice: { quoteId } } });
    expect(created?.message.changes).toContainEqual(expect.objectContaining({ field: 'quoteId', newValue: quoteId }));
  });

  test('gives the same invoice when it is repeated, as it is by then', async () => {
    const owner = service.newOwner();
    const quotes = quotesOf(service, owner);
    const { id: quoteId } = await quotes.accept();
    const first = required((await quotes.client.convertQuote({ quoteId })).invoice);
    expect((await quotes.client.convertQuote({ quoteId })).invoice).toEqual(first);
    await owner.invoices.sendInvoice({ invoiceId: first.id });
    const again = await quotes.client.convertQuote({ quoteId });
    expect(again.invoice).toMatchObject({ id: first.id, state: Invoice_State.OPEN, number: 'INV-00001', quoteId });
    expect(await service.eventsOf(quoteId)).toHaveLength(4);
  });

  test('makes one invoice of a quote that fifty convert at once, some of them cut off', async () => {
    const owner = service.newOwner();
    const quotes = quotesOf(service, owner);
    const { id: quoteId } = await quotes.accept();
    const convert = () =>
      Promise.allSettled(
        Array.from({ length: 50 }, (_, index) =>
          (index % 2 === 0 ? quotes : quotesOf(service, owner, { 'idempotency-key': 'convert' })).client.convertQuote({
            quoteId,
          }),
        ),
      );
    const results = await cutOff(service, (sql) => sql`select 1 from quotes where id = ${quoteId} for update`, convert);
    expect(results.some(({ status }) => status === 'rejected')).toBe(true);
    const invoice = await waitUntil(async () => (await quotes.client.convertQuote({ quoteId })).invoice);
    expect(await invoicesOf(quoteId)).toEqual([invoice.id]);
    const told = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value.invoice?.id] : []));
    expect(new Set([...told, invoice.id])).toEqual(new Set([invoice.id]));
    expect((await service.eventsOf(quoteId)).filter(({ topic }) => topic === 'quote.converted')).toHaveLength(1);
  });

  test('can be done again after the draft was deleted, with which the quote is accepted as before', async () => {
    const owner = service.newOwner();
    const quotes = quotesOf(service, owner);
    const accepted = await quotes.accept();
    const first = required((await quotes.client.convertQuote({ quoteId: accepted.id })).invoice);
    await owner.invoices.deleteInvoice({ invoiceId: first.id });
    const released = await quotes.get(accepted.id);
    expect(released).toMatchObject({
      state: Quote_State.ACCEPTED,
      invoiceId: '',
      acceptTime: accepted.acceptTime,
      etag: '"5"',
    });
    expect(released.convertTime).toBeUndefined();
    expect((await service.eventsOf(accepted.id)).at(-1)).toMatchObject({
      topic: 'quote.updated',
      version: 5n,
      message: {
        quote: { state: Quote_State.ACCEPTED },
        changes: [
          { field: 'invoiceId', oldValue: first.id },
          { field: 'state', oldValue: 'INVOICED', newValue: 'ACCEPTED' },
        ],
      },
    });
    const second = required((await quotes.client.convertQuote({ quoteId: accepted.id })).invoice);
    expect(second.id).not.toBe(first.id);
    expect(await invoicesOf(accepted.id)).toEqual([second.id]);
  });

  test('and deleting what comes of it, in any order at once, leave the two in step', async () => {
    const owner = service.newOwner();
    const quotes = quotesOf(service, owner);
    const { id: quoteId } = await quotes.accept();
    for (let round = 0; round < 5; round++) {
      const { invoice } = await quotes.client.convertQuote({ quoteId });
      await Promise.allSettled([
        ...Array.from({ length: 3 }, () => owner.invoices.deleteInvoice({ invoiceId: required(invoice).id })),
        ...Array.from({ length: 3 }, () => quotes.client.convertQuote({ quoteId })),
      ]);
      const { invoiceId } = await quotes.get(quoteId);
      expect(await invoicesOf(quoteId)).toEqual(invoiceId === '' ? [] : [invoiceId]);
    }
  });

  test('does not hand the quote on to copies and revisions of the invoice', async () => {
    const owner = service.newOwner();
    const quotes = quotesOf(service, owner);
    const { id: quoteId } = await quotes.accept();
    const { id: invoiceId } = required((await quotes.client.convertQuote({ quoteId })).invoice);
    await owner.invoices.finalizeInvoice({ invoiceId });
    expect((await owner.invoices.duplicateInvoice({ invoiceId })).invoice?.quoteId).toBe('');
    expect((await owner.invoices.reviseInvoice({ invoiceId })).invoice?.quoteId).toBe('');
    expect(await invoicesOf(quoteId)).toEqual([invoiceId]);
  });

  test('needs no customer who still exists; that is for opening the invoice to find out', async () => {
    const owner = service.newOwner();
    const quotes = quotesOf(service, owner);
    const { id: customerId } = service.userService.addCustomer(owner.identity.userId);
    const { id: quoteId } = await quotes.accept({ invoice: { customerId } });
    service.userService.deleteCustomer(customerId);
    expect((await quotes.client.convertQuote({ quoteId })).invoice?.customerId).toBe(customerId);
  });

  test.each([
    ['a draft', 'draft', 'DRAFT', 'NOT_SENT'],
    ['what is not accepted', 'send', 'SENT', 'NOT_ACCEPTED'],
  ] as const)('refuses %s', async (_, make, state, cause) => {
    const quotes = quotesOf(service, service.newOwner());
    const { id: quoteId } = await quotes[make]();
    expect(await refusalOf(quotes.client.convertQuote({ quoteId }))).toMatchObject({
      code: Code.FailedPrecondition,
      reason: 'QUOTE_STATE',
      metadata: { state, action: 'CONVERT', cause },
    });
    expect(await invoicesOf(quoteId)).toEqual([]);
  });

  test('refuses what was declined', async () => {
    const quotes = quotesOf(service, service.newOwner());
    const { id: quoteId } = await quotes.accept();
    await quotes.client.declineQuote({ quoteId });
    expect(await refusalOf(quotes.client.convertQuote({ quoteId }))).toMatchObject({
      metadata: { state: 'DECLINED', cause: 'NOT_ACCEPTED' },
    });
  });

  test("refuses another owner's quote, a stale If-Match, a bad id, and nobody", async () => {
    const owner = service.newOwner();
    const { id: quoteId } = await quotesOf(service, owner).accept();
    const call = (headers = {}, caller = owner) => quotesOf(service, caller, headers).client.convertQuote({ quoteId });
    expect(await refusalOf(call({}, service.newOwner()))).toMatchObject({ reason: 'QUOTE_NOT_FOUND' });
    expect(await refusalOf(call({ 'if-match': '"1"' }))).toMatchObject({ reason: 'ETAG_MISMATCH' });
    const { client } = quotesOf(service, owner);
    expect(await refusalOf(client.convertQuote({ quoteId: 'x' }))).toMatchObject({ fields: ['quote_id'] });
    expect(await refusalOf(service.client(QuoteService).convertQuote({ quoteId }))).toMatchObject({
      code: Code.Unauthenticated,
    });
  });
});
