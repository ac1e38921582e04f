import { Code } from '@connectrpc/connect';
import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { ErrorReason } from '../../../gen/numer/errors/v1/error_reason_pb.ts';
import { Invoice_State } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import { NumberSeries_Reset } from '../../../gen/numer/invoice/v1/number_series_pb.ts';
import {
  Occurrence_State,
  RecurringInvoice_CatchUp,
  RecurringInvoice_Frequency,
  RecurringInvoice_Mode,
  RecurringInvoice_State,
} from '../../../gen/numer/invoice/v1/recurring_invoice_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { type Replica, recurringOf, startReplica } from '../testing/recurring-of.ts';
import { seriesOf } from '../testing/series-of.ts';
import { type InvoiceTestService, LINE, type Owner, startInvoiceService } from '../testing/start-invoice-service.ts';
import { makeOccurrences } from './make-occurrences.ts';

const { DAY, WEEK, MONTH, YEAR } = RecurringInvoice_Frequency;
const { FINALIZE, SEND } = RecurringInvoice_Mode;
const { SKIP } = RecurringInvoice_CatchUp;
const { ACTIVE, PAUSED, ENDED } = RecurringInvoice_State;
const { PENDING, DONE, LEFT_AS_DRAFT } = Occurrence_State;
const { DRAFT, OPEN } = Invoice_State;

let service: InvoiceTestService;
let job: Replica;
beforeAll(async () => {
  service = await startInvoiceService();
  job = startReplica(service);
});
afterEach(async () => {
  service.userService.isDown.value = false;
  service.clock.set('2026-03-01T12:00:00Z');
  // What a test leaves due would be done by the next one.
  await service.db.execute(sql`delete from recurring_invoices`);
});
afterAll(async () => {
  await job.stop();
  await service.stop();
});

function runAt(time: string): Promise<void> {
  service.clock.set(time);
  return job.run();
}

/** The events of this kind that an account wrote. */
async function countEvents(owner: Owner, topic: string): Promise<number> {
  const rows = await service.db.execute(
    sql`select 1 from outbox where owner_id = ${owner.identity.userId} and topic = ${topic}`,
  );
  return rows.length;
}

