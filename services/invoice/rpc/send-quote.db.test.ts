import { Code, ConnectError } from '@connectrpc/connect';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { NumberSeries_DocumentType, NumberSeries_Reset } from '../../../gen/numer/invoice/v1/number_series_pb.ts';
import { Quote_State } from '../../../gen/numer/invoice/v1/quote_pb.ts';
import { QuoteService } from '../../../gen/numer/invoice/v1/quote_service_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { waitUntil } from '../../../runtime/testing/wait-until.ts';
import { cutOff } from '../testing/cut-off.ts';
import { quotesOf } from '../testing/quotes-of.ts';
import { seriesOf } from '../testing/series-of.ts';
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
afterEach(() => service.clock.set('2026-03-01T12:00:00Z'));
afterAll(() => service.stop());

const numbersTo = (count: number) =>
  Array.from({ length: count }, (_, index) => `Q-${String(index + 1).padStart(5, '0')}`);

async function numbersOf(owner: Owner): Promise<string[]> {
  const rows = await service.db.$client<{ number: string }[]>`
    select number from quotes where owner_id = ${owner.identity.userId} and number is not null order by number`;
  return rows.map(({ number }) => number);
}

describe('SendQuote', () => {
  test('numbers the draft, freezes it with both parties as they are now, and tells of it', async () => {
    const owner = service.newOwner({ timeZone: 'Asia/Tokyo', user: { companyName: 'Ada & Co', locale: 'de' } });
    const quotes = quotesOf(service, owner);
    const draft = await quotes.draft();
    service.clock.set('2026-03-05T16:00:00Z');
    const { quote } = await quotes.client.sendQuote({ quoteId: draft.id, message: 'Thank you.' });
    expect(quote).toMatchObject({
      invoice: draft.invoice,
      number: 'Q-00001',
      state: Quote_State.SENT,
      issueDate: '2026-03-06',
      seller: { name: 'Ada & Co', email: 'ada@example.com' },
      customer: { name: 'Example Ltd', email: 'pay@example.com', locale: 'de' },
      sendTime: required(quote).updateTime,
      etag: '"2"',
    });
    service.userService.changeCustomer(owner.customerId, { name: 'Somebody else' });
    expect(await quotes.get(draft.id)).toEqual(quote);
    expect((await service.eventsOf(draft.id))[1]).toMatchObject({
      topic: 'quote.sent',
      version: 2n,
      message: {
        quote,
        changes: [
          { field: 'number', newValue: 'Q-00001' },
          { field: 'issueDate', newValue: '2026-03-06' },
          { field: 'state', oldValue: 'DRAFT', newValue: 'SENT' },
        ],
        message: 'Thank you.',
      },
    });
  });

  test('numbers quotes and invoices apart, and in series of the owner’s own', async () => {
    const owner = service.newOwner();
    const quotes = quotesOf(service, owner);
    await seriesOf(service, owner).add({
      name: 'offers',
      documentType: NumberSeries_DocumentType.QUOTE,
      pattern: 'O{YY}{MM}-{SEQ}',
      reset: NumberSeries_Reset.MONTHLY,
    });
    expect((await owner.open()).number).toBe('INV-00001');
    expect((await quotes.send()).number).toBe('Q-00001');
    expect((await quotes.send({ numberSeries: 'offers' })).number).toBe('O2603-1');
    expect((await quotes.send({ numberSeries: 'offers' })).number).toBe('O2603-2');
    service.clock.set('2026-04-01T00:00:00Z');
    expect((await quotes.send({ numberSeries: 'offers', expireDate: '' })).number).toBe('O2604-1');
    expect((await quotes.send({ expireDate: '' })).number).toBe('Q-00002');
  });

  test('refuses what cannot be sent, which then has no number', async () => {
    const owner = service.newOwner();
    const quotes = quotesOf(service, owner);
    const { userId } = owner.identity;
    const { id: mute } = service.userService.addCustomer(userId, { email: '' });
    const { id: gone } = service.userService.addCustomer(userId);
    const cases = [
      [await quotes.draft({ invoice: { lines: [] } }), 'QUOTE_STATE', 'EMPTY'],
      [await quotes.draft({ expireDate: '2026-02-28' }), 'QUOTE_STATE', 'EXPIRED'],
      [await quotes.draft({ invoice: { customerId: mute } }), 'CUSTOMER_WITHOUT_EMAIL', undefined],
      [await quotes.draft({ invoice: { customerId: gone } }), 'CUSTOMER_DELETED', undefined],
    ] as const;
    service.userService.deleteCustomer(gone);
    for (const [{ id: quoteId }, reason, cause] of cases) {
      const refusal = await refusalOf(quotes.client.sendQuote({ quoteId }));
      expect(refusal).toMatchObject({ code: Code.FailedPrecondition, reason });
      expect(refusal.metadata.cause).toBe(cause);
    }
    expect(await numbersOf(owner)).toEqual([]);
    expect((await quotes.send()).number).toBe('Q-00001');
  });

  test('refuses a number that another quote has', async () => {
    const owner = service.newOwner();
    const quotes = quotesOf(service, owner);
    const documentType = NumberSeries_DocumentType.QUOTE;
    for (const [name, pattern] of [
      ['one', 'X{SEQ:2}'],
      ['other', 'X0{SEQ}'],
    ] as const) {
      await seriesOf(service, owner).add({ name, documentType, pattern });
    }
    await quotes.send({ numberSeries: 'one' });
    expect(await refusalOf(quotes.send({ numberSeries: 'other' }))).toMatchObject({ reason: 'NUMBER_TAKEN' });
    await seriesOf(service, owner).change({ name: 'other', nextSequence: 2n });
    expect((await quotes.send({ numberSeries: 'other' })).number).toBe('X02');
  });

  test('the answer to a repetition carries the number too, and without a key it is refused', async () => {
    const owner = service.newOwner();
    const { id: quoteId } = await quotesOf(service, owner).draft();
    const { client } = quotesOf(service, owner, { 'idempotency-key': 'send-1' });
    const answers = await Promise.all(Array.from({ length: 8 }, () => client.sendQuote({ quoteId })));
    expect(new Set(answers.map(({ quote }) => quote?.number))).toEqual(new Set(['Q-00001']));
    expect(await service.eventsOf(quoteId)).toHaveLength(2);
    expect(await refusalOf(quotesOf(service, owner).client.sendQuote({ quoteId }))).toMatchObject({
      reason: 'QUOTE_STATE',
      metadata: { state: 'SENT', action: 'SEND', cause: 'SENT' },
    });
  });

  test("refuses another owner's quote, a stale If-Match, a bad id, and nobody", async () => {
    const owner = service.newOwner();
    const { id: quoteId } = await quotesOf(service, owner).draft();
    const call = (headers = {}, caller = owner) => quotesOf(service, caller, headers).client.sendQuote({ quoteId });
    expect(await refusalOf(call({}, service.newOwner()))).toMatchObject({ reason: 'QUOTE_NOT_FOUND' });
    expect(await refusalOf(call({ 'if-match': '"9"' }))).toMatchObject({ reason: 'ETAG_MISMATCH' });
    const { client } = quotesOf(service, owner);
    expect(await refusalOf(client.sendQuote({ quoteId: '' }))).toMatchObject({ fields: ['quote_id'] });
    expect(await refusalOf(service.client(QuoteService).sendQuote({ quoteId }))).toMatchObject({
      code: Code.Unauthenticated,
    });
  });

  test('leaves no gap when sendings fail: stale, repeated, or cut off in the middle of their statement', async () => {
    const owner = service.newOwner();
    const quotes = quotesOf(service, owner);
    const stale = quotesOf(service, owner, { 'if-match': '"9"' });
    await quotes.send();
    const ids = (await Promise.all(Array.from({ length: 50 }, () => quotes.draft()))).map(({ id }) => id);
    const send = () =>
      Promise.allSettled(
        ids.flatMap((quoteId, index) => [
          (index % 5 === 0 ? stale : quotes).client.sendQuote({ quoteId }),
          ...(index % 5 === 1 ? [quotes.client.sendQuote({ quoteId })] : []),
        ]),
      );
    const results = await cutOff(
      service,
      (sql) => sql`select 1 from number_counters where owner_id = ${owner.identity.userId} for update`,
      send,
    );
    const codes = results.flatMap((result) =>
      result.status === 'rejected' ? [ConnectError.from(result.reason).code] : [],
    );
    expect(codes).toContain(Code.Unavailable);
    const numbers = await numbersOf(owner);
    expect(numbers).toEqual(numbersTo(numbers.length));
    await waitUntil(async () => {
      // Only the next call on a cut connection may notice that it was cut.
      await Promise.allSettled(ids.map((quoteId) => quotes.client.sendQuote({ quoteId })));
      return (await numbersOf(owner)).length === 51;
    });
    expect(await numbersOf(owner)).toEqual(numbersTo(51));
  });
});
