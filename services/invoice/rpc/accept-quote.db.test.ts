import { Code } from '@connectrpc/connect';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Quote_Action, Quote_State } from '../../../gen/numer/invoice/v1/quote_pb.ts';
import { QuoteService } from '../../../gen/numer/invoice/v1/quote_service_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { quotesOf } from '../testing/quotes-of.ts';
import { type InvoiceTestService, startInvoiceService } from '../testing/start-invoice-service.ts';

let service: InvoiceTestService;
beforeAll(async () => {
  service = await startInvoiceService();
});
afterAll(() => service.stop());

describe('AcceptQuote', () => {
  test('records that the customer accepted, and tells of it', async () => {
    const quotes = quotesOf(service, service.newOwner());
    const sent = await quotes.send();
    service.clock.advance(1000);
    const { quote } = await quotes.client.acceptQuote({ quoteId: sent.id });
    expect(quote).toMatchObject({
      number: sent.number,
      state: Quote_State.ACCEPTED,
      invoice: sent.invoice,
      etag: '"3"',
      acceptTime: quote?.updateTime,
      availableActions: [Quote_Action.DECLINE, Quote_Action.CONVERT],
    });
    expect(quote?.acceptTime).toBeDefined();
    expect(await quotes.get(sent.id)).toEqual(quote);
    expect((await service.eventsOf(sent.id))[2]).toMatchObject({
      topic: 'quote.accepted',
      version: 3n,
      message: { quote, changes: [{ field: 'state', oldValue: 'SENT', newValue: 'ACCEPTED' }] },
    });
  });

  test('takes a customer who changed their mind', async () => {
    const quotes = quotesOf(service, service.newOwner());
    const { id: quoteId } = await quotes.send();
    await quotes.client.declineQuote({ quoteId });
    const { quote } = await quotes.client.acceptQuote({ quoteId });
    expect(quote).toMatchObject({ state: Quote_State.ACCEPTED, etag: '"4"' });
    expect(quote?.declineTime).toBeUndefined();
  });

  test('happens once with ten at the same moment', async () => {
    const quotes = quotesOf(service, service.newOwner());
    const { id: quoteId } = await quotes.send();
    const results = await Promise.allSettled(Array.from({ length: 10 }, () => quotes.client.acceptQuote({ quoteId })));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await service.eventsOf(quoteId)).toHaveLength(3);
  });

  test('answers a repetition with the same key as before', async () => {
    const owner = service.newOwner();
    const { id: quoteId } = await quotesOf(service, owner).send();
    const { client } = quotesOf(service, owner, { 'idempotency-key': 'accept-1' });
    expect(await client.acceptQuote({ quoteId })).toEqual(await client.acceptQuote({ quoteId }));
  });

  test.each([
    ['a draft', 'draft', 'DRAFT', 'NOT_SENT'],
    ['what is accepted already', 'accept', 'ACCEPTED', 'ACCEPTED'],
  ] as const)('refuses %s', async (_, make, state, cause) => {
    const quotes = quotesOf(service, service.newOwner());
    const { id: quoteId } = await quotes[make]();
    expect(await refusalOf(quotes.client.acceptQuote({ quoteId }))).toMatchObject({
      code: Code.FailedPrecondition,
      reason: 'QUOTE_STATE',
      metadata: { state, action: 'ACCEPT', cause },
    });
  });

  test('refuses what became an invoice', async () => {
    const quotes = quotesOf(service, service.newOwner());
    const { id: quoteId } = await quotes.accept();
    await quotes.client.convertQuote({ quoteId });
    expect(await refusalOf(quotes.client.acceptQuote({ quoteId }))).toMatchObject({
      metadata: { state: 'INVOICED', cause: 'INVOICED' },
    });
  });

  test("refuses another owner's quote, a stale If-Match, a bad id, and nobody", async () => {
    const owner = service.newOwner();
    const { id: quoteId } = await quotesOf(service, owner).send();
    const call = (headers = {}, caller = owner) => quotesOf(service, caller, headers).client.acceptQuote({ quoteId });
    expect(await refusalOf(call({}, service.newOwner()))).toMatchObject({ reason: 'QUOTE_NOT_FOUND' });
    expect(await refusalOf(call({ 'if-match': '"1"' }))).toMatchObject({ reason: 'ETAG_MISMATCH' });
    const { client } = quotesOf(service, owner);
    expect(await refusalOf(client.acceptQuote({ quoteId: 'x' }))).toMatchObject({ fields: ['quote_id'] });
    expect(await refusalOf(service.client(QuoteService).acceptQuote({ quoteId }))).toMatchObject({
      code: Code.Unauthenticated,
    });
  });
});