describe('an invoice', () => {
  test('is made when the day begins where the owner is, no sooner, and once', async () => {
    const owner = service.newOwner({ timeZone: 'Asia/Tokyo' });
    const recurring = recurringOf(service, owner);
    const { id } = await recurring.make();
    await runAt('2026-03-30T14:59:59.999Z');
    expect(await recurring.dates(id)).toEqual([]);
    await runAt('2026-03-30T15:00:00Z');
    await runAt('2026-03-30T15:00:05Z');
    const [invoice, ...others] = await recurring.invoices(id);
    expect(others).toEqual([]);
    expect(invoice).toMatchObject({
      state: DRAFT,
      customerId: owner.customerId,
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
    await runAt('2026-03-31T00:00:00Z');
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
    await runAt('2026-04-30T00:00:00Z');
    const [march, april] = await recurring.invoices(id);
    expect(march).toMatchObject({ memo: 'For 31.03.26', lines: [{ description: 'Hosting 03/2026' }] });
    expect(april).toMatchObject({ memo: 'For 30.04.26', lines: [{ description: 'Hosting 04/2026' }] });
    const lineIds = [template, march, april].map((each) => each?.lines[0]?.id);
    expect(new Set(lineIds).size).toBe(3);
    expect((await recurring.get(id)).invoice?.memo).toBe('For {DD}.{MM}.{YY}');
  });

  test('is as the recurring invoice is at that moment; those made before stay as they are', async () => {
    const recurring = recurringOf(service, service.newOwner());
    const { id } = await recurring.make();
    await runAt('2026-03-31T00:00:00Z');
    const [before] = await recurring.invoices(id);
    await recurring.change(
      { id, dueDays: 30, invoice: { lines: [{ ...LINE, quantity: '3' }] } },
      'due_days',
      'invoice.lines',
    );
    await runAt('2026-04-30T00:00:00Z');
    const [march, april] = await recurring.invoices(id);
    expect(march).toMatchObject({ totalMinor: 11900n, dueDate: before?.dueDate });
    expect(april).toMatchObject({ totalMinor: 17850n, dueDate: '2026-05-30' });
  });
});

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
    await runAt('2027-01-01T00:00:00Z');
    expect(await recurring.dates(id)).toEqual(dates);
    expect(await recurring.get(id)).toMatchObject({ state: ENDED, nextDate: '', occurrenceCount: dates.length });
  });

  test('of a leap day is kept over the years', async () => {
    const recurring = recurringOf(service, service.newOwner());
    service.clock.set('2028-02-01T00:00:00Z');
    const { id } = await recurring.make({ frequency: YEAR, startDate: '2028-02-29', count: 5 });
    for (const year of [2028, 2029, 2030, 2031, 2032]) await runAt(`${year}-12-31T00:00:00Z`);
    expect(await recurring.dates(id)).toEqual(['2028-02-29', '2029-02-28', '2030-02-28', '2031-02-28', '2032-02-29']);
  });

  test.each([
    // Clocks go forward at midnight: the day begins at 01:00, and the one before has 23 hours.
    ['America/Sao_Paulo', '2018-11-04', '2018-11-04T03:00:00Z'],
    ['Africa/Cairo', '2026-04-24', '2026-04-23T22:00:00Z'],
    // Clocks go back at 01:00 to midnight, which comes twice.
    ['America/Havana', '2026-11-01', '2026-11-01T04:00:00Z'],
    // The farthest zones, and one that left out a day.
    ['Pacific/Kiritimati', '2026-04-01', '2026-03-31T10:00:00Z'],
    ['Pacific/Pago_Pago', '2026-04-01', '2026-04-01T11:00:00Z'],
    ['Asia/Kathmandu', '2026-04-01', '2026-03-31T18:15:00Z'],
    ['Europe/Berlin', '2026-03-29', '2026-03-28T23:00:00Z'],
  ])('of a day in %s begins with it: %s', async (timeZone, startDate, begins) => {
    const recurring = recurringOf(service, service.newOwner({ timeZone }));
    const start = new Date(begins);
    service.clock.set(new Date(start.getTime() - 86_400_000).toISOString());
    const { id } = await recurring.make({ frequency: DAY, startDate, catchUp: SKIP });
    await runAt(new Date(start.getTime() - 1).toISOString());
    expect(await recurring.dates(id)).toEqual([]);
    await runAt(begins);
    expect(await recurring.dates(id)).toEqual([startDate]);
  });
});

describe('after an outage', () => {
  test('all that was missed is caught up on, in order, issued and due from today on', async () => {
    const owner = service.newOwner();
    const recurring = recurringOf(service, owner);
    const { id } = await recurring.make({ frequency: WEEK, startDate: '2026-03-03', mode: SEND });
    await runAt('2026-03-24T10:00:00Z');
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
    await runAt('2026-03-24T10:00:00Z');
    expect(await recurring.dates(id)).toEqual(['2026-03-24']);
    expect(await recurring.get(id)).toMatchObject({ occurrenceCount: 1, nextDate: '2026-03-31', etag: '"3"' });
    expect((await service.eventsOf(id))[1]).toMatchObject({
      topic: 'recurring-invoice.skipped',
      version: 2n,
      actor: 'service:invoice',
      message: { changes: [{ field: 'nextDate', oldValue: '2026-03-03', newValue: '2026-03-24' }] },
    });
    await runAt('2026-04-01T00:00:00Z');
    expect(await recurring.dates(id)).toEqual(['2026-03-24']);
    expect(await recurring.get(id)).toMatchObject({ nextDate: '2026-04-07' });
  });

  test('a schedule that ended meanwhile ends, with all or none of what was missed', async () => {
    const recurring = recurringOf(service, service.newOwner());
    const schedule = { frequency: WEEK, startDate: '2026-03-03', count: 2 };
    const all = await recurring.make(schedule);
    const none = await recurring.make({ ...schedule, catchUp: SKIP });
    await runAt('2026-06-01T00:00:00Z');
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
    await runAt('2026-03-03T00:00:00Z');
    for (const { id } of [all, none]) await recurring.client.pauseRecurringInvoice({ recurringInvoiceId: id });
    await runAt('2026-03-20T00:00:00Z');
    for (const { id } of [all, none]) {
      expect(await recurring.dates(id)).toEqual(['2026-03-03']);
      expect((await recurring.get(id)).state).toBe(PAUSED);
      await recurring.client.resumeRecurringInvoice({ recurringInvoiceId: id });
    }
    expect((await recurring.get(none.id)).nextDate).toBe('2026-03-24');
    await runAt('2026-03-24T00:00:00Z');
    expect(await recurring.dates(all.id)).toEqual(['2026-03-03', '2026-03-10', '2026-03-17', '2026-03-24']);
    expect(await recurring.dates(none.id)).toEqual(['2026-03-03', '2026-03-24']);
  });

  test('also keeps invoices from being opened that were made before it', async () => {
    const owner = service.newOwner();
    const recurring = recurringOf(service, owner);
    const { id } = await recurring.make({ mode: SEND });
    service.userService.isDown.value = true;
    await expect(runAt('2026-03-31T00:00:00Z')).rejects.toThrow();
    service.userService.isDown.value = false;
    await recurring.client.pauseRecurringInvoice({ recurringInvoiceId: id });
    await runAt('2026-03-31T01:00:00Z');
    expect((await recurring.invoices(id)).map(({ state }) => state)).toEqual([DRAFT]);
    await recurring.client.resumeRecurringInvoice({ recurringInvoiceId: id });
    await job.run();
    expect((await recurring.invoices(id)).map(({ state }) => state)).toEqual([OPEN]);
  });
});

