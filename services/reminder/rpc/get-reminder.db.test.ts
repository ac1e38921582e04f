import { Code } from '@connectrpc/connect';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ReminderService } from '../../../gen/numer/reminder/v1/reminder_service_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { type ReminderTestService, required, startReminderService } from '../testing/start-reminder-service.ts';

let service: ReminderTestService;
beforeAll(async () => {
  service = await startReminderService();
});
afterAll(() => service.stop());

test('gives a reminder to its owner only', async () => {
  const [owner, other] = [service.newOwner(), service.newOwner()];
  const { id: invoiceId } = service.invoices.add(owner.identity).message;
  const created = await owner.reminders.createReminder({ invoiceId, schedule: { case: 'daysBeforeDue', value: 3 } });
  const reminder = required(created.reminder);
  const request = { reminderId: reminder.id };
  expect((await owner.reminders.getReminder(request)).reminder).toEqual(reminder);
  const missing = { code: Code.NotFound, reason: 'REMINDER_NOT_FOUND', message: 'There is no such reminder.' };
  expect(await refusalOf(other.reminders.getReminder(request))).toMatchObject(missing);
  expect(await refusalOf(owner.reminders.getReminder({ reminderId: invoiceId }))).toMatchObject(missing);
});

test('refuses what is no id, and callers who are nobody', async () => {
  const { reminders } = service.newOwner();
  expect(await refusalOf(reminders.getReminder({ reminderId: '1' }))).toMatchObject({
    code: Code.InvalidArgument,
    fields: ['reminder_id'],
  });
  expect(await refusalOf(service.client(ReminderService).getReminder({ reminderId: '1' }))).toMatchObject({
    code: Code.Unauthenticated,
  });
});
