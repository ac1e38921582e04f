import { Code } from '@connectrpc/connect';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Quote_State, QuoteSchema } from '../../../gen/numer/invoice/v1/quote_pb.ts';
import { QuoteService } from '../../../gen/numer/invoice/v1/quote_service_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { quotesOf } from '../testing/quotes-of.ts';
import { type InvoiceTestService, LINE, required, startInvoiceService } from '../testing/start-invoice-service.ts';

let service: InvoiceTestService;
beforeAll(async () => {
  service = await startInvoiceService();
});
afterEach(() => service.clock.set('2026-03-01T12:00:00Z'));
afterAll(() => service.stop());

describe('UpdateQuote', () => {
  test('changes the given fields of a draft, those of its invoice too, and totals follow', async () => {
    const quotes = quotesOf(service, service.newOwner());
    const draft = await quotes.draft({ invoice: { memo: 'Hello' } });
    const [line] = required(draft.invoice).lines;
    service.clock.advance(1000);
    const changed = await quotes.change(
      {
        id: draft.id,
        dueDays: 30,
        invoice: { lines: [{ ...required(line), quantity: '4' }, LINE], discountPercent: '10' },
      },
      'due_days',
      'invoice.lines',
      'invoice.discount_percent',
    );
    expect(changed).toMatchObject({
      dueDays: 30,
      expireDate: '2026-03-31',
      etag: '"2"',
      createTime: draft.createTime,
      invoice: { memo: 'Hello', lines: [{ id: line?.id, quantity: '4' }, { quantity: '2' }], totalMinor: 32130n },
    });
    expect(changed.updateTime).not.toEqual(draft.updateTime);
    expect(await quotes.get(draft.id)).toEqual(changed);
    const [, event] = await service.eventsOf(draft.id);
    expect(event).toMatchObject({
      topic: 'quote.updated',
      version: 2n,
      message: {
        changes: expect.arrayContaining([
          expect.objectContaining({ field: 'dueDays', oldValue: '14', newValue: '30' }),
          expect.objectContaining({ field: 'invoice.totalMinor', oldValue: '11900', newValue: '32130' }),
          expect.objectContaining({ field: `invoice.lines.${line?.id}.quantity`, oldValue: '2', newValue: '4' }),
        ]),
      },
    });
    expect(event?.message.changes).toHaveLength(8);
  });

  test('changes nothing when nothing is different, and takes back what was read', async () => {
    const quotes = quotesOf(service, service.newOwner());
    const draft = await quotes.draft();
    const all = ['invoice', 'expire_date', 'due_days', 'number_series', 'state', 'number', 'etag'];
    expect(await quotes.change(draft, ...all)).toEqual(draft);
    expect(await service.eventsOf(draft.id)).toHaveLength(1);
  });

  test('clears what the mask names and the quote does not have', async () => {
    const quotes = quotesOf(service, service.newOwner());
    const { id } = await quotes.draft({ invoice: { memo: 'Hello' } });
    expect(await quotes.change({ id }, 'expire_date', 'invoice.memo')).toMatchObject({
      expireDate: '',
      invoice: { memo: '' },
    });
  });

  test('moves the expiry date of what was sent or has expired, and then it can be accepted', async () => {
    const quotes = quotesOf(service, service.newOwner());
    const { id } = await quotes.send({ expireDate: '2026-03-31' });
    service.clock.set('2026-04-02T12:00:00Z');
    expect(await refusalOf(quotes.client.acceptQuote({ quoteId: id }))).toMatchObject({
      code: Code.FailedPrecondition,
      reason: 'QUOTE_STATE',
      metadata: { state: 'EXPIRED', action: 'ACCEPT', cause: 'EXPIRED' },
    });
    const extended = await quotes.change({ id, expireDate: '2026-04-02' }, 'expire_date');
    expect(extended).toMatchObject({ state: Quote_State.SENT, expireDate: '2026-04-02', etag: '"3"' });
    expect((await service.eventsOf(id)).at(-1)).toMatchObject({
      topic: 'quote.updated',
      message: { changes: [{ field: 'expireDate', oldValue: '2026-03-31', newValue: '2026-04-02' }] },
    });
    expect((await quotes.client.acceptQuote({ quoteId: id })).quote?.state).toBe(Quote_State.ACCEPTED);
  });

  test('freezes everything else once it is sent, and the expiry date once it is accepted', async () => {
    const quotes = quotesOf(service, service.newOwner());
    const sent = await quotes.send();
    for (const path of ['invoice.memo', 'invoice', 'due_days', 'number_series']) {
      expect(await refusalOf(quotes.change({ id: sent.id, invoice: { memo: 'x' } }, path))).toMatchObject({
        reason: 'QUOTE_STATE',
        metadata: { state: 'SENT', action: 'UPDATE', cause: 'SENT' },
        fields: [`quote.${path.split('.')[0]}`],
      });
    }
    await quotes.client.acceptQuote({ quoteId: sent.id });
    expect(await refusalOf(quotes.change({ id: sent.id, expireDate: '2027-01-01' }, 'expire_date'))).toMatchObject({
      reason: 'QUOTE_STATE',
      metadata: { state: 'ACCEPTED', action: 'EXTEND', cause: 'ACCEPTED' },
      fields: ['quote.expire_date'],
    });
  });

  test('takes all of a sent quote as it was read, and moves the expiry date', async () => {
    const quotes = quotesOf(service, service.newOwner());
    const sent = await quotes.send();
    const paths = QuoteSchema.fields.map(({ name }) => name);
    const moved = await quotes.change({ ...sent, expireDate: '2027-01-01' }, ...paths);
    expect(moved).toMatchObject({ ...sent, expireDate: '2027-01-01', updateTime: moved.updateTime, etag: '"3"' });
    const priced = { ...required(sent.invoice?.lines[0]), unitPrice: '1' };
    const invoice = { ...required(sent.invoice), lines: [priced] };
    expect(await refusalOf(quotes.change({ ...moved, invoice }, ...paths))).toMatchObject({
      reason: 'QUOTE_STATE',
      fields: ['quote.invoice'],
    });
    const accepted = required((await quotes.client.acceptQuote({ quoteId: sent.id })).quote);
    expect(await quotes.change(accepted, ...paths)).toEqual(accepted);
  });

  test('keeps the customer of a draft who is gone by now, and checks one that is new', async () => {
    const owner = service.newOwner();
    const quotes = quotesOf(service, owner);
    const { id: customerId } = service.userService.addCustomer(owner.identity.userId);
    const { id } = await quotes.draft({ invoice: { customerId } });
    service.userService.deleteCustomer(customerId);
    expect((await quotes.change({ id, dueDays: 3 }, 'due_days')).dueDays).toBe(3);
    const change = quotes.change({ id, invoice: { customerId: service.newOwner().customerId } }, 'invoice.customer_id');
    expect(await refusalOf(change)).toMatchObject({
      reason: 'CUSTOMER_NOT_FOUND',
      fields: ['quote.invoice.customer_id'],
    });
    const moved = await quotes.change({ id, invoice: { customerId: owner.customerId } }, 'invoice.customer_id');
    expect(moved.invoice?.customerId).toBe(owner.customerId);
    expect((await quotes.client.listQuotes({ customerId: owner.customerId })).quotes).toHaveLength(1);
  });

  test('refuses what is wrong, by its path', async () => {
    const quotes = quotesOf(service, service.newOwner());
    const { id } = await quotes.draft();
    expect(await refusalOf(quotes.change({ id: 'x' }, 'due_days'))).toMatchObject({ fields: ['quote.id'] });
    expect(await refusalOf(quotes.client.updateQuote({ quote: { id } }))).toMatchObject({ fields: ['update_mask'] });
    expect(await refusalOf(quotes.change({ id }, 'colour'))).toMatchObject({ fields: ['update_mask'] });
    expect(await refusalOf(quotes.change({ id, dueDays: 4000 }, 'due_days'))).toMatchObject({
      fields: ['quote.due_days'],
    });
    expect(await refusalOf(quotes.change({ id }, 'invoice'))).toMatchObject({ fields: ['quote.invoice'] });
    expect(
      await refusalOf(quotes.change({ id, invoice: { dueDate: '2026-05-01' } }, 'invoice.due_date')),
    ).toMatchObject({
      fields: ['quote.invoice.due_date'],
    });
    const sent = await quotes.send();
    expect(await refusalOf(quotes.change({ id: sent.id, expireDate: '2026-02-30' }, 'expire_date'))).toMatchObject({
      fields: ['quote.expire_date'],
    });
  });

  test('lets no editor overwrite another', async () => {
    const owner = service.newOwner();
    const quotes = quotesOf(service, owner);
    const { id, etag } = await quotes.draft();
    const editor = quotesOf(service, owner, { 'if-match': etag });
    await editor.change({ id, dueDays: 1 }, 'due_days');
    expect(await refusalOf(editor.change({ id, dueDays: 2 }, 'due_days'))).toMatchObject({ reason: 'ETAG_MISMATCH' });
    await Promise.all([
      quotes.change({ id, dueDays: 5 }, 'due_days'),
      quotes.change({ id, invoice: { memo: 'both' } }, 'invoice.memo'),
    ]);
    expect(await quotes.get(id)).toMatchObject({ dueDays: 5, invoice: { memo: 'both' }, etag: '"4"' });
  });

  test("refuses another owner's quote, and nobody", async () => {
    const { id } = await quotesOf(service, service.newOwner()).draft();
    const other = quotesOf(service, service.newOwner());
    expect(await refusalOf(other.change({ id, dueDays: 1 }, 'due_days'))).toMatchObject({
      code: Code.NotFound,
      reason: 'QUOTE_NOT_FOUND',
    });
    const call = service.client(QuoteService).updateQuote({ quote: { id }, updateMask: { paths: [] } });
    expect(await refusalOf(call)).toMatchObject({ code: Code.Unauthenticated });
  });
});
