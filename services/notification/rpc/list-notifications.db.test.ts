import { randomUUIDv7 } from 'node:crypto';
import { Code } from '@connectrpc/connect';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Notification_Kind, Notification_State } from '../../../gen/numer/notification/v1/notification_pb.ts';
import { NotificationService } from '../../../gen/numer/notification/v1/notification_service_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { makeScratchDir, type ScratchDir } from '../../../runtime/testing/scratch-dir.ts';
import { startTestService, type TestService, testUser } from '../../../runtime/testing/start-test-service.ts';
import { notificationService } from '../service.ts';
import { type Deliverer, startDeliverer } from '../testing/start-deliverer.ts';
import { WEBHOOK_KEY } from '../testing/webhook-key.ts';

let service: TestService;
let folder: ScratchDir;
let deliverer: Deliverer;

beforeAll(async () => {
  folder = makeScratchDir('numer-mail');
  const environment = { ...WEBHOOK_KEY, MAIL_DIR: folder.path };
  service = await startTestService(notificationService, { environment });
  deliverer = await startDeliverer(service, environment);
});
afterAll(async () => {
  await service.stop();
  folder.remove();
});

/** Queues mails, all at one moment when `stepMs` is 0. Gives their ids, newest first. */
async function queue(ownerId: string, count: number, stepMs: number, invoiceId: string = randomUUIDv7()) {
  const ids: string[] = [];
  for (let index = 0; index < count; index++) {
    service.clock.advance(stepMs);
    ids.push(await deliverer.queue('INVOICE_SENT', { ownerId, invoiceId }));
  }
  // Ids that were made within a millisecond have no order of their own.
  return (stepMs === 0 ? ids.toSorted() : ids).toReversed();
}

test.each([
  ['at different times', 1_500],
  ['at the same moment', 0],
])('gives mails queued %s newest first, each once, over pages of every size', async (_, stepMs) => {
  const user = testUser();
  const ids = await queue(user.userId, 5, stepMs);
  const client = service.client(NotificationService, user);
  for (const pageSize of [1, 2, 5, 6]) {
    const seen: string[] = [];
    for (let pageToken = ''; ; ) {
      const page = await client.listNotifications({ pageSize, pageToken });
      seen.push(...page.notifications.map(({ id }) => id));
      pageToken = page.nextPageToken;
      if (pageToken === '') break;
    }
    expect(seen).toEqual(ids);
  }
});

test('filters by invoice and by state', async () => {
  const user = testUser();
  const [invoiceId, otherId] = [randomUUIDv7(), randomUUIDv7()];
  const sent = await queue(user.userId, 1, 1, invoiceId);
  await deliverer.deliver();
  const queued = await queue(user.userId, 1, 1, invoiceId);
  const other = await queue(user.userId, 1, 1, otherId);
  const client = service.client(NotificationService, user);
  const list = async (filters: { invoiceId?: string; state?: Notification_State }) =>
    (await client.listNotifications(filters)).notifications.map(({ id }) => id);

  expect(await list({})).toEqual([...other, ...queued, ...sent]);
  expect(await list({ invoiceId })).toEqual([...queued, ...sent]);
  expect(await list({ invoiceId: invoiceId.toUpperCase() })).toEqual([...queued, ...sent]);
  expect(await list({ state: Notification_State.QUEUED })).toEqual([...other, ...queued]);
  expect(await list({ invoiceId, state: Notification_State.SENT })).toEqual(sent);
  expect(await list({ state: Notification_State.FAILED })).toEqual([]);
  expect(await list({ invoiceId: randomUUIDv7() })).toEqual([]);
});

test('filters by quote', async () => {
  const user = testUser();
  const [quoteId, otherId] = [randomUUIDv7(), randomUUIDv7()];
  await queue(user.userId, 1, 1);
  await deliverer.queue('QUOTE_SENT', { ownerId: user.userId, quoteId: otherId });
  const sent = await deliverer.queue('QUOTE_SENT', { ownerId: user.userId, quoteId });
  await deliverer.deliver();
  const client = service.client(NotificationService, user);
  const list = async (filters: { invoiceId?: string; quoteId?: string; state?: Notification_State }) =>
    (await client.listNotifications(filters)).notifications;

  const about = { id: sent, kind: Notification_Kind.QUOTE_SENT, quoteId, invoiceId: '' };
  expect(await list({ quoteId: quoteId.toUpperCase() })).toMatchObject([about]);
  expect(await list({ quoteId, state: Notification_State.SENT })).toMatchObject([about]);
  expect(await list({ quoteId, state: Notification_State.QUEUED })).toEqual([]);
  expect(await list({ quoteId, invoiceId: randomUUIDv7() })).toEqual([]);
  expect(await list({})).toHaveLength(3);
  const stranger = service.client(NotificationService, testUser());
  expect((await stranger.listNotifications({ quoteId })).notifications).toEqual([]);
});

test('shows a mail that is being sent as queued', async () => {
  const user = testUser();
  const ids = await queue(user.userId, 1, 1);
  await service.db.execute(sql`
    update notifications set lease_token = ${randomUUIDv7()}::uuid, lease_expire_time = now() where id = ${ids[0]}`);
  const { notifications } = await service.client(NotificationService, user).listNotifications({});
  expect(notifications).toMatchObject([{ id: ids[0], state: Notification_State.QUEUED }]);
  expect(notifications[0]?.nextAttemptTime).toBeDefined();
});

test('gives nothing of another owner', async () => {
  const [user, other] = [testUser(), testUser()];
  const invoiceId = randomUUIDv7();
  await queue(other.userId, 1, 1, invoiceId);
  const client = service.client(NotificationService, user);
  expect((await client.listNotifications({})).notifications).toEqual([]);
  expect((await client.listNotifications({ invoiceId })).notifications).toEqual([]);
});

test('refuses page tokens of another list, bad page sizes and bad ids', async () => {
  const user = testUser();
  await queue(user.userId, 2, 1);
  const client = service.client(NotificationService, user);
  const { nextPageToken } = await client.listNotifications({ pageSize: 1 });
  const list = { pageToken: nextPageToken, state: Notification_State.QUEUED };
  expect(await refusalOf(client.listNotifications(list))).toMatchObject({ reason: 'INVALID_PAGE_TOKEN' });
  expect(await refusalOf(client.listNotifications({ pageToken: 'x' }))).toMatchObject({ reason: 'INVALID_PAGE_TOKEN' });
  for (const [request, field] of [
    [{ pageSize: 101 }, 'page_size'],
    [{ pageSize: -1 }, 'page_size'],
    [{ invoiceId: 'x' }, 'invoice_id'],
    [{ quoteId: 'x' }, 'quote_id'],
  ] as const) {
    expect(await refusalOf(client.listNotifications(request))).toMatchObject({
      code: Code.InvalidArgument,
      fields: [field],
    });
  }
});

test('refuses nobody', async () => {
  const refusal = await refusalOf(service.client(NotificationService).listNotifications({}));
  expect(refusal.code).toBe(Code.Unauthenticated);
});
