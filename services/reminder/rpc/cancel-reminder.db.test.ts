import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { Code } from '@connectrpc/connect';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { PaymentRecordedSchema } from '../../../gen/numer/invoice/v1/invoice_events_pb.ts';
import { Invoice_State } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import { Reminder_CancelReason, Reminder_State } from '../../../gen/numer/reminder/v1/reminder_pb.ts';
import { ReminderService } from '../../../gen/numer/reminder/v1/reminder_service_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { onInvoiceChanged } from '../consumers/on-invoice-changed.ts';
import {
  eventOf,
  type Owner,
  type ReminderTestService,
  required,
  startReminderService,
} from '../testing/start-reminder-service.ts';

let service: ReminderTestService;
beforeAll(async () => {
  service = await startReminderService();
});
beforeEach(() => service.clock.set('2026-03-01T12:00:00Z'));
afterAll(() => service.stop());

async function scheduled(owner: Owner) {
  const { id: invoiceId } = service.invoices.add(owner.identity, { state: Invoice_State.OPEN }).message;
  const answer = await owner.reminders.createReminder({ invoiceId, schedule: { case: 'daysBeforeDue', value: 3 } });
  return required(answer.reminder);
}

describe('CancelReminder', () => {
  test('cancels, and tells of it once however often it is asked', async () => {
    const owner = service.newOwner();
    const { id: reminderId } = await scheduled(owner);
    service.clock.advance(1_000);
    const cancelTime = timestampFromDate(service.clock.now());
    const cancel = () => owner.reminders.cancelReminder({ reminderId });
    await Promise.all([cancel(), cancel(), cancel()]);
    service.clock.advance(1_000);
    await cancel();

    const { reminder } = await owner.reminders.getReminder({ reminderId });
    expect(reminder).toMatchObject({
      state: Reminder_State.CANCELLED,
      cancelReason: Reminder_CancelReason.USER_REQUEST,
      cancelTime,
    });
    expect(await service.eventsOf(owner.identity.userId, 'reminder.cancelled')).toMatchObject([
      {
        subject: reminderId,
        version: 2n,
        actor: owner.identity.actor,
        message: {
          reminder,
          changes: [
            { field: 'cancelReason', newValue: 'USER_REQUEST' },
            { field: 'state', oldValue: 'SCHEDULED', newValue: 'CANCELLED' },
          ],
        },
      },
    ]);
    service.clock.set('2026-03-28T09:00:00Z');
    await service.scan();
    expect(await service.eventsOf(owner.identity.userId, 'reminder.due')).toEqual([]);
  });

  test('refuses a reminder that was sent or cancelled by the system', async () => {
    const owner = service.newOwner();
    const [sent, paid] = [await scheduled(owner), await scheduled(owner)];
    const payment = service.invoices.change(paid.invoiceId, { state: Invoice_State.PAID });
    await onInvoiceChanged.apply(service.deps, [eventOf(PaymentRecordedSchema, payment)]);
    service.clock.set('2026-03-28T09:00:00Z');
    await service.scan();
    for (const [{ id: reminderId }, state] of [
      [sent, 'SENT'],
      [paid, 'CANCELLED'],
    ] as const) {
      expect(await refusalOf(owner.reminders.cancelReminder({ reminderId }))).toMatchObject({
        code: Code.FailedPrecondition,
        reason: 'REMINDER_STATE',
        metadata: { state },
      });
    }
  });

  test('either cancels or finds it sent, when it is sent at the same moment', async () => {
    for (let round = 0; round < 10; round++) {
      const owner = service.newOwner();
      service.clock.set('2026-03-01T12:00:00Z');
      const { id: reminderId } = await scheduled(owner);
      service.clock.set('2026-03-28T09:00:00Z');
      const cancelling = owner.reminders.cancelReminder({ reminderId }).then(
        () => true,
        () => false,
      );
      const [isCancelled] = await Promise.all([cancelling, service.scan()]);
      const events = await service.eventsOf(owner.identity.userId, 'reminder.due');
      expect(events).toHaveLength(isCancelled ? 0 : 1);
    }
  });

  test('knows nobody else’s', async () => {
    const [owner, other] = [service.newOwner(), service.newOwner()];
    const { id: reminderId } = await scheduled(owner);
    const missing = { code: Code.NotFound, reason: 'REMINDER_NOT_FOUND' };
    expect(await refusalOf(other.reminders.cancelReminder({ reminderId }))).toMatchObject(missing);
    expect((await owner.reminders.getReminder({ reminderId })).reminder?.state).toBe(Reminder_State.SCHEDULED);
  });

  test('refuses what is no id, and callers who are nobody', async () => {
    const refusal = await refusalOf(service.newOwner().reminders.cancelReminder({ reminderId: 'x' }));
    expect(refusal).toMatchObject({ code: Code.InvalidArgument, fields: ['reminder_id'] });
    const call = service.client(ReminderService).cancelReminder({ reminderId: 'x' });
    expect(await refusalOf(call)).toMatchObject({ code: Code.Unauthenticated });
  });
});
