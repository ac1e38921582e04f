import { Code } from '@connectrpc/connect';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ReminderService } from '../../../gen/numer/reminder/v1/reminder_service_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { type ReminderTestService, startReminderService } from '../testing/start-reminder-service.ts';

let service: ReminderTestService;
beforeAll(async () => {
  service = await startReminderService();
});
afterAll(() => service.stop());

describe('ResumeReminders', () => {
  test('lets what is still to come be sent again', async () => {
    const owner = service.newOwner();
    const invoiceId = await service.send(owner);
    await owner.reminders.pauseReminders({ invoiceId });
    await service.scanAt('2026-03-24T09:00:00Z');
    const resume = () => owner.reminders.resumeReminders({ invoiceId });
    expect((await resume()).plan).toMatchObject({ invoiceId, paused: false });
    await Promise.all([resume(), resume()]);
    await service.scanAt('2026-03-28T09:00:00Z');
    expect(await service.planOf(invoiceId)).toEqual([
      '-7 2026-03-24T09:00 CANCELLED PAUSED',
      '-3 2026-03-28T09:00 SENT',
      '0 2026-03-31T09:00 SCHEDULED',
      '7 2026-04-07T09:00 SCHEDULED',
    ]);
    expect(await service.eventsOf(owner.identity.userId, 'reminder.resumed')).toMatchObject([
      {
        subject: invoiceId,
        version: 2n,
        message: {
          plan: { invoiceId, paused: false },
          changes: [{ field: 'paused', oldValue: 'true', newValue: 'false' }],
        },
      },
    ]);
  });

  test('changes nothing of an invoice that is not paused', async () => {
    const owner = service.newOwner();
    const { id: invoiceId } = service.invoices.add(owner.identity).message;
    expect((await owner.reminders.resumeReminders({ invoiceId })).plan).toMatchObject({ invoiceId, paused: false });
    expect(await service.eventsOf(owner.identity.userId, 'reminder.resumed')).toEqual([]);
  });

  test('knows nobody else’s invoices', async () => {
    const { id: invoiceId } = service.invoices.add(service.newOwner().identity).message;
    expect(await refusalOf(service.newOwner().reminders.resumeReminders({ invoiceId }))).toMatchObject({
      code: Code.NotFound,
      reason: 'INVOICE_NOT_FOUND',
    });
  });

  test('refuses what is no id, and callers who are nobody', async () => {
    const refusal = await refusalOf(service.newOwner().reminders.resumeReminders({ invoiceId: 'x' }));
    expect(refusal).toMatchObject({ code: Code.InvalidArgument, fields: ['invoice_id'] });
    const call = service.client(ReminderService).resumeReminders({ invoiceId: 'x' });
    expect(await refusalOf(call)).toMatchObject({ code: Code.Unauthenticated });
  });
});
