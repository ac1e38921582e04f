import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Invoice_State } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import {
  Occurrence_State,
  RecurringInvoice_Frequency,
  RecurringInvoice_Mode,
  RecurringInvoice_Period,
  RecurringInvoice_State,
} from '../../../gen/numer/invoice/v1/recurring_invoice_pb.ts';
import { REFERENCES } from '../testing/full-draft.ts';
import { recurringOf } from '../testing/recurring-of.ts';
import { type InvoiceTestService, LINE } from '../testing/start-invoice-service.ts';
import { type OccurrenceJob, startOccurrenceJob } from '../testing/start-occurrence-job.ts';
import { makeOccurrences } from './make-occurrences.ts';

const { DAY } = RecurringInvoice_Frequency;
const { FINALIZE } = RecurringInvoice_Mode;
const { NONE, PRECEDING, FOLLOWING } = RecurringInvoice_Period;
const { ACTIVE } = RecurringInvoice_State;
const { DONE } = Occurrence_State;
const { DRAFT } = Invoice_State;

let job: OccurrenceJob;
let service: InvoiceTestService;
beforeAll(async () => {
  job = await startOccurrenceJob();
  service = job.service;
});
afterEach(() => job.reset());
afterAll(() => job.stop());

describe('an invoice', () => {
  test('is made when the day begins where the owner is, no sooner, and once', async () => {
    const owner = service.newOwner({ timeZone: 'Asia/Tokyo' });
    const recurring = recurringOf(service, owner);
    const { id } = await recurring.make({ invoice: REFERENCES });
    await job.runAt('2026-03-30T14:59:59.999Z');
    expect(await recurring.dates(id)).toEqual([]);
    await job.runAt('2026-03-30T15:00:00Z');
    await job.runAt('2026-03-30T15:00:05Z');
    const [invoice, ...others] = await recurring.invoices(id);
    expect(others).toEqual([]);
    expect(invoice).toMatchObject({
      state: DRAFT,
      customerId: owner.customerId,
      ...REFERENCES,
      dueDate: '2026-04-14',
      totalMinor: 11900n,
      recurringInvoiceId: id,
      occurrenceDate: '2026-03-31',
    });
    expect(await recurring.get(id)).toMatchObject({
      state: ACTIVE,
      nextDate: '2026-04-30',
      occurrenceCount: 1,
      etag: '"2"',
    });
    expect(await recurring.occurrences(id)).toMatchObject([{ invoiceId: invoice?.id, state: DONE }]);
  });

  test('is told of as made by this service for the owner, together with its date', async () => {
    const owner = service.newOwner();
    const recurring = recurringOf(service, owner);
    const { id } = await recurring.make();
    await job.runAt('2026-03-31T00:00:00Z');
    const [invoice] = await recurring.invoices(id);
    const facts = {
      ownerId: owner.identity.userId,
      actor: 'service:invoice',
      requestId: expect.stringMatching(/^recurring-/),
    };
    expect(await service.eventsOf(invoice?.id ?? '')).toMatchObject([
      {
        topic: 'invoice.created',
        version: 1n,
        ...facts,
        message: {
          invoice,
          changes: expect.arrayContaining([
            expect.objectContaining({ field: 'recurringInvoiceId', newValue: id }),
            expect.objectContaining({ field: 'occurrenceDate', newValue: '2026-03-31' }),
          ]),
        },
      },
    ]);
    expect((await service.eventsOf(id))[1]).toMatchObject({
      topic: 'recurring-invoice.occurred',
      version: 2n,
      ...facts,
      message: {
        recurringInvoice: { id, nextDate: '2026-04-30', occurrenceCount: 1 },
        occurrence: { occurrenceDate: '2026-03-31', invoiceId: invoice?.id },
        changes: [{ field: 'nextDate', oldValue: '2026-03-31', newValue: '2026-04-30' }],
      },
    });
  });

  test('has the date that it is made for in its texts, and lines of its own', async () => {
    const recurring = recurringOf(service, service.newOwner());
    const lines = [{ ...LINE, description: 'Hosting {MM}/{YYYY}' }];
    const { id, invoice: template } = await recurring.make({ invoice: { memo: 'For {DD}.{MM}.{YY}', lines } });
    await job.runAt('2026-04-30T00:00:00Z');
    const [march, april] = await recurring.invoices(id);
    expect(march).toMatchObject({ memo: 'For 31.03.26', lines: [{ description: 'Hosting 03/2026' }] });
    expect(april).toMatchObject({ memo: 'For 30.04.26', lines: [{ description: 'Hosting 04/2026' }] });
    const lineIds = [template, march, april].map((each) => each?.lines[0]?.id);
    expect(new Set(lineIds).size).toBe(3);
    expect((await recurring.get(id)).invoice?.memo).toBe('For {DD}.{MM}.{YY}');
  });

  test('is for the period before or after its date, as the recurring invoice says by then', async () => {
    const recurring = recurringOf(service, service.newOwner());
    const { id, period } = await recurring.make({ startDate: '2026-04-01', period: FOLLOWING });
    expect(period).toBe(FOLLOWING);
    await job.runAt('2026-04-01T00:00:00Z');
    expect(await recurring.change({ id, period: PRECEDING }, 'period')).toMatchObject({ period: PRECEDING });
    await job.runAt('2026-05-01T00:00:00Z');
    expect(await recurring.change({ id }, 'period')).toMatchObject({ period: NONE });
    await job.runAt('2026-06-01T00:00:00Z');
    expect(await recurring.invoices(id)).toMatchObject([
      { occurrenceDate: '2026-04-01', periodStartDate: '2026-04-01', periodEndDate: '2026-04-30' },
      { occurrenceDate: '2026-05-01', periodStartDate: '2026-04-01', periodEndDate: '2026-04-30' },
      { occurrenceDate: '2026-06-01', periodStartDate: '', periodEndDate: '' },
    ]);
    const changes = (await service.eventsOf(id)).flatMap(({ message }) => message.changes);
    expect(changes.filter(({ field }) => field === 'period')).toMatchObject([
      { newValue: 'FOLLOWING' },
      { oldValue: 'FOLLOWING', newValue: 'PRECEDING' },
      { oldValue: 'PRECEDING' },
    ]);
  });

  test('is as the recurring invoice is at that moment; those made before stay as they are', async () => {
    const recurring = recurringOf(service, service.newOwner());
    const { id } = await recurring.make();
    await job.runAt('2026-03-31T00:00:00Z');
    const [before] = await recurring.invoices(id);
    await recurring.change(
      { id, dueDays: 30, invoice: { lines: [{ ...LINE, quantity: '3' }] } },
      'due_days',
      'invoice.lines',
    );
    await job.runAt('2026-04-30T00:00:00Z');
    const [march, april] = await recurring.invoices(id);
    expect(march).toMatchObject({ totalMinor: 11900n, dueDate: before?.dueDate });
    expect(april).toMatchObject({ totalMinor: 17850n, dueDate: '2026-05-30' });
  });
});

