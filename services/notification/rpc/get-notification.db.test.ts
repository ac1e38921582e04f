import { randomUUIDv7 } from 'node:crypto';
import { timestampDate } from '@bufbuild/protobuf/wkt';
import { Code } from '@connectrpc/connect';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { InvoiceSentSchema } from '../../../gen/numer/invoice/v1/invoice_events_pb.ts';
import { Notification_Kind, Notification_State } from '../../../gen/numer/notification/v1/notification_pb.ts';
import { NotificationService } from '../../../gen/numer/notification/v1/notification_service_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { makeScratchDir, type ScratchDir } from '../../../runtime/testing/scratch-dir.ts';
import { startTestService, type TestService, testUser } from '../../../runtime/testing/start-test-service.ts';
import { waitUntil } from '../../../runtime/testing/wait-until.ts';
import { notificationService } from '../service.ts';
import { testInvoice } from '../testing/test-invoice.ts';
import { WEBHOOK_KEY } from '../testing/webhook-key.ts';

let service: TestService;
let folder: ScratchDir;
const user = testUser();

beforeAll(async () => {
  folder = makeScratchDir('numer-mail');
  service = await startTestService(notificationService, { environment: { ...WEBHOOK_KEY, MAIL_DIR: folder.path } });
  service.begin();
});
afterAll(async () => {
  await service.stop();
  folder.remove();
});

test('shows a mail that went out by itself', async () => {
  const invoice = testInvoice();
  const { id } = await service.publish(InvoiceSentSchema, { invoice }, { ownerId: user.userId });
  const client = service.client(NotificationService, user);
  const notification = await waitUntil(async () => {
    const response = await client.getNotification({ notificationId: id });
    return response.notification?.state === Notification_State.SENT && response.notification;
  });
  expect(notification).toMatchObject({
    id,
    kind: Notification_Kind.INVOICE_SENT,
    invoiceId: invoice.id,
    recipient: 'grace@hopper.example',
    subject: 'Invoice 2026-0042 from Lovelace & Sons',
    attempts: 1,
    error: '',
  });
  expect(notification.createTime && timestampDate(notification.createTime)).toEqual(service.clock.now());
  expect(notification.sendTime && timestampDate(notification.sendTime)).toEqual(service.clock.now());
  expect(notification.nextAttemptTime).toBeUndefined();
});

test('shows a mail to nobody as failed, with the reason', async () => {
  const invoice = testInvoice({ customer: { name: 'Grace Hopper' } });
  const { id } = await service.publish(InvoiceSentSchema, { invoice }, { ownerId: user.userId });
  const client = service.client(NotificationService, user);
  const notification = await waitUntil(async () => {
    const response = await client.getNotification({ notificationId: id });
    return response.notification?.state === Notification_State.FAILED && response.notification;
  });
  expect(notification.error).toBe('The customer has no email address.');
  expect(notification.sendTime).toBeUndefined();
});

test("answers for another owner's notification as for none", async () => {
  const { id } = await service.publish(InvoiceSentSchema, { invoice: testInvoice() }, { ownerId: testUser().userId });
  const client = service.client(NotificationService, user);
  const [foreign, missing] = [
    await refusalOf(client.getNotification({ notificationId: id })),
    await refusalOf(client.getNotification({ notificationId: randomUUIDv7() })),
  ];
  expect(foreign).toMatchObject({ code: Code.NotFound, reason: 'NOTIFICATION_NOT_FOUND' });
  expect(foreign).toEqual(missing);
});

test('refuses an id that is none, and callers who are nobody', async () => {
  const client = service.client(NotificationService, user);
  const refusal = await refusalOf(client.getNotification({ notificationId: 'x' }));
  expect(refusal).toMatchObject({ code: Code.InvalidArgument, fields: ['notification_id'] });
  const nobody = service.client(NotificationService);
  expect((await refusalOf(nobody.getNotification({ notificationId: randomUUIDv7() }))).code).toBe(Code.Unauthenticated);
});

test('the service does not start without a way for mail to leave', async () => {
  await expect(startTestService(notificationService, { environment: WEBHOOK_KEY })).rejects.toThrow(
    'SMTP_URL or MAIL_DIR is missing',
  );
});
