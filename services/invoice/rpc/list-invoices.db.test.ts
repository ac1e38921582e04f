import type { MessageInitShape } from '@bufbuild/protobuf';
import { Code } from '@connectrpc/connect';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Invoice, Invoice_State } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import {
  InvoiceService,
  ListInvoicesRequest_Order as Order,
  ListInvoicesRequest_View as View,
} from '../../../gen/numer/invoice/v1/invoice_service_pb.ts';
import type { NumberSeriesSchema } from '../../../gen/numer/invoice/v1/number_series_pb.ts';
import { NumberSeriesService } from '../../../gen/numer/invoice/v1/number_series_service_pb.ts';
import { FIRST_ID } from '../../../runtime/paging/page-token.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { idsOf, listAll, type Query } from '../testing/list-all.ts';
import { quotesOf } from '../testing/quotes-of.ts';
import { recurringOf, startReplica } from '../testing/recurring-of.ts';
import {
  type InvoiceTestService,
  LINE,
  type Owner,
  required,
  startInvoiceService,
} from '../testing/start-invoice-service.ts';

let service: InvoiceTestService;
beforeAll(async () => {
  service = await startInvoiceService();
});
afterAll(() => service.stop());

async function changeSeries(owner: Owner, series: MessageInitShape<typeof NumberSeriesSchema>): Promise<void> {
  const client = service.client(NumberSeriesService, owner.identity);
  await client.updateNumberSeries({
    numberSeries: series,
    updateMask: { paths: ['pattern', 'next_sequence'] },
  });
}

