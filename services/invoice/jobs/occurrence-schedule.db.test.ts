import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Invoice_State } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import {
  RecurringInvoice_CatchUp,
  RecurringInvoice_Frequency,
  RecurringInvoice_Mode,
  RecurringInvoice_State,
} from '../../../gen/numer/invoice/v1/recurring_invoice_pb.ts';
import { recurringOf } from '../testing/recurring-of.ts';
import type { InvoiceTestService } from '../testing/start-invoice-service.ts';
import { type OccurrenceJob, startOccurrenceJob } from '../testing/start-occurrence-job.ts';

const { DAY, WEEK, MONTH, YEAR } = RecurringInvoice_Frequency;
const { SEND } = RecurringInvoice_Mode;
const { SKIP } = RecurringInvoice_CatchUp;
const { PAUSED, ENDED } = RecurringInvoice_State;
const { DRAFT, OPEN } = Invoice_State;

let job: OccurrenceJob;
let service: InvoiceTestService;
beforeAll(async () => {
  job = await startOccurrenceJob();
  service = job.service;
});
afterEach(() => job.reset());
afterAll(() => job.stop());

describe('the schedule', () => {
  test.each([
    ['each day', { frequency: DAY, startDate: '2026-03-28', count: 3 }, ['2026-03-28', '2026-03-29', '2026-03-30']],
    [
      'each second week',
      { frequency: WEEK, interval: 2, startDate: '2026-03-10', count: 2 },
      ['2026-03-10', '2026-03-24'],
    ],
    [
      'the ends of months',
      { frequency: MONTH, startDate: '2026-01-31', count: 3 },
      ['2026-01-31', '2026-02-28', '2026-03-31'],
    ],
    [
      'each quarter until a day',
      { frequency: MONTH, interval: 3, startDate: '2025-05-31', endDate: '2025-12-01' },
      ['2025-05-31', '2025-08-31', '2025-11-30'],
    ],
  ])('of %s is kept, and then it has ended', async (_, init, dates) => {
    const recurring = recurringOf(service, service.newOwner());
    const { id } = await recurring.make(init);
    await job.runAt('2027-01-01T00:00:00Z');
    expect(await recurring.dates(id)).toEqual(dates);
    expect(await recurring.get(id)).toMatchObject({ state: ENDED, nextDate: '', occurrenceCount: dates.length });
  });

  test('of a leap day is kept over the years', async () => {
    const recurring = recurringOf(service, service.newOwner());
    service.clock.set('2028-02-01T00:00:00Z');
    const { id } = await recurring.make({ frequency: YEAR, startDate: '2028-02-29', count: 5 });
    for (const year of [2028, 2029, 2030, 2031, 2032]) await job.runAt(`${year}-12-31T00:00:00Z`);
    expect(await recurring.dates(id)).toEqual(['2028-02-29', '2029-02-28', '2030-02-28', '2031-02-28', '2032-02-29']);
  });

  test.each([
    // Clocks go forward at midnight: the day begins at 01:00 and has 23 hours.
    ['America/Sao_Paulo', '2018-11-04', '2018-11-04T03:00:00Z'],
    ['Africa/Cairo', '2026-04-24', '2026-04-23T22:00:00Z'],
    // Clocks go back at 01:00 to midnight, which comes twice.
    ['America/Havana', '2026-11-01', '2026-11-01T04:00:00Z'],
    // The farthest zones, and one that skipped a day.
    ['Pacific/Kiritimati', '2026-04-01', '2026-03-31T10:00:00Z'],
    ['Pacific/Pago_Pago', '2026-04-01', '2026-04-01T11:00:00Z'],
    ['Asia/Kathmandu', '2026-04-01', '2026-03-31T18:15:00Z'],
    ['Europe/Berlin', '2026-03-29', '2026-03-28T23:00:00Z'],
  ])('of a day in %s begins with it: %s', async (timeZone, startDate, begins) => {
    const recurring = recurringOf(service, service.newOwner({ timeZone }));
    const start = new Date(begins);
    service.clock.set(new Date(start.getTime() - 86_400_000).toISOString());
    const { id } = await recurring.make({ frequency: DAY, startDate, catchUp: SKIP });
    await job.runAt(new Date(start.getTime() - 1).toISOString());
    expect(await recurring.dates(id)).toEqual([]);
    await job.runAt(begins);
    expect(await recurring.dates(id)).toEqual([startDate]);
  });
});

