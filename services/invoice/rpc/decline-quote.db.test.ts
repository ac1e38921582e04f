import { Code } from '@connectrpc/connect';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Quote_State } from '../../../gen/numer/invoice/v1/quote_pb.ts';
import { QuoteService } from '../../../gen/numer/invoice/v1/quote_service_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { quotesOf } from '../testing/quotes-of.ts';
import { type InvoiceTestService, startInvoiceService } from '../testing/start-invoice-service.ts';

let service: InvoiceTestService;
beforeAll(async () => {
  service = await startInvoiceService();
});
afterEach(() => service.clock.set('2026-03-01T12:00:00Z'));
afterAll(() => service.stop());

describe('DeclineQuote', () => {
  test.each([
    ['sent', 'send'],
    ['accepted', 'accept'],
  ] as const)('records that the customer declined what was %s', async (_, make) => {
    const quotes = quotesOf(service, service.newOwner());
    const before = await quotes[make]();
    const { quote } = await quotes.client.declineQuote({ quoteId: before.id });
    expect(quote).toMatchObject({ state: Quote_State.DECLINED, number: before.number, declineTime: quote?.updateTime });
    expect(quote?.acceptTime).toBeUndefined();
    expect(await quotes.get(before.id)).toEqual(quote);
    expect((await service.eventsOf(before.id)).at(-1)).toMatchObject({
      topic: 'quote.declined',
      message: { quote, changes: [{ field: 'state', newValue: 'DECLINED' }] },
    });
  });

  test('takes an answer that comes after the expiry date', async () => {
    const quotes = quotesOf(service, service.newOwner());
    const { id: quoteId } = await quotes.send({ expireDate: '2026-03-31' });
    service.clock.set('2026-04-01T00:00:00Z');
    const { quote } = await quotes.client.declineQuote({ quoteId });
    expect(quote).toMatchObject({ state: Quote_State.DECLINED, etag: '"3-expired"' });
    expect(await refusalOf(quotes.client.acceptQuote({ quoteId }))).toMatchObject({
      metadata: { state: 'DECLINED', cause: 'EXPIRED' },
    });
  });

  test('answers a repetition with the same key as before, and one without as refused', async () => {
    const owner = service.newOwner();
    const { id: quoteId } = await quotesOf(service, owner).send();
    const { client } = quotesOf(service, owner, { 'idempotency-key': 'decline-1' });
    expect(await client.declineQuote({ quoteId })).toEqual(await client.declineQuote({ quoteId }));
    expect(await refusalOf(quotesOf(service, owner).client.declineQuote({ quoteId }))).toMatchObject({
      reason: 'QUOTE_STATE',
      metadata: { state: 'DECLINED', action: 'DECLINE', cause: 'DECLINED' },
    });
  });

  test('refuses a draft, and what became an invoice', async () => {
    const quotes = quotesOf(service, service.newOwner());
    const draft = await quotes.draft();
    const invoiced = await quotes.accept();
    await quotes.client.convertQuote({ quoteId: invoiced.id });
    for (const [{ id: quoteId }, cause] of [
      [draft, 'NOT_SENT'],
      [invoiced, 'INVOICED'],
    ] as const) {
      expect(await refusalOf(quotes.client.declineQuote({ quoteId }))).toMatchObject({
        code: Code.FailedPrecondition,
        metadata: { action: 'DECLINE', cause },
      });
    }
  });

  test("refuses another owner's quote, a stale If-Match, a bad id, and nobody", async () => {
    const owner = service.newOwner();
    const { id: quoteId } = await quotesOf(service, owner).send();
    const call = (headers = {}, caller = owner) => quotesOf(service, caller, headers).client.declineQuote({ quoteId });
    expect(await refusalOf(call({}, service.newOwner()))).toMatchObject({ reason: 'QUOTE_NOT_FOUND' });
    expect(await refusalOf(call({ 'if-match': '"1"' }))).toMatchObject({ reason: 'ETAG_MISMATCH' });
    const { client } = quotesOf(service, owner);
    expect(await refusalOf(client.declineQuote({ quoteId: 'x' }))).toMatchObject({ fields: ['quote_id'] });
    expect(await refusalOf(service.client(QuoteService).declineQuote({ quoteId }))).toMatchObject({
      code: Code.Unauthenticated,
    });
  });
});
