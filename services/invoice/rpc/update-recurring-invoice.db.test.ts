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
import { type Replica, recurringOf, startReplica } from '../testing/recurring-of.ts';
import { type InvoiceTestService, LINE, startInvoiceService } from '../testing/start-invoice-service.ts';

const { DAY, WEEK } = RecurringInvoice_Frequency;
const { ACTIVE, PAUSED, ENDED } = RecurringInvoice_State;

let service: InvoiceTestService;
let job: Replica;
beforeAll(async () => {
  service = await startInvoiceService();
  job = startReplica(service);
});
afterEach(() => service.clock.set('2026-03-01T12:00:00Z'));
afterAll(async () => {
  await job.stop();
  await service.stop();
});

function runAt(time: string): Promise<void> {
  service.clock.set(time);
  return job.run();
}

describe('UpdateRecurringInvoice', () => {
  test('changes the labels alone, with which invoices are found from then on, as by the name of the customer', async () => {
    const owner = service.newOwner();
    const recurring = recurringOf(service, owner);
    const { id } = await recurring.make({ invoice: { tags: ['rent'], metadata: { floor: '2' } } });
    const labels = { tags: ['rent', 'office'], metadata: { room: '7' } };
    const changed = await recurring.change({ id, invoice: labels }, 'invoice.tags', 'invoice.metadata.room');
    expect(changed.invoice).toMatchObject({ ...labels, metadata: { floor: '2', room: '7' } });
    expect((await service.eventsOf(id))[1]?.message.changes).toMatchObject([
      { field: 'invoice.metadata.room', newValue: '7' },
      { field: 'invoice.tags', oldValue: 'rent', newValue: 'rent, office' },
    ]);
    await runAt('2026-03-31T00:00:00Z');
    const customer = service.userService.addCustomer(owner.identity.userId, { name: 'Hopper Ltd' });
    await recurring.change({ id, invoice: { customerId: customer.id } }, 'invoice.customer_id');
    await recurring.change({ id, dueDays: 3 }, 'due_days');
    await runAt('2026-04-30T00:00:00Z');
    const datesOf = async (query: { tag?: string[]; text?: string }) =>
      (await owner.invoices.listInvoices(query)).invoices.map(({ occurrenceDate }) => occurrenceDate);
    expect(await datesOf({ tag: ['office'] })).toEqual(['2026-04-30', '2026-03-31']);
    expect(await datesOf({ text: 'example' })).toEqual(['2026-03-31']);
    expect(await datesOf({ text: 'hopper ltd' })).toEqual(['2026-04-30']);
  });

  test('changes the given fields, those of its invoice too, and tells of it', async () => {
    const recurring = recurringOf(service, service.newOwner());
    const made = await recurring.make({ invoice: { memo: 'Hello' } });
    service.clock.advance(1000);
    const change = {
      id: made.id,
      dueDays: 30,
      mode: RecurringInvoice_Mode.SEND,
      invoice: { lines: [{ ...LINE, quantity: '4' }] },
    };
    const changed = await recurring.change(change, 'due_days', 'mode', 'invoice.lines');
    expect(changed).toMatchObject({
      dueDays: 30,
      mode: RecurringInvoice_Mode.SEND,
      frequency: made.frequency,
      nextDate: made.nextDate,
      createTime: made.createTime,
      etag: '"2"',
      invoice: { memo: 'Hello', totalMinor: 23800n },
    });
    expect(await recurring.get(made.id)).toEqual(changed);
    const [, event] = await service.eventsOf(made.id);
    expect(event).toMatchObject({ topic: 'recurring-invoice.updated', version: 2n });
    expect(event?.message.changes.slice(0, 3)).toMatchObject([
      { field: 'dueDays', oldValue: '14', newValue: '30' },
      { field: 'mode', oldValue: 'DRAFT', newValue: 'SEND' },
      { field: 'invoice.totalMinor', oldValue: '11900', newValue: '23800' },
    ]);
  });

  test('changes nothing when nothing is different, and takes back what was read', async () => {
    const recurring = recurringOf(service, service.newOwner());
    const made = await recurring.make();
    const all = [
      'invoice',
      'frequency',
      'interval',
      'start_date',
      'end_date',
      'count',
      'mode',
      'catch_up',
      'state',
      'next_date',
    ];
    expect(await recurring.change(made, ...all)).toEqual(made);
    expect(await service.eventsOf(made.id)).toHaveLength(1);
  });

  test('of the dates holds from today on, and never comes back to a date that was made', async () => {
    const recurring = recurringOf(service, service.newOwner());
    const { id } = await recurring.make({ frequency: WEEK, startDate: '2026-03-02' });
    await runAt('2026-03-09T08:00:00Z');
    service.clock.set('2026-03-18T08:00:00Z');
    // 16 March is due, but the daily dates before today never were.
    expect(await recurring.change({ id, frequency: DAY }, 'frequency')).toMatchObject({ nextDate: '2026-03-18' });
    await job.run();
    expect(await recurring.dates(id)).toEqual(['2026-03-02', '2026-03-09', '2026-03-18']);
    // The weekly dates again: today has its invoice.
    expect(
      await recurring.change({ id, frequency: WEEK, startDate: '2026-03-18' }, 'frequency', 'start_date'),
    ).toMatchObject({
      nextDate: '2026-03-25',
    });
    await runAt('2026-03-25T00:00:00Z');
    expect(await recurring.dates(id)).toEqual(['2026-03-02', '2026-03-09', '2026-03-18', '2026-03-25']);
  });

  test('keeps dates that are due when the dates stay the same', async () => {
    const recurring = recurringOf(service, service.newOwner());
    const { id } = await recurring.make({ frequency: WEEK, startDate: '2026-03-02' });
    service.clock.set('2026-03-10T00:00:00Z');
    expect(await recurring.change({ id, count: 2 }, 'count')).toMatchObject({ nextDate: '2026-03-02' });
    await job.run();
    expect(await recurring.dates(id)).toEqual(['2026-03-02', '2026-03-09']);
    expect((await recurring.get(id)).state).toBe(ENDED);
  });

  test('ends it when there is no further date, and lets one that has ended go on', async () => {
    const recurring = recurringOf(service, service.newOwner());
    const { id } = await recurring.make({ frequency: WEEK, startDate: '2026-03-02' });
    await runAt('2026-03-02T08:00:00Z');
    const ended = await recurring.change({ id, endDate: '2026-03-08' }, 'end_date');
    expect(ended).toMatchObject({ state: ENDED, nextDate: '' });
    await runAt('2026-03-20T08:00:00Z');
    expect(await recurring.change({ id }, 'end_date')).toMatchObject({ state: ACTIVE, nextDate: '2026-03-23' });
    await runAt('2026-03-23T00:00:00Z');
    expect(await recurring.dates(id)).toEqual(['2026-03-02', '2026-03-23']);
  });

  test('leaves a pause as it is', async () => {
    const recurring = recurringOf(service, service.newOwner());
    const { id } = await recurring.make();
    await recurring.client.pauseRecurringInvoice({ recurringInvoiceId: id });
    const changed = await recurring.change({ id, catchUp: RecurringInvoice_CatchUp.SKIP }, 'catch_up');
    expect(changed).toMatchObject({ state: PAUSED, catchUp: RecurringInvoice_CatchUp.SKIP });
  });

  test('of one that started long ago needs no later start', async () => {
    const recurring = recurringOf(service, service.newOwner());
    const { id } = await recurring.make({ startDate: '2025-03-31' });
    service.clock.set('2027-06-01T00:00:00Z');
    expect((await recurring.change({ id, dueDays: 3 }, 'due_days')).dueDays).toBe(3);
    expect(await refusalOf(recurring.change({ id, startDate: '2025-04-30' }, 'start_date'))).toMatchObject({
      fields: ['recurring_invoice.start_date'],
    });
  });

  test('refuses what is wrong, by its path', async () => {
    const recurring = recurringOf(service, service.newOwner());
    const { id } = await recurring.make();
    const fieldsOf = async (call: Promise<unknown>) => (await refusalOf(call)).fields;
    expect(await fieldsOf(recurring.change({ id: 'x' }, 'due_days'))).toEqual(['recurring_invoice.id']);
    expect(await fieldsOf(recurring.client.updateRecurringInvoice({ recurringInvoice: { id } }))).toEqual([
      'update_mask',
    ]);
    expect(await fieldsOf(recurring.change({ id }, 'frequency'))).toEqual(['recurring_invoice.frequency']);
    expect(await fieldsOf(recurring.change({ id }, 'invoice'))).toEqual(['recurring_invoice.invoice']);
    expect(await fieldsOf(recurring.change({ id, endDate: '2026-01-01' }, 'end_date'))).toEqual([
      'recurring_invoice.end_date',
    ]);
    const { customerId } = service.newOwner();
    expect(await fieldsOf(recurring.change({ id, invoice: { customerId } }, 'invoice.customer_id'))).toEqual([
      'recurring_invoice.invoice.customer_id',
    ]);
    expect(await fieldsOf(recurring.change({ id, mode: RecurringInvoice_Mode.SEND }, 'mode', 'invoice.lines'))).toEqual(
      ['recurring_invoice.invoice.lines'],
    );
  });

  test('lets no editor overwrite another, nor what the job does at the same moment', async () => {
    const owner = service.newOwner();
    const recurring = recurringOf(service, owner);
    const { id, etag } = await recurring.make({ frequency: DAY, startDate: '2026-03-01', count: 30 });
    const editor = recurringOf(service, owner, { 'if-match': etag });
    await editor.change({ id, dueDays: 1 }, 'due_days');
    expect(await refusalOf(editor.change({ id, dueDays: 2 }, 'due_days'))).toMatchObject({ reason: 'ETAG_MISMATCH' });
    service.clock.set('2026-03-31T00:00:00Z');
    const edits = Array.from({ length: 10 }, (_, index) =>
      recurring.change({ id, invoice: { memo: `${index}` } }, 'invoice.memo'),
    );
    await Promise.allSettled([job.run(), ...edits]);
    await job.run();
    expect(await recurring.dates(id)).toHaveLength(30);
    expect(await recurring.get(id)).toMatchObject({ state: ENDED, occurrenceCount: 30 });
  });

  test("refuses another owner's, and nobody", async () => {
    const { id } = await recurringOf(service, service.newOwner()).make();
    const other = recurringOf(service, service.newOwner());
    expect(await refusalOf(other.change({ id, dueDays: 1 }, 'due_days'))).toMatchObject({
      code: Code.NotFound,
      reason: 'RECURRING_INVOICE_NOT_FOUND',
    });
    const request = { recurringInvoice: { id }, updateMask: { paths: [] } };
    expect(await refusalOf(service.client(RecurringInvoiceService).updateRecurringInvoice(request))).toMatchObject({
      code: Code.Unauthenticated,
    });
  });
});
