import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { ErrorReason } from '../../../gen/numer/errors/v1/error_reason_pb.ts';
import { Invoice_State } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import {
  Occurrence_State,
  RecurringInvoice_CatchUp,
  RecurringInvoice_Frequency,
  RecurringInvoice_Mode,
  RecurringInvoice_State,
} from '../../../gen/numer/invoice/v1/recurring_invoice_pb.ts';
import { recurringOf } from '../testing/recurring-of.ts';
import { seriesOf } from '../testing/series-of.ts';
import type { InvoiceTestService, Owner } from '../testing/start-invoice-service.ts';
import { type OccurrenceJob, startOccurrenceJob } from '../testing/start-occurrence-job.ts';

const { DAY } = RecurringInvoice_Frequency;
const { FINALIZE, SEND } = RecurringInvoice_Mode;
const { SKIP } = RecurringInvoice_CatchUp;
const { ACTIVE } = RecurringInvoice_State;
const { PENDING, LEFT_AS_DRAFT } = Occurrence_State;
const { DRAFT, OPEN } = Invoice_State;

let job: OccurrenceJob;
let service: InvoiceTestService;
beforeAll(async () => {
  job = await startOccurrenceJob();
  service = job.service;
});
afterEach(() => job.reset());
afterAll(() => job.stop());

describe('a refusal', () => {
  const REFUSALS = {
    CUSTOMER_DELETED: (owner: Owner) => service.userService.deleteCustomer(owner.customerId),
    CUSTOMER_WITHOUT_EMAIL: (owner: Owner) => service.userService.changeCustomer(owner.customerId, { email: '' }),
    NUMBER_TAKEN: async (owner: Owner) => {
      await seriesOf(service, owner).add({ name: 'other', pattern: 'INV-0000{SEQ}' });
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
      await job.runAt('2026-03-31T00:00:00Z');
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
        await job.runAt(time);
        return (await recurring.get(id)).lastFailure?.attempts;
      };
      expect(await attemptsAt('2026-03-31T00:04:59Z')).toBe(1);
      expect(await attemptsAt('2026-03-31T00:05:00Z')).toBe(2);
      expect(await attemptsAt('2026-03-31T00:14:59Z')).toBe(2);
      for (const time of ['00:15', '00:35', '01:15', '02:35', '05:15']) await job.runAt(`2026-03-31T${time}:00Z`);
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
    await job.runAt('2026-03-31T00:00:00Z');
    expect((await recurring.get(id)).lastFailure?.reason).toBe(ErrorReason.CUSTOMER_WITHOUT_EMAIL);
    service.userService.changeCustomer(owner.customerId, { email: 'grace@example.com' });
    await job.runAt('2026-03-31T00:05:00Z');
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
    await job.runAt('2026-03-31T23:00:00Z');
    service.userService.changeCustomer(owner.customerId, { email: 'grace@example.com' });
    await job.runAt('2026-04-01T00:00:00Z');
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
    // As after an upgrade that dropped a currency.
    await service.db.execute(
      sql`update recurring_invoices set invoice = jsonb_set(invoice, '{currencyCode}', '"XXX"') where id = ${id}`,
    );
    await job.runAt('2026-03-31T00:00:00Z');
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
    await job.runAt('2026-03-31T00:04:59Z');
    expect((await recurring.get(id)).lastFailure?.attempts).toBe(1);
    expect((await service.eventsOf(id)).at(-1)).toMatchObject({ topic: 'recurring-invoice.failed', version: 2n });
    // A date that was tried in time is late, not missed, even on a later day.
    await job.runAt('2026-04-01T06:00:00Z');
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
    await job.runAt('2026-03-31T12:00:00Z');
    expect((await recurring.get(id)).lastFailure).toMatchObject({
      reason: ErrorReason.INTERNAL,
      message: 'Something went wrong on our side.',
    });
  });
});