describe('after an outage', () => {
  test('all that was missed is caught up on, in order, issued and due from today on', async () => {
    const owner = service.newOwner();
    const recurring = recurringOf(service, owner);
    const { id } = await recurring.make({ frequency: WEEK, startDate: '2026-03-03', mode: SEND });
    await job.runAt('2026-03-24T10:00:00Z');
    const invoices = await recurring.invoices(id);
    expect(
      invoices.map(({ occurrenceDate, number, issueDate, dueDate }) => [occurrenceDate, number, issueDate, dueDate]),
    ).toEqual([
      ['2026-03-03', 'INV-00001', '2026-03-24', '2026-04-07'],
      ['2026-03-10', 'INV-00002', '2026-03-24', '2026-04-07'],
      ['2026-03-17', 'INV-00003', '2026-03-24', '2026-04-07'],
      ['2026-03-24', 'INV-00004', '2026-03-24', '2026-04-07'],
    ]);
    expect((await recurring.get(id)).nextDate).toBe('2026-03-31');
  });

  test('nothing of it is made when it is to be skipped, and that is told', async () => {
    const owner = service.newOwner();
    const recurring = recurringOf(service, owner);
    const { id } = await recurring.make({ frequency: WEEK, startDate: '2026-03-03', catchUp: SKIP });
    await job.runAt('2026-03-24T10:00:00Z');
    expect(await recurring.dates(id)).toEqual(['2026-03-24']);
    expect(await recurring.get(id)).toMatchObject({ occurrenceCount: 1, nextDate: '2026-03-31', etag: '"3"' });
    expect((await service.eventsOf(id))[1]).toMatchObject({
      topic: 'recurring-invoice.skipped',
      version: 2n,
      actor: 'service:invoice',
      message: { changes: [{ field: 'nextDate', oldValue: '2026-03-03', newValue: '2026-03-24' }] },
    });
    await job.runAt('2026-04-01T00:00:00Z');
    expect(await recurring.dates(id)).toEqual(['2026-03-24']);
    expect(await recurring.get(id)).toMatchObject({ nextDate: '2026-04-07' });
  });

  test('a schedule that ended meanwhile ends, with all or none of what was missed', async () => {
    const recurring = recurringOf(service, service.newOwner());
    const schedule = { frequency: WEEK, startDate: '2026-03-03', count: 2 };
    const all = await recurring.make(schedule);
    const none = await recurring.make({ ...schedule, catchUp: SKIP });
    await job.runAt('2026-06-01T00:00:00Z');
    expect(await recurring.dates(all.id)).toEqual(['2026-03-03', '2026-03-10']);
    expect(await recurring.dates(none.id)).toEqual([]);
    for (const { id } of [all, none]) expect(await recurring.get(id)).toMatchObject({ state: ENDED, nextDate: '' });
  });
});

describe('a pause', () => {
  test('keeps invoices from being made, and its end catches up on them or not', async () => {
    const recurring = recurringOf(service, service.newOwner());
    const schedule = { frequency: WEEK, startDate: '2026-03-03' };
    const [all, none] = [await recurring.make(schedule), await recurring.make({ ...schedule, catchUp: SKIP })];
    await job.runAt('2026-03-03T00:00:00Z');
    for (const { id } of [all, none]) await recurring.client.pauseRecurringInvoice({ recurringInvoiceId: id });
    await job.runAt('2026-03-20T00:00:00Z');
    for (const { id } of [all, none]) {
      expect(await recurring.dates(id)).toEqual(['2026-03-03']);
      expect((await recurring.get(id)).state).toBe(PAUSED);
      await recurring.client.resumeRecurringInvoice({ recurringInvoiceId: id });
    }
    expect((await recurring.get(none.id)).nextDate).toBe('2026-03-24');
    await job.runAt('2026-03-24T00:00:00Z');
    expect(await recurring.dates(all.id)).toEqual(['2026-03-03', '2026-03-10', '2026-03-17', '2026-03-24']);
    expect(await recurring.dates(none.id)).toEqual(['2026-03-03', '2026-03-24']);
  });

  test('also keeps invoices from being opened that were made before it', async () => {
    const owner = service.newOwner();
    const recurring = recurringOf(service, owner);
    const { id } = await recurring.make({ mode: SEND });
    service.userService.isDown.value = true;
    await expect(job.runAt('2026-03-31T00:00:00Z')).rejects.toThrow();
    service.userService.isDown.value = false;
    await recurring.client.pauseRecurringInvoice({ recurringInvoiceId: id });
    await job.runAt('2026-03-31T01:00:00Z');
    expect((await recurring.invoices(id)).map(({ state }) => state)).toEqual([DRAFT]);
    await recurring.client.resumeRecurringInvoice({ recurringInvoiceId: id });
    await job.run();
    expect((await recurring.invoices(id)).map(({ state }) => state)).toEqual([OPEN]);
  });
});