describe('ListInvoices', () => {
  test('gives invoices whole, with their lines in order', async () => {
    const owner = service.newOwner();
    const lines = ['a', 'b', 'c'].map((description) => ({ ...LINE, description, quantity: '99999999.999999' }));
    const opened = await owner.open({ lines });
    const draft = await owner.draft({ lines: [] });
    const query = { order: Order.DUE_DATE_DESC, view: View.FULL };
    const { invoices, nextPageToken } = await owner.invoices.listInvoices(query);
    expect(invoices.toSorted((a, b) => a.id.localeCompare(b.id))).toEqual([opened, draft]);
    expect(nextPageToken).toBe('');
  });

  test('gives all but the lines unless they are asked for, and the pages of both views follow each other', async () => {
    const owner = service.newOwner();
    const [draft, empty, opened] = [await owner.draft(), await owner.draft({ lines: [] }), await owner.open()];
    const basic = [draft, empty, opened].map((invoice) => ({ ...invoice, lines: [] }));
    for (const view of [View.VIEW_UNSPECIFIED, View.BASIC]) {
      expect(await listAll(owner, { view, order: Order.CREATE_TIME_ASC, pageSize: 1 })).toEqual(basic);
    }
    const first = await owner.invoices.listInvoices({ pageSize: 2, order: Order.CREATE_TIME_ASC });
    const rest = { pageSize: 2, order: Order.CREATE_TIME_ASC, view: View.FULL, pageToken: first.nextPageToken };
    expect((await owner.invoices.listInvoices(rest)).invoices).toEqual([opened]);
  });

  test("leaves out other owners' invoices", async () => {
    await service.newOwner().draft();
    expect((await service.newOwner().invoices.listInvoices({})).invoices).toEqual([]);
  });

  test.each([
    ['newest first by default', {}, [4, 3, 2, 1, 0]],
    ['oldest first', { order: Order.CREATE_TIME_ASC }, [0, 1, 2, 3, 4]],
    ['due soonest first', { order: Order.DUE_DATE_ASC }, [3, 0, 1, 2, 4]],
    ['due latest first', { order: Order.DUE_DATE_DESC }, [4, 2, 1, 0, 3]],
    ['issued first first', { order: Order.ISSUE_DATE_ASC }, [3, 0, 1, 2, 4]],
    ['issued last first', { order: Order.ISSUE_DATE_DESC }, [4, 2, 1, 0, 3]],
    ['smallest total first', { order: Order.TOTAL_ASC }, [4, 0, 1, 2, 3]],
    ['largest total first', { order: Order.TOTAL_DESC }, [3, 2, 1, 0, 4]],
    ['by number', { order: Order.NUMBER_ASC }, [0, 1, 2, 3, 4]],
  ])('orders %s, in a total order over any pages', async (_, query, expected) => {
    const owner = service.newOwner();
    const ids: string[] = [];
    const dated = ['2026-04-01', '2026-04-01', '2026-04-01', '2026-03-05', '2026-05-01'];
    for (const [index, dueDate] of dated.entries()) {
      const lines = [{ ...LINE, quantity: ['2', '2', '2', '3', '1'][index] ?? '' }];
      const issueDate = index === 4 ? '' : (['2026-03-01', '2026-03-01', '2026-03-01', '2026-02-28'][index] ?? '');
      // The clock stands still, so only the ids distinguish them.
      ids.push((await owner.draft({ dueDate, issueDate, lines })).id);
    }
    for (const pageSize of [1, 2, 5, 100]) {
      expect(idsOf(await listAll(owner, { ...query, pageSize }))).toEqual(expected.map((index) => ids[index]));
    }
  });

  test('large pages, which are read in parts, have the same invoices as small ones', async () => {
    const owner = service.newOwner();
    await Promise.all(Array.from({ length: 53 }, (_, index) => owner.draft({ tags: index % 2 === 0 ? ['even'] : [] })));
    for (const query of [{}, { tag: ['even'] }, { tag: ['even'], order: Order.TOTAL_ASC }]) {
      const small = idsOf(await listAll(owner, { ...query, pageSize: 7 }));
      expect(new Set(small).size).toBe('tag' in query ? 27 : 53);
      for (const pageSize of [25, 26, 50, 53, 100]) {
        expect(idsOf(await listAll(owner, { ...query, pageSize }))).toEqual(small);
      }
      const page = await owner.invoices.listInvoices({ ...query, pageSize: 26 });
      expect(page.invoices).toHaveLength(26);
    }
  });

  test('pages neither skip nor repeat while invoices are added', async () => {
    const owner = service.newOwner();
    const first = await Promise.all(Array.from({ length: 12 }, () => owner.draft()));
    for (const order of [Order.CREATE_TIME_DESC, Order.DUE_DATE_ASC]) {
      const listed = idsOf(await listAll(owner, { order, pageSize: 3 }, () => owner.draft({ dueDate: '2026-03-02' })));
      expect(new Set(listed).size).toBe(listed.length);
      expect(idsOf(first).filter((id) => !listed.includes(id))).toEqual([]);
    }
  });

  test('pages have what was there all the time exactly once, whatever else comes, changes and goes', async () => {
    const owner = service.newOwner();
    const other = service.userService.addCustomer(owner.identity.userId).id;
    const quantity = (seed: number) => [{ ...LINE, quantity: String((seed % 5) + 1) }];
    const make = (seed: number) =>
      owner.draft({
        lines: quantity(seed),
        dueDate: `2026-04-0${(seed % 7) + 1}`,
        tags: seed % 2 === 0 ? ['even'] : [],
        memo: seed % 3 === 0 ? 'third' : '',
        customerId: seed % 4 === 0 ? other : owner.customerId,
      });
    const change = async (seed: number, ids: readonly string[]): Promise<string> => {
      const id = ids[seed % ids.length] ?? '';
      if (seed % 3 === 0) await make(seed);
      else if (seed % 3 === 1) await owner.invoices.deleteInvoice({ invoiceId: id }).catch(() => undefined);
      else {
        const invoice = { id, lines: quantity(seed), dueDate: `2026-04-0${(seed % 7) + 1}`, tags: ['even'] };
        const paths = ['lines', 'due_date', 'tags'];
        await owner.invoices.updateInvoice({ invoice, updateMask: { paths } }).catch(() => undefined);
      }
      return id;
    };
    const queries: readonly Query[] = [
      {},
      { tag: ['even'] },
      { text: 'thi' },
      { customerId: other },
      { totalMinorTo: 18_000n },
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...queries),
        fc.integer({ min: 1, max: 10 }) as fc.Arbitrary<Order>,
        fc.array(fc.nat(1_000), { minLength: 3, maxLength: 6 }),
        async (query, order, seeds) => {
          await Promise.all(Array.from({ length: 8 }, (_, index) => make(index)));
          const before = idsOf(await listAll(owner, { ...query, order, pageSize: 100 }));
          const touched = new Set<string>();
          const [...left] = seeds;
          const seen = await listAll(owner, { ...query, order, pageSize: 3 }, async () => {
            const seed = left.pop();
            if (seed !== undefined) touched.add(await change(seed, before));
          });
          const still = before.filter((id) => !touched.has(id));
          expect(idsOf(seen).filter((id) => still.includes(id))).toEqual(still);
        },
      ),
      { numRuns: 15 },
    );
  }, 60_000);

  test('filters by state, customer, currency, dates and overdue, alone and together', async () => {
    service.clock.set('2026-03-20T12:00:00Z');
    const owner = service.newOwner();
    const other = service.userService.addCustomer(owner.identity.userId).id;
    const drafted = await owner.draft({ dueDate: '2026-03-01', currencyCode: 'USD' });
    const overdue = await owner.open({ dueDate: '2026-03-19', issueDate: '2026-02-19', customerId: other });
    const dueToday = await owner.open({ dueDate: '2026-03-20' });
    const voided = await owner.open({ dueDate: '2026-03-01', issueDate: '2026-02-01' });
    await owner.invoices.voidInvoice({ invoiceId: voided.id });
    const find = async (query: Query) => {
      const whole = idsOf(await listAll(owner, { ...query, order: Order.CREATE_TIME_ASC }));
      // Every order and page size finds the same.
      for (const order of [Order.CREATE_TIME_DESC, Order.DUE_DATE_ASC, Order.DUE_DATE_DESC]) {
        expect(idsOf(await listAll(owner, { ...query, order, pageSize: 1 })).toSorted()).toEqual(whole);
      }
      return whole;
    };
    expect(await find({ state: [Invoice_State.OPEN] })).toEqual([overdue.id, dueToday.id]);
    expect(await find({ state: [Invoice_State.DRAFT, Invoice_State.VOID] })).toEqual([drafted.id, voided.id]);
    expect(await find({ state: [Invoice_State.PAID] })).toEqual([]);
    expect(await find({ customerId: other })).toEqual([overdue.id]);
    expect(await find({ currencyCode: 'USD' })).toEqual([drafted.id]);
    expect(await find({ overdue: true })).toEqual([overdue.id]);
    expect(await find({ overdue: false })).toEqual([drafted.id, dueToday.id, voided.id]);
    expect(await find({ overdue: true, state: [Invoice_State.DRAFT] })).toEqual([]);
    expect(await find({ overdue: true, dueDateFrom: '2026-03-20' })).toEqual([]);
    expect(await find({ overdue: false, state: [Invoice_State.OPEN] })).toEqual([dueToday.id]);
    expect(await find({ dueDateFrom: '2026-03-19', dueDateTo: '2026-03-19' })).toEqual([overdue.id]);
    expect(await find({ issueDateFrom: '2026-02-02' })).toEqual([overdue.id, dueToday.id]);
    expect(await find({ issueDateTo: '2026-02-28' })).toEqual([overdue.id, voided.id]);
    expect(await find({ issueDateTo: '2026-02-28', customerId: other, currencyCode: 'EUR' })).toEqual([overdue.id]);
    service.clock.set('2026-03-01T12:00:00Z');
  });

  test('finds what a recurring invoice made, and what a quote became, in every order and with other filters', async () => {
    const owner = service.newOwner();
    const other = service.userService.addCustomer(owner.identity.userId).id;
    const recurring = recurringOf(service, owner);
    const { id: recurringInvoiceId } = await recurring.make({ startDate: '2026-01-01' });
    const { id: idle } = await recurring.make({ startDate: '2027-01-01' });
    const quotes = quotesOf(service, owner);
    const { id: quoteId } = await quotes.accept({ invoice: { customerId: other } });
    const { id: unanswered } = await quotes.send();
    const job = startReplica(service);
    await job.run();
    await job.stop();
    const { invoice: converted } = await quotes.client.convertQuote({ quoteId });
    await owner.draft();
    const find = async (query: Query) => {
      const whole = idsOf(await listAll(owner, { ...query, order: Order.CREATE_TIME_ASC }));
      for (const order of [Order.CREATE_TIME_DESC, Order.DUE_DATE_ASC, Order.TOTAL_DESC, Order.NUMBER_ASC]) {
        expect(idsOf(await listAll(owner, { ...query, order, pageSize: 1 })).toSorted()).toEqual(whole.toSorted());
      }
      return whole;
    };
    const made = (await listAll(owner, { order: Order.CREATE_TIME_ASC })).filter((i) => i.recurringInvoiceId !== '');
    expect(made.map((invoice) => invoice.recurringInvoiceId)).toEqual(Array(3).fill(recurringInvoiceId));
    expect(await find({ recurringInvoiceId })).toEqual(idsOf(made));
    expect(await find({ recurringInvoiceId, customerId: owner.customerId })).toEqual(idsOf(made));
    expect(await find({ recurringInvoiceId, customerId: other })).toEqual([]);
    expect(await find({ recurringInvoiceId: idle })).toEqual([]);
    expect(await find({ quoteId })).toEqual([required(converted).id]);
    expect(await find({ quoteId, customerId: other, state: [Invoice_State.DRAFT] })).toEqual([required(converted).id]);
    expect(await find({ quoteId, state: [Invoice_State.OPEN] })).toEqual([]);
    expect(await find({ quoteId, recurringInvoiceId })).toEqual([]);
    expect(await find({ quoteId: unanswered })).toEqual([]);
    const stranger = service.newOwner();
    for (const query of [{ recurringInvoiceId }, { quoteId }]) expect(await listAll(stranger, query)).toEqual([]);
  });

  test('orders by numbers as they count, and drafts before them', async () => {
    const owner = service.newOwner();
    const draft = await owner.draft();
    const opened: Invoice[] = [];
    const patterns = ['B-{SEQ}', 'A{YYYY}/{SEQ:2}', 'B-{SEQ}'];
    for (const [index, pattern] of patterns.entries()) {
      const numberSeries = { name: 'invoice', pattern, nextSequence: BigInt([9, 98, 1_000_000][index] ?? 0) };
      await changeSeries(owner, numberSeries);
      for (let count = 0; count < 3; count++) opened.push(await owner.open());
    }
    const listed = await listAll(owner, { order: Order.NUMBER_ASC, pageSize: 2 });
    const numbers = [
      '',
      'A2026/98',
      'A2026/99',
      'A2026/100',
      'B-9',
      'B-10',
      'B-11',
      'B-1000000',
      'B-1000001',
      'B-1000002',
    ];
    expect(listed.map(({ number }) => number)).toEqual(numbers);
    expect(listed[0]?.id).toBe(draft.id);
    expect(idsOf(await listAll(owner, { order: Order.NUMBER_DESC, pageSize: 3 }))).toEqual(idsOf(listed).toReversed());
  });

  test('finds numbers, exactly and by their beginning', async () => {
    const owner = service.newOwner();
    await owner.draft();
    const opened = [await owner.open(), await owner.open(), await owner.open()];
    const find = async (query: Query) =>
      idsOf(await listAll(owner, { ...query, order: Order.NUMBER_ASC, pageSize: 1 }));
    expect(await find({ number: 'INV-00002' })).toEqual(idsOf(opened.slice(1, 2)));
    expect(await find({ number: 'INV-0000' })).toEqual([]);
    expect(await find({ numberPrefix: 'INV-0000' })).toEqual(idsOf(opened));
    expect(await find({ numberPrefix: 'INV-00003' })).toEqual(idsOf(opened.slice(2)));
    expect(await find({ numberPrefix: 'inv' })).toEqual([]);
  });

  test('finds totals from one amount to another', async () => {
    const owner = service.newOwner();
    for (const quantity of ['1', '2', '3']) await owner.draft({ lines: [{ ...LINE, quantity }] }); // 59.50 each
    const find = async (query: Query) =>
      (await listAll(owner, { ...query, order: Order.TOTAL_ASC })).map((i) => i.totalMinor);
    expect(await find({ totalMinorFrom: 11_900n })).toEqual([11_900n, 17_850n]);
    expect(await find({ totalMinorTo: 11_900n })).toEqual([5_950n, 11_900n]);
    expect(await find({ totalMinorFrom: 11_900n, totalMinorTo: 11_900n })).toEqual([11_900n]);
    expect(await find({ totalMinorTo: 0n })).toEqual([]);
  });

  test('gives 20 by default', async () => {
    const owner = service.newOwner();
    await Promise.all(Array.from({ length: 21 }, () => owner.draft()));
    const page = await owner.invoices.listInvoices({});
    expect(page.invoices).toHaveLength(20);
    expect(page.nextPageToken).not.toBe('');
  });

  test('refuses a page token that is made up, or of a list with other filters or another order', async () => {
    const owner = service.newOwner();
    await Promise.all([owner.draft(), owner.draft()]);
    const { nextPageToken: pageToken } = await owner.invoices.listInvoices({ pageSize: 1 });
    const queries: Query[] = [
      { pageToken: 'nonsense' },
      { pageToken, overdue: false },
      { pageToken, order: Order.DUE_DATE_ASC },
      { pageToken, state: [Invoice_State.DRAFT] },
      { pageToken, quoteId: FIRST_ID },
      { pageToken, recurringInvoiceId: FIRST_ID },
    ];
    for (const query of queries) {
      expect(await refusalOf(owner.invoices.listInvoices(query))).toMatchObject({
        code: Code.InvalidArgument,
        reason: 'INVALID_PAGE_TOKEN',
      });
    }
  });

  test.each<[string, Query, string[]]>([
    ['a page size over 100', { pageSize: 101 }, ['page_size']],
    ['a day that does not exist', { dueDateFrom: '2026-02-30' }, ['due_date_from']],
    ['an id of a recurring invoice that is none', { recurringInvoiceId: 'x' }, ['recurring_invoice_id']],
    ['an id of a quote that is none', { quoteId: 'Q-00001' }, ['quote_id']],
    ['a malformed currency', { currencyCode: 'eur' }, ['currency_code']],
    ['a state that does not exist', { state: [99 as Invoice_State] }, ['state[0]']],
    ['the beginning of no number', { numberPrefix: 'I'.repeat(51) }, ['number_prefix']],
    ['a value without its key', { metadataValue: 'x' }, ['metadata_value']],
    ['a key that no metadata have', { metadataKey: 'po.no=7', metadataValue: '8' }, ['metadata_key']],
    ['too many tags', { tag: ['a', 'b', 'c', 'd', 'e', 'f'] }, ['tag']],
    ['issue dates the wrong way round', { issueDateFrom: '2026-03-02', issueDateTo: '2026-03-01' }, ['issue_date_to']],
    ['due dates the wrong way round', { dueDateFrom: '2026-03-02', dueDateTo: '2026-03-01' }, ['due_date_to']],
    ['totals the wrong way round', { totalMinorFrom: 1n, totalMinorTo: 0n }, ['total_minor_to']],
    ['an amount that no total has', { totalMinorFrom: 10n ** 18n }, ['total_minor_from']],
  ])('refuses %s', async (_, query, fields) => {
    const refusal = await refusalOf(service.newOwner().invoices.listInvoices(query));
    expect(refusal).toMatchObject({ code: Code.InvalidArgument, fields });
  });

  test('is for users only', async () => {
    const refusal = await refusalOf(service.client(InvoiceService).listInvoices({}));
    expect(refusal).toMatchObject({ code: Code.Unauthenticated });
  });
});
