import { Code } from '@connectrpc/connect';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Quote_State } from '../../../gen/numer/invoice/v1/quote_pb.ts';
import { QuoteService } from '../../../gen/numer/invoice/v1/quote_service_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { quotesOf } from '../testing/quotes-of.ts';
import { type InvoiceTestService, startInvoiceService } from '../testing/start-invoice-service.ts';

const { DRAFT, SENT, EXPIRED, ACCEPTED, DECLINED, INVOICED } = Quote_State;

let service: InvoiceTestService;
beforeAll(async () => {
  service = await startInvoiceService();
});
afterEach(() => service.clock.set('2026-03-01T12:00:00Z'));
afterAll(() => service.stop());

describe('ListQuotes', () => {
  test('gives the quotes newest first, page by page, while others come', async () => {
    const quotes = quotesOf(service, service.newOwner());
    const made: string[] = [];
    for (let count = 0; count < 7; count++) {
      made.unshift((await quotes.draft()).id);
      // Two at the same moment follow each other by id.
      if (count % 2 === 1) service.clock.advance(1);
    }
    const found: string[] = [];
    let pageToken = '';
    do {
      const page = await quotes.client.listQuotes({ pageSize: 3, pageToken });
      found.push(...page.quotes.map(({ id }) => id));
      pageToken = page.nextPageToken;
      service.clock.advance(1);
      await quotes.draft();
    } while (pageToken !== '');
    expect(found).toEqual(made);
  });

  test('gives those in each of the states that are shown, and those to a customer', async () => {
    const owner = service.newOwner();
    const quotes = quotesOf(service, owner);
    const other = service.userService.addCustomer(owner.identity.userId).id;
    const byState = {
      [DRAFT]: await quotes.draft({ expireDate: '2026-03-05' }),
      [SENT]: await quotes.send({ expireDate: '' }),
      [EXPIRED]: await quotes.send({ expireDate: '2026-03-10' }),
      [ACCEPTED]: await quotes.accept({ expireDate: '2026-03-10' }),
      [DECLINED]: await quotes.send({ expireDate: '2026-03-10', invoice: { customerId: other } }),
      [INVOICED]: await quotes.accept({ invoice: { customerId: other } }),
    };
    await quotes.client.declineQuote({ quoteId: byState[DECLINED].id });
    await quotes.client.convertQuote({ quoteId: byState[INVOICED].id });
    service.clock.set('2026-03-11T00:00:00Z');
    const idsOf = async (filters: Parameters<typeof quotes.client.listQuotes>[0]) =>
      (await quotes.client.listQuotes(filters)).quotes.map(({ id }) => id).toSorted();
    for (const state of [DRAFT, SENT, EXPIRED, ACCEPTED, DECLINED, INVOICED] as const) {
      expect(await idsOf({ state: [state] }), String(state)).toEqual([byState[state].id]);
    }
    expect(await idsOf({ state: [SENT, EXPIRED, SENT] })).toEqual([byState[SENT].id, byState[EXPIRED].id].toSorted());
    expect(await idsOf({ customerId: other })).toEqual([byState[DECLINED].id, byState[INVOICED].id].toSorted());
    expect(await idsOf({ customerId: other, state: [DECLINED, DRAFT] })).toEqual([byState[DECLINED].id]);
    expect(await idsOf({})).toHaveLength(6);
    const first = await quotes.client.listQuotes({ state: [SENT, EXPIRED], pageSize: 1 });
    const second = await quotes.client.listQuotes({
      state: [SENT, EXPIRED],
      pageSize: 1,
      pageToken: first.nextPageToken,
    });
    expect([...first.quotes, ...second.quotes].map(({ state }) => state)).toEqual([EXPIRED, SENT]);
    expect(second.nextPageToken).toBe('');
  });

  test('shows nobody the quotes of others', async () => {
    await quotesOf(service, service.newOwner()).draft();
    const { client } = quotesOf(service, service.newOwner());
    expect((await client.listQuotes({})).quotes).toEqual([]);
    expect(await refusalOf(service.client(QuoteService).listQuotes({}))).toMatchObject({ code: Code.Unauthenticated });
  });

  test('refuses a token of a list with other filters, and bad bounds', async () => {
    const quotes = quotesOf(service, service.newOwner());
    await quotes.draft();
    await quotes.draft();
    const { nextPageToken: pageToken } = await quotes.client.listQuotes({ pageSize: 1 });
    expect(await refusalOf(quotes.client.listQuotes({ pageToken, state: [DRAFT] }))).toMatchObject({
      reason: 'INVALID_PAGE_TOKEN',
    });
    expect(await refusalOf(quotes.client.listQuotes({ pageSize: 101 }))).toMatchObject({ fields: ['page_size'] });
    expect(await refusalOf(quotes.client.listQuotes({ state: [0] }))).toMatchObject({ fields: ['state[0]'] });
  });
});
