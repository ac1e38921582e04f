import type { MessageInitShape } from '@bufbuild/protobuf';
import { Code } from '@connectrpc/connect';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Invoice, Invoice_State } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import {
  InvoiceService,
  type ListInvoicesRequestSchema,
  ListInvoicesRequest_Order as Order,
} from '../../../gen/numer/invoice/v1/invoice_service_pb.ts';
import { refusalOf } from '../testing/refusal.ts';
import { type InvoiceTestService, LINE, type Owner, startInvoiceService } from '../testing/start-invoice-service.ts';

type Query = MessageInitShape<typeof ListInvoicesRequestSchema>;

let service: InvoiceTestService;
beforeAll(async () => {
  service = await startInvoiceService();
});
afterAll(() => service.stop());

/** All pages of a list. */
async function listAll(
  owner: Owner,
  query: Query,
  onPage: () => Promise<unknown> = async () => {},
): Promise<Invoice[]> {
  const found: Invoice[] = [];
  let pageToken = '';
  do {
    const page = await owner.invoices.listInvoices({ ...query, pageToken });
    found.push(...page.invoices);
    pageToken = page.nextPageToken;
    await onPage();
  } while (pageToken !== '');
  return found;
}

const idsOf = (invoices: readonly Invoice[]) => invoices.map(({ id }) => id);

describe('ListInvoices', () => {
  test('gives invoices whole, with their lines in order', async () => {
    const owner = service.newOwner();
    const lines = ['a', 'b', 'c'].map((description) => ({ ...LINE, description, quantity: '99999999.999999' }));
    const opened = await owner.open({ lines });
    const draft = await owner.draft({ lines: [] });
    const { invoices, nextPageToken } = await owner.invoices.listInvoices({ order: Order.DUE_DATE_DESC });
    expect(invoices.toSorted((a, b) => a.id.localeCompare(b.id))).toEqual([opened, draft]);
    expect(nextPageToken).toBe('');
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
  ])('orders %s, in a total order over any pages', async (_, query, expected) => {
    const owner = service.newOwner();
    const ids: string[] = [];
    for (const dueDate of ['2026-04-01', '2026-04-01', '2026-04-01', '2026-03-05', '2026-05-01']) {
      ids.push((await owner.draft({ dueDate })).id); // the clock stands still, so only the ids tell them apart
    }
    for (const pageSize of [1, 2, 5, 100]) {
      expect(idsOf(await listAll(owner, { ...query, pageSize }))).toEqual(expected.map((index) => ids[index]));
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
    ['a malformed currency', { currencyCode: 'eur' }, ['currency_code']],
    ['a state that does not exist', { state: [99 as Invoice_State] }, ['state[0]']],
  ])('refuses %s', async (_, query, fields) => {
    const refusal = await refusalOf(service.newOwner().invoices.listInvoices(query));
    expect(refusal).toMatchObject({ code: Code.InvalidArgument, fields });
  });

  test('is for users only', async () => {
    const refusal = await refusalOf(service.client(InvoiceService).listInvoices({}));
    expect(refusal).toMatchObject({ code: Code.Unauthenticated });
  });
});
