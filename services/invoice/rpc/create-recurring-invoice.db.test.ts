import { Code } from '@connectrpc/connect';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  RecurringInvoice_CatchUp,
  RecurringInvoice_Frequency,
  RecurringInvoice_Mode,
  RecurringInvoice_State,
} from '../../../gen/numer/invoice/v1/recurring_invoice_pb.ts';
import { RecurringInvoiceService } from '../../../gen/numer/invoice/v1/recurring_invoice_service_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { FULL_DRAFT, REFERENCES } from '../testing/full-draft.ts';
import { recurringOf } from '../testing/recurring-of.ts';
import { type InvoiceTestService, LINE, required, startInvoiceService } from '../testing/start-invoice-service.ts';

const { ALL, SKIP } = RecurringInvoice_CatchUp;
const { WEEK, MONTH } = RecurringInvoice_Frequency;
const { DRAFT, SEND } = RecurringInvoice_Mode;

let service: InvoiceTestService;
beforeAll(async () => {
  service = await startInvoiceService();
});
afterEach(() => service.clock.set('2026-03-01T12:00:00Z'));
afterAll(() => service.stop());

describe('CreateRecurringInvoice', () => {
  test('makes an active one with all amounts of its invoices, and says when the next is made', async () => {
    const owner = service.newOwner();
    const recurring = recurringOf(service, owner);
    const made = await recurring.make();
    expect(made).toMatchObject({
      state: RecurringInvoice_State.ACTIVE,
      frequency: MONTH,
      interval: 1,
      startDate: '2026-03-31',
      endDate: '',
      count: 0,
      mode: DRAFT,
      catchUp: ALL,
      dueDays: 14,
      nextDate: '2026-03-31',
      occurrenceCount: 0,
      etag: '"1"',
      invoice: { id: '', customerId: owner.customerId, issueDate: '', dueDate: '', totalMinor: 11900n },
    });
    expect(made.lastFailure).toBeUndefined();
    expect(await recurring.get(made.id)).toEqual(made);
  });

  test('calculates whatever an invoice can hold exactly as an invoice', async () => {
    const owner = service.newOwner();
    const { invoice } = await recurringOf(service, owner).make({
      invoice: { ...FULL_DRAFT, ...REFERENCES, dueDate: '' },
    });
    const { totalMinor, taxes, allowances, charges, payableMinor } = await owner.draft(FULL_DRAFT);
    expect(invoice).toMatchObject({ ...REFERENCES, totalMinor, taxes, allowances, charges, payableMinor });
  });

  test('begins with a date in the past when that is to be caught up on, or with the first that has not passed', async () => {
    // It is already 3 March in Tokyo.
    service.clock.set('2026-03-02T16:00:00Z');
    const recurring = recurringOf(service, service.newOwner({ timeZone: 'Asia/Tokyo' }));
    const schedule = { frequency: WEEK, startDate: '2026-02-17' };
    expect((await recurring.make({ ...schedule, catchUp: ALL })).nextDate).toBe('2026-02-17');
    expect((await recurring.make({ ...schedule, catchUp: SKIP })).nextDate).toBe('2026-03-03');
    service.clock.set('2026-03-03T15:00:00Z');
    expect((await recurring.make({ ...schedule, catchUp: SKIP })).nextDate).toBe('2026-03-10');
  });

  test('tells of it with all that was decided', async () => {
    const owner = service.newOwner();
    const { id, invoice } = await recurringOf(service, owner).make({ count: 12, mode: SEND, catchUp: SKIP });
    const line = required(required(invoice).lines[0]).id;
    const events = await service.eventsOf(id);
    expect(events).toMatchObject([
      {
        topic: 'recurring-invoice.created',
        version: 1n,
        ownerId: owner.identity.userId,
        actor: owner.identity.actor,
        message: { recurringInvoice: { id }, timeZone: 'UTC' },
      },
    ]);
    const changes = events[0]?.message.changes.map(({ field, newValue }) => `${field}=${newValue}`);
    expect(changes).toEqual([
      'catchUp=SKIP',
      'count=12',
      'dueDays=14',
      'frequency=MONTH',
      'interval=1',
      'mode=SEND',
      'nextDate=2026-03-31',
      'startDate=2026-03-31',
      'state=ACTIVE',
      'invoice.currencyCode=EUR',
      `invoice.customerId=${owner.customerId}`,
      'invoice.totalMinor=11900',
      `invoice.lines.${line}.description=Consulting`,
      `invoice.lines.${line}.quantity=2`,
      `invoice.lines.${line}.taxPercent=19`,
      `invoice.lines.${line}.unitPrice=50`,
    ]);
  });

  test('gives a repetition with the same key the same answer, and makes one', async () => {
    const owner = service.newOwner();
    const recurring = recurringOf(service, owner, { 'idempotency-key': 'recurring-1' });
    const answers = await Promise.all(Array.from({ length: 5 }, () => recurring.make()));
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
    expect((await recurring.client.listRecurringInvoices({})).recurringInvoices).toEqual([answers[0]]);
  });

  test.each([
    ['recurring_invoice.frequency', { frequency: RecurringInvoice_Frequency.FREQUENCY_UNSPECIFIED }],
    ['recurring_invoice.start_date', { startDate: '' }],
    ['recurring_invoice.start_date', { startDate: '2026-02-30' }],
    ['recurring_invoice.start_date', { startDate: '2025-02-28' }],
    ['recurring_invoice.end_date', { endDate: 'never' }],
    ['recurring_invoice.end_date', { endDate: '2026-02-31' }],
    ['recurring_invoice.end_date', { endDate: '2026-03-30' }],
    ['recurring_invoice.count', { count: 3, endDate: '2026-12-31' }],
    ['recurring_invoice.count', { count: -1 }],
    ['recurring_invoice.interval', { interval: -1 }],
    ['recurring_invoice.interval', { interval: 1001 }],
    ['recurring_invoice.due_days', { dueDays: 3651 }],
    ['recurring_invoice.start_date', { startDate: '2026-01-01', count: 2, catchUp: SKIP }],
    ['recurring_invoice.invoice.lines', { mode: SEND, invoice: { lines: [] } }],
    ['recurring_invoice.invoice.due_date', { invoice: { dueDate: '2026-04-01' } }],
    ['recurring_invoice.invoice.lines[0].unit_price', { invoice: { lines: [{ ...LINE, unitPrice: '-1' }] } }],
    ['recurring_invoice.invoice.currency_code', { invoice: { currencyCode: 'XXX' } }],
  ])('names %s when it is %o', async (field, init) => {
    const refusal = await refusalOf(recurringOf(service, service.newOwner()).make(init));
    expect(refusal).toMatchObject({ code: Code.InvalidArgument, reason: 'INVALID_ARGUMENT', fields: [field] });
    expect(refusal.message).toContain(field);
  });

  test('takes a start up to a year ago, and drafts without lines', async () => {
    const recurring = recurringOf(service, service.newOwner());
    expect((await recurring.make({ startDate: '2025-03-01' })).nextDate).toBe('2025-03-01');
    expect((await recurring.make({ invoice: { lines: [] } })).invoice?.lines).toEqual([]);
  });

  test("refuses a request without its parts, another owner's customer, a total below zero, and nobody", async () => {
    const recurring = recurringOf(service, service.newOwner());
    expect(await refusalOf(recurring.client.createRecurringInvoice({}))).toMatchObject({
      fields: ['recurring_invoice'],
    });
    const bare = { frequency: MONTH, startDate: '2026-03-31' };
    expect(await refusalOf(recurring.client.createRecurringInvoice({ recurringInvoice: bare }))).toMatchObject({
      fields: ['recurring_invoice.invoice'],
    });
    const { customerId } = service.newOwner();
    expect(await refusalOf(recurring.make({ invoice: { customerId } }))).toMatchObject({
      code: Code.NotFound,
      reason: 'CUSTOMER_NOT_FOUND',
      fields: ['recurring_invoice.invoice.customer_id'],
    });
    expect(await refusalOf(recurring.make({ invoice: { lines: [{ ...LINE, quantity: '-1' }] } }))).toMatchObject({
      reason: 'NEGATIVE_TOTAL',
    });
    expect(await refusalOf(recurring.make({ invoice: { numberSeries: 'quote' } }))).toMatchObject({
      reason: 'NUMBER_SERIES_NOT_FOUND',
      fields: ['recurring_invoice.invoice.number_series'],
    });
    expect(await refusalOf(service.client(RecurringInvoiceService).createRecurringInvoice({}))).toMatchObject({
      code: Code.Unauthenticated,
    });
  });
});
