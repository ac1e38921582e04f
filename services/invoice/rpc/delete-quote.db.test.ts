import { Code } from '@connectrpc/connect';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { QuoteService } from '../../../gen/numer/invoice/v1/quote_service_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { quotesOf } from '../testing/quotes-of.ts';
import { type InvoiceTestService, startInvoiceService } from '../testing/start-invoice-service.ts';

let service: InvoiceTestService;
beforeAll(async () => {
  service = await startInvoiceService();
});
afterAll(() => service.stop());

describe('DeleteQuote', () => {
  test('deletes a draft and tells of it, once', async () => {
    const quotes = quotesOf(service, service.newOwner());
    const { id: quoteId } = await quotes.draft();
    const results = await Promise.allSettled(Array.from({ length: 5 }, () => quotes.client.deleteQuote({ quoteId })));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await refusalOf(quotes.client.getQuote({ quoteId }))).toMatchObject({ reason: 'QUOTE_NOT_FOUND' });
    expect((await service.eventsOf(quoteId)).map(({ topic, version }) => [topic, version])).toEqual([
      ['quote.created', 1n],
      ['quote.deleted', 2n],
    ]);
  });

  test('gives a repetition with the same key the same answer', async () => {
    const quotes = quotesOf(service, service.newOwner(), { 'idempotency-key': 'delete-1' });
    const { id: quoteId } = await quotesOf(service, service.newOwner()).draft();
    expect(await refusalOf(quotes.client.deleteQuote({ quoteId }))).toMatchObject({ reason: 'QUOTE_NOT_FOUND' });
    const owner = service.newOwner();
    const own = await quotesOf(service, owner).draft();
    const { client } = quotesOf(service, owner, { 'idempotency-key': 'delete-2' });
    expect(await client.deleteQuote({ quoteId: own.id })).toEqual(await client.deleteQuote({ quoteId: own.id }));
  });

  test('refuses what was sent, whatever became of it', async () => {
    const quotes = quotesOf(service, service.newOwner());
    const sent = await quotes.send();
    const accepted = await quotes.accept();
    for (const [{ id: quoteId }, state] of [
      [sent, 'SENT'],
      [accepted, 'ACCEPTED'],
    ] as const) {
      expect(await refusalOf(quotes.client.deleteQuote({ quoteId }))).toMatchObject({
        code: Code.FailedPrecondition,
        reason: 'QUOTE_STATE',
        metadata: { state, action: 'DELETE', cause: 'SENT' },
      });
    }
  });

  test("refuses another owner's quote, a stale If-Match, a bad id, and nobody", async () => {
    const owner = service.newOwner();
    const { id: quoteId } = await quotesOf(service, owner).draft();
    const call = (headers = {}, caller = owner) => quotesOf(service, caller, headers).client.deleteQuote({ quoteId });
    expect(await refusalOf(call({}, service.newOwner()))).toMatchObject({ reason: 'QUOTE_NOT_FOUND' });
    expect(await refusalOf(call({ 'if-match': '"9"' }))).toMatchObject({ reason: 'ETAG_MISMATCH' });
    const { client } = quotesOf(service, owner);
    expect(await refusalOf(client.deleteQuote({ quoteId: 'x' }))).toMatchObject({ fields: ['quote_id'] });
    expect(await refusalOf(service.client(QuoteService).deleteQuote({ quoteId }))).toMatchObject({
      code: Code.Unauthenticated,
    });
  });
});
