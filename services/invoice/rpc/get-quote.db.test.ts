import { Code } from '@connectrpc/connect';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Quote_Action, Quote_State, UnavailableQuoteAction_Reason } from '../../../gen/numer/invoice/v1/quote_pb.ts';
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

describe('GetQuote', () => {
  test('shows a quote as expired from the moment its last day ends where the owner is, without any job', async () => {
    const [tokyo, hawaii] = [
      service.newOwner({ timeZone: 'Asia/Tokyo' }),
      service.newOwner({ timeZone: 'Pacific/Honolulu' }),
    ];
    const stateAt = async (time: string, quotes: ReturnType<typeof quotesOf>, id: string) => {
      service.clock.set(time);
      return (await quotes.get(id)).state;
    };
    for (const [owner, lastMoment, next] of [
      [tokyo, '2026-03-31T14:59:59.999Z', '2026-03-31T15:00:00Z'],
      [hawaii, '2026-04-01T09:59:59.999Z', '2026-04-01T10:00:00Z'],
    ] as const) {
      const quotes = quotesOf(service, owner);
      const { id } = await quotes.send({ expireDate: '2026-03-31' });
      expect(await stateAt(lastMoment, quotes, id)).toBe(Quote_State.SENT);
      expect(await stateAt(next, quotes, id)).toBe(Quote_State.EXPIRED);
      service.clock.set('2026-03-01T12:00:00Z');
    }
  });

  test('has another etag once it has expired, and says what is left to do', async () => {
    const quotes = quotesOf(service, service.newOwner());
    const sent = await quotes.send({ expireDate: '2026-03-31' });
    expect(sent.etag).toBe('"2"');
    service.clock.set('2026-04-01T00:00:00Z');
    expect(await quotes.get(sent.id)).toMatchObject({
      state: Quote_State.EXPIRED,
      etag: '"2-expired"',
      updateTime: sent.updateTime,
      availableActions: [Quote_Action.EXTEND, Quote_Action.DECLINE],
      unavailableActions: expect.arrayContaining([
        expect.objectContaining({ action: Quote_Action.ACCEPT, reason: UnavailableQuoteAction_Reason.EXPIRED }),
      ]),
    });
  });

  test("finds no quote of another owner's, and none for nobody", async () => {
    const { id: quoteId } = await quotesOf(service, service.newOwner()).draft();
    const { client } = quotesOf(service, service.newOwner());
    expect(await refusalOf(client.getQuote({ quoteId }))).toMatchObject({
      code: Code.NotFound,
      reason: 'QUOTE_NOT_FOUND',
    });
    expect(await refusalOf(client.getQuote({ quoteId: 'x' }))).toMatchObject({ fields: ['quote_id'] });
    expect(await refusalOf(service.client(QuoteService).getQuote({ quoteId }))).toMatchObject({
      code: Code.Unauthenticated,
    });
  });
});