describe('the job', () => {
  test('does nothing twice when the clock jumps back, and catches up when it jumps ahead', async () => {
    const owner = service.newOwner();
    const recurring = recurringOf(service, owner);
    const { id } = await recurring.make({ frequency: DAY, startDate: '2026-03-02', mode: FINALIZE });
    for (const time of [
      '2026-03-03',
      '2026-03-01',
      '2026-03-05',
      '2026-03-02',
      '2026-03-04',
      '2026-03-05',
      '2020-01-01',
    ]) {
      await job.runAt(`${time}T00:00:00Z`);
    }
    expect(await recurring.dates(id)).toEqual(['2026-03-02', '2026-03-03', '2026-03-04', '2026-03-05']);
    const numbers = (await recurring.invoices(id)).map(({ number }) => number);
    expect(numbers.toSorted()).toEqual(['INV-00001', 'INV-00002', 'INV-00003', 'INV-00004']);
    expect(await job.countEvents(owner, 'invoice.finalized')).toBe(4);
  });

  test('stops at the end of the process', async () => {
    const recurring = recurringOf(service, service.newOwner());
    const { id } = await recurring.make();
    service.clock.set('2026-03-31T00:00:00Z');
    await makeOccurrences.run(job.deps, service.clock.now(), AbortSignal.abort());
    expect(await recurring.dates(id)).toEqual([]);
  });

  test('works off more than a batch', async () => {
    const owner = service.newOwner();
    const recurring = recurringOf(service, owner);
    await Promise.all(Array.from({ length: 120 }, () => recurring.make({ mode: FINALIZE })));
    await job.runAt('2026-03-31T00:00:00Z');
    expect(await job.countEvents(owner, 'recurring-invoice.occurred')).toBe(120);
    expect(await job.countEvents(owner, 'invoice.finalized')).toBe(120);
  });
});