describe('opening', () => {
  test('numbers the invoice with the parties as they are by then, and mails it when it is to be sent', async () => {
    const owner = service.newOwner({ timeZone: 'Asia/Tokyo', user: { companyName: 'Ada & Co' } });
    const recurring = recurringOf(service, owner);
    const finalized = await recurring.make({ mode: FINALIZE });
    const sent = await recurring.make({ mode: SEND, startDate: '2026-04-01' });
    service.userService.changeCustomer(owner.customerId, { name: 'Grace' });
    await runAt('2026-03-31T15:30:00Z');
    const [one] = await recurring.invoices(finalized.id);
    expect(one).toMatchObject({
      state: OPEN,
      number: 'INV-00001',
      issueDate: '2026-04-01',
      dueDate: '2026-04-15',
      seller: { name: 'Ada & Co' },
      customer: { name: 'Grace' },
      etag: '"2"',
    });
    expect(one?.sendTime).toBeUndefined();
    const [other] = await recurring.invoices(sent.id);
    expect(other).toMatchObject({ state: OPEN, number: 'INV-00002', sendTime: other?.openTime });
    expect(await service.eventsOf(other?.id ?? '')).toMatchObject([
      { topic: 'invoice.created', version: 1n },
      {
        topic: 'invoice.sent',
        version: 2n,
        ownerId: owner.identity.userId,
        actor: 'service:invoice',
        message: { invoice: { number: 'INV-00002' }, timeZone: 'Asia/Tokyo' },
      },
    ]);
    expect(await recurring.occurrences(sent.id)).toMatchObject([{ state: DONE, mode: SEND }]);
  });

  test('takes the number from the series of the template, for the day of the owner', async () => {
    const owner = service.newOwner({ timeZone: 'Asia/Tokyo' });
    await seriesOf(service, owner).add({
      name: 'abo',
      pattern: 'A{YYYY}{MM}-{SEQ}',
      reset: NumberSeries_Reset.MONTHLY,
    });
    const recurring = recurringOf(service, owner);
    const { id } = await recurring.make({ mode: FINALIZE, invoice: { numberSeries: 'abo' } });
    await runAt('2026-03-30T15:00:00Z');
    await runAt('2026-04-29T15:00:00Z');
    expect((await recurring.invoices(id)).map(({ number }) => number)).toEqual(['A202603-1', 'A202604-1']);
  });

  test('of an invoice over nothing makes it paid', async () => {
    const recurring = recurringOf(service, service.newOwner());
    const { id } = await recurring.make({ mode: SEND, invoice: { lines: [{ ...LINE, unitPrice: '0' }] } });
    await runAt('2026-03-31T00:00:00Z');
    expect((await recurring.invoices(id))[0]).toMatchObject({ state: Invoice_State.PAID, number: 'INV-00001' });
  });

  test('waits for the user service, while invoices are made, and moves the due date with the day', async () => {
    const recurring = recurringOf(service, service.newOwner());
    const { id } = await recurring.make({ mode: SEND });
    service.userService.isDown.value = true;
    expect(await refusalOf(runAt('2026-03-31T00:00:00Z'))).toMatchObject({ code: Code.Unavailable });
    expect((await recurring.invoices(id))[0]).toMatchObject({ state: DRAFT, dueDate: '2026-04-14' });
    expect(await recurring.occurrences(id)).toMatchObject([{ state: PENDING }]);
    expect((await recurring.get(id)).lastFailure).toBeUndefined();
    service.userService.isDown.value = false;
    await runAt('2026-04-02T00:00:00Z');
    const [invoice] = await recurring.invoices(id);
    expect(invoice).toMatchObject({ state: OPEN, issueDate: '2026-04-02', dueDate: '2026-04-16' });
    expect((await service.eventsOf(invoice?.id ?? ''))[1]?.message.changes).toContainEqual(
      expect.objectContaining({ field: 'dueDate', oldValue: '2026-04-14', newValue: '2026-04-16' }),
    );
  });

  test('goes on after a crash between making and opening, and after one between opening and noting it', async () => {
    const owner = service.newOwner();
    const recurring = recurringOf(service, owner);
    const { id } = await recurring.make({ mode: SEND, frequency: DAY });
    service.userService.isDown.value = true;
    await expect(runAt('2026-04-01T00:00:00Z')).rejects.toThrow();
    service.userService.isDown.value = false;
    const [first, second] = await recurring.invoices(id);
    // As the process left it that was killed after it opened the first one.
    await owner.invoices.sendInvoice({ invoiceId: first?.id ?? '' });
    await job.run();
    const after = await recurring.invoices(id);
    expect(after.map(({ number, etag }) => [number, etag])).toEqual([
      ['INV-00001', '"2"'],
      ['INV-00002', '"2"'],
    ]);
    expect(after.map((invoice) => invoice.id)).toEqual([first?.id, second?.id]);
    expect((await recurring.occurrences(id)).map(({ state }) => state)).toEqual([DONE, DONE]);
    expect(await countEvents(owner, 'invoice.sent')).toBe(2);
  });

  test('leaves to the user what the user has changed or deleted meanwhile', async () => {
    const owner = service.newOwner();
    const recurring = recurringOf(service, owner);
    const { id } = await recurring.make({ mode: SEND, frequency: DAY });
    service.userService.isDown.value = true;
    await expect(runAt('2026-04-01T00:00:00Z')).rejects.toThrow();
    service.userService.isDown.value = false;
    const [changed, deleted] = await recurring.invoices(id);
    const change = { invoice: { id: changed?.id ?? '', memo: 'Mine' }, updateMask: { paths: ['memo'] } };
    await owner.invoices.updateInvoice(change);
    await owner.invoices.deleteInvoice({ invoiceId: deleted?.id ?? '' });
    await job.run();
    expect(await recurring.occurrences(id)).toMatchObject([
      { occurrenceDate: '2026-04-01', invoiceId: '', state: LEFT_AS_DRAFT },
      { occurrenceDate: '2026-03-31', invoiceId: changed?.id, state: LEFT_AS_DRAFT },
    ]);
    expect((await owner.invoices.getInvoice({ invoiceId: changed?.id ?? '' })).invoice?.state).toBe(DRAFT);
    await runAt('2026-04-01T12:00:00Z');
    expect(await recurring.dates(id)).toEqual(['2026-03-31', '2026-04-01']);
  });
});

