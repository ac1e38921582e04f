import { Code } from '@connectrpc/connect';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ReminderSettingsService } from '../../../gen/numer/reminder/v1/reminder_settings_service_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { type ReminderTestService, startReminderService } from '../testing/start-reminder-service.ts';

let service: ReminderTestService;
beforeAll(async () => {
  service = await startReminderService();
});
afterAll(() => service.stop());

test('gives the default settings to whoever has not changed them', async () => {
  const { settings } = await service.newOwner().settings.getReminderSettings({});
  expect(settings).toMatchObject({
    steps: [
      { schedule: { case: 'daysBeforeDue', value: 7 } },
      { schedule: { case: 'daysBeforeDue', value: 3 } },
      { schedule: { case: 'daysBeforeDue', value: 0 } },
      { schedule: { case: 'daysAfterDue', value: 7 } },
    ],
    timeOfDay: '09:00',
    etag: '"0"',
  });
  expect(settings?.updateTime).toBeUndefined();
});

test('refuses a caller without credentials', async () => {
  expect(await refusalOf(service.client(ReminderSettingsService).getReminderSettings({}))).toMatchObject({
    code: Code.Unauthenticated,
  });
});
