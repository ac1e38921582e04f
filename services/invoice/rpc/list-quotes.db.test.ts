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

  test('finds numbers, exactly and by their beginning, and the days on which quotes were sent', async () => {
    const owner = service.newOwner();
    const quotes = quotesOf(service, owner);
    const drafted = await quotes.draft({ expireDate: '' });
    const other = service.userService.addCustomer(owner.identity.userId).id;
    const first = await quotes.send({ expireDate: '2026-03-05' });
    service.clock.set('2026-03-03T12:00:00Z');
    await quotes.client.sendQuote({ quoteId: drafted.id });
    service.clock.set('2026-03-09T12:00:00Z');
    const last = await quotes.send({ invoice: { customerId: other } });
    const unsent = await quotes.draft();
    const find = async (filters: Parameters<typeof quotes.client.listQuotes>[0]) =>
      (await quotes.client.listQuotes(filters)).quotes.map(({ id }) => id);
    expect([first, last].map(({ number }) => number)).toEqual(['Q-00001', 'Q-00003']);
    expect(await find({ number: 'Q-00002' })).toEqual([drafted.id]);
    expect(await find({ number: 'Q-0000' })).toEqual([]);
    expect(await find({ numberPrefix: 'Q-0000' })).toEqual([last.id, first.id, drafted.id]);
    expect(await find({ numberPrefix: 'q' })).toEqual([]);
    expect(await find({ numberPrefix: 'Q-', customerId: other })).toEqual([last.id]);
    expect(await find({ numberPrefix: 'Q-', state: [SENT] })).toEqual([last.id, drafted.id]);
    expect(await find({ numberPrefix: 'Q-', state: [EXPIRED, ACCEPTED] })).toEqual([first.id]);
    expect(await find({ issueDateFrom: '2026-03-03' })).toEqual([last.id, drafted.id]);
    expect(await find({ issueDateTo: '2026-03-03' })).toEqual([first.id, drafted.id]);
    expect(await find({ issueDateFrom: '2026-03-02', issueDateTo: '2026-03-08' })).toEqual([drafted.id]);
    expect(await find({ issueDateTo: '2026-03-09', state: [SENT, DRAFT], number: 'Q-00003' })).toEqual([last.id]);
    expect(await find({ issueDateFrom: '2026-03-10' })).toEqual([]);
    expect(await find({})).toEqual([unsent.id, last.id, first.id, drafted.id]);
    const stranger = quotesOf(service, service.newOwner()).client;
    expect((await stranger.listQuotes({ number: 'Q-00001' })).quotes).toEqual([]);
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
    for (const filters of [
      { state: [DRAFT] },
      { number: 'Q-1' },
      { numberPrefix: 'Q' },
      { issueDateTo: '2026-03-01' },
    ]) {
      expect(await refusalOf(quotes.client.listQuotes({ pageToken, ...filters }))).toMatchObject({
        reason: 'INVALID_PAGE_TOKEN',
      });
    }
    expect(await refusalOf(quotes.client.listQuotes({ issueDateFrom: '2026-02-30' }))).toMatchObject({
      fields: ['issue_date_from'],
    });
    const backwards = { issueDateFrom: '2026-03-02', issueDateTo: '2026-03-01' };
    expect(await refusalOf(quotes.client.listQuotes(backwards))).toMatchObject({ fields: ['issue_date_to'] });
    expect(await refusalOf(quotes.client.listQuotes({ number: 'Q'.repeat(51) }))).toMatchObject({ fields: ['number'] });
    expect(await refusalOf(quotes.client.listQuotes({ pageSize: 101 }))).toMatchObject({ fields: ['page_size'] });
    expect(await refusalOf(quotes.client.listQuotes({ state: [0] }))).toMatchObject({ fields: ['state[0]'] });
  });
});
