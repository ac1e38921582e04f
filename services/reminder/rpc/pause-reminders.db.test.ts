import { Code } from '@connectrpc/connect';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { InvoiceSentSchema } from '../../../gen/numer/invoice/v1/invoice_events_pb.ts';
import { Invoice_State } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import { ReminderService } from '../../../gen/numer/reminder/v1/reminder_service_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { onInvoiceChanged } from '../consumers/on-invoice-changed.ts';
import type { StoredInvoice } from '../testing/fake-invoice-service.ts';
import {
  eventOf,
  type Owner,
  type ReminderTestService,
  startReminderService,
} from '../testing/start-reminder-service.ts';

let service: ReminderTestService;
beforeAll(async () => {
  service = await startReminderService();
});
beforeEach(() => service.clock.set('2026-03-01T12:00:00Z'));
afterAll(() => service.stop());

function open(owner: Owner): StoredInvoice {
  return service.invoices.add(owner.identity, { state: Invoice_State.OPEN });
}

const deliver = (invoice: StoredInvoice) => onInvoiceChanged.apply(service.deps, [eventOf(InvoiceSentSchema, invoice)]);

describe('PauseReminders', () => {
  test('keeps what comes due from being sent', async () => {
    const owner = service.newOwner();
    const invoice = open(owner);
    const { id: invoiceId } = invoice.message;
    await deliver(invoice);
    expect((await owner.reminders.pauseReminders({ invoiceId })).plan).toMatchObject({ invoiceId, paused: true });
    await service.scanAt('2026-03-24T09:00:00Z');
    expect((await service.planOf(invoiceId)).slice(0, 2)).toEqual([
      '-7 2026-03-24T09:00 CANCELLED PAUSED',
      '-3 2026-03-28T09:00 SCHEDULED',
    ]);
    expect(await service.eventsOf(owner.identity.userId, 'reminder.due')).toEqual([]);
    expect(await service.eventsOf(owner.identity.userId, 'reminder.cancelled')).toHaveLength(1);
  });

  test('works before any event of the invoice has arrived, and hinders no plan', async () => {
    const owner = service.newOwner();
    const invoice = open(owner);
    const { id: invoiceId } = invoice.message;
    await owner.reminders.pauseReminders({ invoiceId });
    await deliver(invoice);
    expect(await service.rowsOf(invoiceId)).toHaveLength(4);
    await service.scanAt('2026-03-24T09:00:00Z');
    expect((await service.planOf(invoiceId))[0]).toBe('-7 2026-03-24T09:00 CANCELLED PAUSED');
  });

  test('pauses nothing when it is retried after a later end, even if it changed nothing the first time', async () => {
    const owner = service.newOwner();
    const { id: invoiceId } = open(owner).message;
    await owner.reminders.pauseReminders({ invoiceId });
    const retried = () => owner.with({ 'idempotency-key': 'pause-again' }).pauseReminders({ invoiceId });
    const first = await retried();
    await owner.reminders.resumeReminders({ invoiceId });
    expect(await retried()).toEqual(first);
    const topics = ['reminder.paused', 'reminder.resumed'];
    const events = await Promise.all(topics.map((topic) => service.eventsOf(owner.identity.userId, topic)));
    expect(events.map(({ length }) => length)).toEqual([1, 1]);
  });

  test('is told once, however often it is asked and also at the same moment', async () => {
    const owner = service.newOwner();
    const { id: invoiceId } = open(owner).message;
    const pause = () => owner.reminders.pauseReminders({ invoiceId });
    await Promise.all([pause(), pause(), pause()]);
    await pause();
    expect(await service.eventsOf(owner.identity.userId, 'reminder.paused')).toMatchObject([
      {
        subject: invoiceId,
        version: 1n,
        actor: owner.identity.actor,
        message: {
          plan: { invoiceId, paused: true },
          changes: [{ field: 'paused', oldValue: 'false', newValue: 'true' }],
        },
      },
    ]);
  });

  test('that is answered keeps what is being sent at this moment from going out', async () => {
    const owner = service.newOwner();
    const invoice = open(owner);
    const { id: invoiceId } = invoice.message;
    await deliver(invoice);
    service.invoices.onBatchGet = () => owner.reminders.pauseReminders({ invoiceId });
    await service.scanAt('2026-03-24T09:00:00Z');
    service.invoices.onBatchGet = () => undefined;
    await service.scanAt('2026-03-24T09:00:05Z');
    expect((await service.planOf(invoiceId))[0]).toBe('-7 2026-03-24T09:00 CANCELLED PAUSED');
    expect(await service.eventsOf(owner.identity.userId, 'reminder.due')).toEqual([]);
  });

  test('gives the first answer again for the same idempotency key', async () => {
    const owner = service.newOwner();
    const { id: invoiceId } = open(owner).message;
    const keyed = owner.with({ 'idempotency-key': 'pause' });
    const first = await keyed.pauseReminders({ invoiceId });
    await owner.reminders.resumeReminders({ invoiceId });
    expect(await keyed.pauseReminders({ invoiceId })).toEqual(first);
    expect(await service.eventsOf(owner.identity.userId, 'reminder.paused')).toHaveLength(1);
  });

  test('knows nobody else’s invoices', async () => {
    const [owner, other] = [service.newOwner(), service.newOwner()];
    const { id: invoiceId } = open(other).message;
    expect(await refusalOf(owner.reminders.pauseReminders({ invoiceId }))).toMatchObject({
      code: Code.NotFound,
      reason: 'INVOICE_NOT_FOUND',
    });
  });

  test('refuses what is no id, and callers who are nobody', async () => {
    const refusal = await refusalOf(service.newOwner().reminders.pauseReminders({ invoiceId: 'x' }));
    expect(refusal).toMatchObject({ code: Code.InvalidArgument, fields: ['invoice_id'] });
    const call = service.client(ReminderService).pauseReminders({ invoiceId: 'x' });
    expect(await refusalOf(call)).toMatchObject({ code: Code.Unauthenticated });
  });
});
