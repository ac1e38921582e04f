import { Code } from '@connectrpc/connect';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MailSettingsService } from '../../../gen/numer/notification/v1/mail_settings_service_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { testUser } from '../../../runtime/testing/start-test-service.ts';
import { type QueueTestService, startQueue } from '../testing/start-queue.ts';

let service: QueueTestService;
beforeAll(async () => {
  service = await startQueue();
});
afterAll(() => service.stop());

test('gives the default settings to whoever has not changed them', async () => {
  const { settings } = await service.client(MailSettingsService, testUser()).getMailSettings({});
  expect(settings).toMatchObject({ attachPdf: false, accountNotices: true, etag: '"0"' });
  expect(settings?.updateTime).toBeUndefined();
});

test('refuses a caller without credentials', async () => {
  expect(await refusalOf(service.client(MailSettingsService).getMailSettings({}))).toMatchObject({
    code: Code.Unauthenticated,
  });
});
