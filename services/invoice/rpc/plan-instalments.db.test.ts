import { Code } from '@connectrpc/connect';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { InvoiceService, ListInvoicesRequest_Order } from '../../../gen/numer/invoice/v1/invoice_service_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { creditNotesOf } from '../testing/credit-notes-of.ts';
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

const PLAN = [
  { dueDate: '2026-03-10', amountMinor: 5_000n },
  { dueDate: '2026-04-10', amountMinor: 6_900n },
];

async function overdueIds(owner: Owner): Promise<string[]> {
  const { invoices } = await owner.invoices.listInvoices({ overdue: true });
  const { invoices: others } = await owner.invoices.listInvoices({ overdue: false });
  const ids = invoices.map(({ id }) => id);
  expect(others.filter(({ id, overdue }) => overdue || ids.includes(id))).toEqual([]);
  return ids;
}

describe('PlanInstalments', () => {
  test('has an open invoice paid in instalments, and tells of it', async () => {
    const owner = service.newOwner();
    const { id: invoiceId, nextDueDate } = await owner.open();
    expect(nextDueDate).toBe('2026-03-31');
    const { invoice } = await owner.invoices.planInstalments({ invoiceId, instalments: PLAN });
    expect(invoice).toMatchObject({
      dueDate: '2026-03-31',
      nextDueDate: '2026-03-10',
      instalments: PLAN.map((instalment) => ({ ...instalment, dueMinor: instalment.amountMinor })),
      etag: '"3"',
    });
    expect(await owner.get(invoiceId)).toEqual(invoice);
    expect((await service.eventsOf(invoiceId))[2]).toMatchObject({
      topic: 'invoice.instalments-planned',
      version: 3n,
      message: {
        invoice,
        changes: [
          {
            field: 'instalments',
            newValue: '[{"amountMinor":"5000","dueDate":"2026-03-10"},{"amountMinor":"6900","dueDate":"2026-04-10"}]',
          },
        ],
      },
    });
  });

  test('is overdue when the first instalment is that is not settled, whatever settled the others', async () => {
    const owner = service.newOwner();
    const { id: invoiceId } = await owner.open();
    await owner.invoices.planInstalments({ invoiceId, instalments: PLAN });
    service.clock.set('2026-03-10T12:00:00Z');
    expect(await overdueIds(owner)).toEqual([]);
    service.clock.set('2026-03-11T12:00:00Z');
    expect(await overdueIds(owner)).toEqual([invoiceId]);
    const { payment } = await owner.invoices.recordPayment({ invoiceId, amountMinor: 4_999n });
    expect(await owner.get(invoiceId)).toMatchObject({ overdue: true, nextDueDate: '2026-03-10' });
    await creditNotesOf(service, owner).issue(invoiceId, { amountMinor: 1n });
    expect(await owner.get(invoiceId)).toMatchObject({
      overdue: false,
      nextDueDate: '2026-04-10',
      instalments: [{ dueMinor: 0n }, { dueMinor: 6_900n }],
    });
    // The due date of the document has passed, but not that of the second instalment.
    service.clock.set('2026-04-10T12:00:00Z');
    expect(await overdueIds(owner)).toEqual([]);
    service.clock.set('2026-04-11T12:00:00Z');
    expect(await overdueIds(owner)).toEqual([invoiceId]);
    await owner.invoices.reversePayment({ invoiceId, paymentId: required(payment).id, reason: 'returned' });
    expect((await owner.get(invoiceId)).nextDueDate).toBe('2026-03-10');
  });

  test('orders and filters the list by the next due date', async () => {
    const owner = service.newOwner();
    const late = await owner.open({ dueDate: '2026-03-20' });
    const planned = await owner.open();
    await owner.invoices.planInstalments({ invoiceId: planned.id, instalments: PLAN });
    const list = async (request: Parameters<typeof owner.invoices.listInvoices>[0]) =>
      (await owner.invoices.listInvoices(request)).invoices.map(({ id }) => id);
    expect(await list({ order: ListInvoicesRequest_Order.DUE_DATE_ASC })).toEqual([planned.id, late.id]);
    expect(await list({ dueDateTo: '2026-03-15' })).toEqual([planned.id]);
    await owner.invoices.recordPayment({ invoiceId: planned.id, amountMinor: 5_000n });
    expect(await list({ order: ListInvoicesRequest_Order.DUE_DATE_ASC })).toEqual([late.id, planned.id]);
  });

  test('replaces a plan by another, and by none', async () => {
    const owner = service.newOwner();
    const { id: invoiceId } = await owner.open();
    await owner.invoices.planInstalments({ invoiceId, instalments: PLAN });
    const others = [
      { dueDate: '2026-05-01', amountMinor: 1n },
      { dueDate: '2026-06-01', amountMinor: 11_899n },
    ];
    const second = await owner.invoices.planInstalments({ invoiceId, instalments: others });
    expect(second.invoice?.nextDueDate).toBe('2026-05-01');
    const { invoice } = await owner.invoices.planInstalments({ invoiceId });
    expect(invoice).toMatchObject({ instalments: [], nextDueDate: '2026-03-31' });
  });

  test.each([
    ['a single instalment', [{ dueDate: '2026-03-10', amountMinor: 11_900n }], 'instalments'],
    ['another sum', [PLAN[0], { dueDate: '2026-04-10', amountMinor: 6_901n }], 'instalments'],
    ['days out of order', PLAN.toReversed(), 'instalments[1].due_date'],
    ['a day that does not exist', [{ dueDate: '2026-02-30', amountMinor: 1n }, PLAN[0]], 'instalments[0].due_date'],
    ['nothing to pay', [{ dueDate: '2026-03-05', amountMinor: 0n }, ...PLAN], 'instalments[0].amount_minor'],
  ])('refuses %s', async (_, given, field) => {
    const owner = service.newOwner();
    const { id: invoiceId } = await owner.open();
    const instalments = given.map(required);
    expect(await refusalOf(owner.invoices.planInstalments({ invoiceId, instalments }))).toMatchObject({
      code: Code.InvalidArgument,
      fields: [field],
    });
  });

  test('refuses all but open invoices', async () => {
    const owner = service.newOwner();
    const [draft, voided, paid, givenUp] = [
      await owner.draft(),
      await owner.open(),
      await owner.open(),
      await owner.open(),
    ];
    await owner.invoices.voidInvoice({ invoiceId: voided.id });
    await owner.invoices.recordPayment({ invoiceId: paid.id, amountMinor: 11_900n });
    await owner.invoices.markInvoiceUncollectible({ invoiceId: givenUp.id });
    for (const [{ id: invoiceId }, state] of [
      [draft, 'DRAFT'],
      [voided, 'VOID'],
      [paid, 'PAID'],
      [givenUp, 'UNCOLLECTIBLE'],
    ] as const) {
      expect(await refusalOf(owner.invoices.planInstalments({ invoiceId, instalments: PLAN }))).toMatchObject({
        code: Code.FailedPrecondition,
        reason: 'INVOICE_STATE',
        metadata: { state, action: 'PLAN_INSTALMENTS' },
      });
    }
  });

  test("refuses another owner's invoice, a stale If-Match, and nobody", async () => {
    const owner = service.newOwner();
    const request = { invoiceId: (await owner.open()).id, instalments: PLAN };
    expect(await refusalOf(service.newOwner().invoices.planInstalments(request))).toMatchObject({
      code: Code.NotFound,
      reason: 'INVOICE_NOT_FOUND',
    });
    expect(await refusalOf(owner.with({ 'if-match': '"1"' }).planInstalments(request))).toMatchObject({
      reason: 'ETAG_MISMATCH',
    });
    expect(await refusalOf(service.client(InvoiceService).planInstalments(request))).toMatchObject({
      code: Code.Unauthenticated,
    });
  });

  test('plans once for one key, however fast it is repeated', async () => {
    const owner = service.newOwner();
    const { id: invoiceId } = await owner.open();
    const client = owner.with({ 'idempotency-key': 'plan-1' });
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => client.planInstalments({ invoiceId, instalments: PLAN })),
    );
    expect(new Set(answers.map(({ invoice }) => invoice?.etag))).toEqual(new Set(['"3"']));
  });
});