describe('a refusal', () => {
  const REFUSALS = {
    CUSTOMER_DELETED: (owner: Owner) => service.userService.deleteCustomer(owner.customerId),
    CUSTOMER_WITHOUT_EMAIL: (owner: Owner) => service.userService.changeCustomer(owner.customerId, { email: '' }),
    NUMBER_TAKEN: async (owner: Owner) => {
      await seriesOf(service, owner).add({ name: 'other', pattern: 'INV-{SEQ:5}' });
      await owner.open({
        customerId: service.userService.addCustomer(owner.identity.userId).id,
        numberSeries: 'other',
      });
    },
  } as const;

  test.each(Object.keys(REFUSALS) as (keyof typeof REFUSALS)[])(
    '%s is told, tried again with longer pauses, and stops nobody else; in the end a draft is left',
    async (reason) => {
      const [unlucky, lucky] = [service.newOwner(), service.newOwner()];
      const [recurring, other] = [recurringOf(service, unlucky), recurringOf(service, lucky)];
      const { id } = await recurring.make({ mode: SEND });
      const { id: otherId } = await other.make({ mode: SEND });
      await REFUSALS[reason](unlucky);
      await runAt('2026-03-31T00:00:00Z');
      expect((await other.invoices(otherId))[0]).toMatchObject({ state: OPEN });
      const [draft] = await recurring.invoices(id);
      expect(draft).toMatchObject({ state: DRAFT, number: '' });
      const failed = await recurring.get(id);
      expect(failed).toMatchObject({
        state: ACTIVE,
        nextDate: '2026-04-30',
        etag: '"3"',
        lastFailure: {
          occurrenceDate: '2026-03-31',
          invoiceId: draft?.id,
          reason: ErrorReason[reason],
          attempts: 1,
          failTime: failed.updateTime,
        },
      });
      expect(failed.lastFailure?.message).toMatch(/^[A-Z].*[.]$/);
      expect((await service.eventsOf(id)).at(-1)).toMatchObject({
        topic: 'recurring-invoice.failed',
        version: 3n,
        actor: 'service:invoice',
        message: {
          recurringInvoice: { lastFailure: { reason: ErrorReason[reason] } },
          changes: [
            { field: 'lastFailure.attempts', newValue: '1' },
            { field: 'lastFailure.nextAttemptTime', newValue: '2026-03-31T00:05:00Z' },
            { field: 'lastFailure.occurrenceDate', newValue: '2026-03-31' },
            { field: 'lastFailure.reason', newValue: reason },
          ],
        },
      });

      const attemptsAt = async (time: string) => {
        await runAt(time);
        return (await recurring.get(id)).lastFailure?.attempts;
      };
      expect(await attemptsAt('2026-03-31T00:04:59Z')).toBe(1);
      expect(await attemptsAt('2026-03-31T00:05:00Z')).toBe(2);
      expect(await attemptsAt('2026-03-31T00:14:59Z')).toBe(2);
      for (const time of ['00:15', '00:35', '01:15', '02:35', '05:15']) await runAt(`2026-03-31T${time}:00Z`);
      expect(await recurring.occurrences(id)).toMatchObject([{ state: PENDING }]);
      expect(await attemptsAt('2026-03-31T09:15:00Z')).toBe(8);
      expect(await recurring.occurrences(id)).toMatchObject([{ state: LEFT_AS_DRAFT, invoiceId: draft?.id }]);
      expect((await recurring.get(id)).lastFailure?.nextAttemptTime).toBeUndefined();
      expect(await attemptsAt('2026-04-02T00:00:00Z')).toBe(8);
      expect(await recurring.invoices(id)).toMatchObject([{ state: DRAFT, number: '' }]);
    },
  );

  test('is forgotten once the invoice is opened after all', async () => {
    const owner = service.newOwner();
    const recurring = recurringOf(service, owner);
    const { id } = await recurring.make({ mode: SEND });
    service.userService.changeCustomer(owner.customerId, { email: '' });
    await runAt('2026-03-31T00:00:00Z');
    expect((await recurring.get(id)).lastFailure?.reason).toBe(ErrorReason.CUSTOMER_WITHOUT_EMAIL);
    service.userService.changeCustomer(owner.customerId, { email: 'grace@example.com' });
    await runAt('2026-03-31T00:05:00Z');
    const mended = await recurring.get(id);
    expect(mended).toMatchObject({ etag: '"4"' });
    expect(mended.lastFailure).toBeUndefined();
    expect(await recurring.invoices(id)).toMatchObject([{ state: OPEN, customer: { email: 'grace@example.com' } }]);
  });

  test('of several invoices of an owner is told of each, and holds back none of the owner or of others', async () => {
    const [unlucky, ...lucky] = Array.from({ length: 7 }, () => service.newOwner());
    if (unlucky === undefined) throw new Error('there is no owner');
    const recurring = recurringOf(service, unlucky);
    const { id } = await recurring.make({ mode: SEND, frequency: DAY, startDate: '2026-02-27' });
    const { id: finalized } = await recurring.make({ mode: FINALIZE, startDate: '2026-03-01' });
    const others = await Promise.all(
      lucky.map(async (owner) => {
        const of = recurringOf(service, owner);
        return { of, id: (await of.make({ mode: SEND, startDate: '2026-03-01' })).id };
      }),
    );
    service.userService.changeCustomer(unlucky.customerId, { email: '' });
    await job.run();
    const failures = (await service.eventsOf(id)).filter(({ topic }) => topic === 'recurring-invoice.failed');
    expect(failures).toHaveLength(3);
    expect(await recurring.occurrences(id)).toMatchObject([{ state: PENDING }, { state: PENDING }, { state: PENDING }]);
    expect(await recurring.invoices(finalized)).toMatchObject([{ state: OPEN }]);
    for (const other of others) expect(await other.of.invoices(other.id)).toMatchObject([{ state: OPEN }]);
  });

  test('of one date does not hold back the next one', async () => {
    const owner = service.newOwner();
    const recurring = recurringOf(service, owner);
    const { id } = await recurring.make({ mode: SEND, frequency: DAY });
    service.userService.changeCustomer(owner.customerId, { email: '' });
    await runAt('2026-03-31T23:00:00Z');
    service.userService.changeCustomer(owner.customerId, { email: 'grace@example.com' });
    await runAt('2026-04-01T00:00:00Z');
    expect((await recurring.invoices(id)).map(({ occurrenceDate, state }) => [occurrenceDate, state])).toEqual([
      ['2026-03-31', OPEN],
      ['2026-04-01', OPEN],
    ]);
  });

  test('to make an invoice at all is told, tried again for as long as it takes, and stops nobody else', async () => {
    const [unlucky, lucky] = [service.newOwner(), service.newOwner()];
    const [recurring, other] = [recurringOf(service, unlucky), recurringOf(service, lucky)];
    const { id } = await recurring.make({ catchUp: SKIP });
    const { id: otherId } = await other.make();
    // As after an upgrade in which a currency ceased to be one.
    await service.db.execute(
      sql`update recurring_invoices set invoice = jsonb_set(invoice, '{currencyCode}', '"XXX"') where id = ${id}`,
    );
    await runAt('2026-03-31T00:00:00Z');
    expect(await other.dates(otherId)).toEqual(['2026-03-31']);
    expect(await recurring.get(id)).toMatchObject({
      state: ACTIVE,
      nextDate: '2026-03-31',
      etag: '"2"',
      lastFailure: { occurrenceDate: '2026-03-31', invoiceId: '', reason: ErrorReason.INVALID_ARGUMENT, attempts: 1 },
    });
    const changesOf = async () => (await service.eventsOf(id)).at(-1)?.message.changes;
    expect(await changesOf()).toContainEqual(
      expect.objectContaining({ field: 'lastFailure.reason', newValue: 'INVALID_ARGUMENT' }),
    );
    await runAt('2026-03-31T00:04:59Z');
    expect((await recurring.get(id)).lastFailure?.attempts).toBe(1);
    expect((await service.eventsOf(id)).at(-1)).toMatchObject({ topic: 'recurring-invoice.failed', version: 2n });
    // What was tried in time is late, not missed, also on a later day.
    await runAt('2026-04-01T06:00:00Z');
    expect((await recurring.get(id)).lastFailure?.attempts).toBe(2);
    await recurring.change({ id, invoice: { currencyCode: 'EUR' } }, 'invoice.currency_code');
    await job.run();
    expect(await recurring.dates(id)).toEqual(['2026-03-31']);
    const mended = await recurring.get(id);
    expect(mended).toMatchObject({ nextDate: '2026-04-30' });
    expect(mended.lastFailure).toBeUndefined();
  });

  test('that no user is meant to see is INTERNAL', async () => {
    const recurring = recurringOf(service, service.newOwner());
    const { id } = await recurring.make();
    await service.db.execute(sql`update recurring_invoices set time_zone = 'Mars/Olympus' where id = ${id}`);
    await runAt('2026-03-31T12:00:00Z');
    expect((await recurring.get(id)).lastFailure).toMatchObject({
      reason: ErrorReason.INTERNAL,
      message: 'Something went wrong on our side.',
    });
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
      await runAt(`${time}T00:00:00Z`);
    }
    expect(await recurring.dates(id)).toEqual(['2026-03-02', '2026-03-03', '2026-03-04', '2026-03-05']);
    const numbers = (await recurring.invoices(id)).map(({ number }) => number);
    expect(numbers.toSorted()).toEqual(['INV-00001', 'INV-00002', 'INV-00003', 'INV-00004']);
    expect(await countEvents(owner, 'invoice.finalized')).toBe(4);
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
    await runAt('2026-03-31T00:00:00Z');
    expect(await countEvents(owner, 'recurring-invoice.occurred')).toBe(120);
    expect(await countEvents(owner, 'invoice.finalized')).toBe(120);
  });
});
