import { randomUUIDv7 } from 'node:crypto';
import { timestampDate } from '@bufbuild/protobuf/wkt';
import { Code, createRouterTransport } from '@connectrpc/connect';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Activity_ActorType } from '../../../gen/numer/activity/v1/activity_pb.ts';
import { ActivityService } from '../../../gen/numer/activity/v1/activity_service_pb.ts';
import { CustomerUpdatedSchema } from '../../../gen/numer/user/v1/customer_events_pb.ts';
import { SessionCreatedSchema } from '../../../gen/numer/user/v1/session_events_pb.ts';
import { encodePageToken } from '../../../runtime/paging/page-token.ts';
import { startTestService, type TestService, testUser } from '../../../runtime/testing/start-test-service.ts';
import { activityService } from '../service.ts';

let service: TestService;
beforeAll(async () => {
  service = await startTestService(activityService, {
    transports: { invoice: createRouterTransport(() => undefined) },
  });
  service.begin();
});
afterAll(() => service.stop());

/** Signs the user in `count` times, at the same moment when `stepMs` is 0. Gives the ids of the events. */
async function signIn(ownerId: string, count: number, stepMs: number): Promise<string[]> {
  const ids: string[] = [];
  for (let index = 0; index < count; index++) {
    service.clock.advance(stepMs);
    const event = await service.publish(SessionCreatedSchema, { sessionId: randomUUIDv7() }, { ownerId });
    ids.push(event.id);
  }
  return ids;
}

describe('ListUserActivities', () => {
  test('says who did what, when, from which request, and which fields changed', async () => {
    const user = testUser();
    const keyId = randomUUIDv7();
    const customerId = randomUUIDv7();
    const event = await service.publish(
      CustomerUpdatedSchema,
      {
        customer: { id: customerId, name: 'Ada', email: 'ada@example.com' },
        changes: [{ field: 'name' }, { field: 'locale', oldValue: 'en', newValue: 'de' }],
      },
      {
        ownerId: user.userId,
        actor: `api-key:${keyId}`,
        requestId: 'request-7',
        callerAddress: '2001:db8::9',
        time: new Date('2026-02-28T23:59:59.123Z'),
      },
    );
    const { activities, nextPageToken } = await service.client(ActivityService, user).listUserActivities({});
    expect(nextPageToken).toBe('');
    expect(activities).toMatchObject([
      {
        id: event.id,
        type: 'customer.updated',
        invoiceId: '',
        subjectId: customerId,
        actorId: keyId,
        actorType: Activity_ActorType.API_KEY,
        requestId: 'request-7',
        address: '2001:db8::9',
        changes: [{ field: 'name' }, { field: 'locale', oldValue: 'en', newValue: 'de' }],
      },
    ]);
    const [activity] = activities;
    expect(activity?.createTime && timestampDate(activity.createTime)).toEqual(new Date('2026-02-28T23:59:59.123Z'));
    expect(activity?.changes[0]?.oldValue).toBeUndefined();
  });

  test('gives no address for what no caller asked for', async () => {
    const user = testUser();
    await signIn(user.userId, 1, 1);
    const { activities } = await service.client(ActivityService, user).listUserActivities({});
    expect(activities.map(({ address }) => address)).toEqual([undefined]);
  });

  test.each([
    // Stored compressed; in the response they have 2 MB.
    ['of the same over and over', 3, () => '🥐'.repeat(2_500), 100, [2, 1]],
    [
      'of all kinds',
      8,
      () => Buffer.from(crypto.getRandomValues(new Uint8Array(1_500))).toString('base64'),
      40,
      [2, 2, 2, 2],
    ],
  ])(
    'gives fewer than asked for when their changes are large and %s, and the others on the pages after',
    async (_, events, value, fields, sizes) => {
      const user = testUser();
      const ids: string[] = [];
      for (let count = 0; count < events; count++) {
        service.clock.advance(1_000);
        const changes = Array.from({ length: fields }, () => ({ field: 'memo', oldValue: value(), newValue: value() }));
        const customer = { id: randomUUIDv7() };
        const event = await service.publish(CustomerUpdatedSchema, { customer, changes }, { ownerId: user.userId });
        ids.unshift(event.id);
      }
      const client = service.client(ActivityService, user);
      const pages: string[][] = [];
      for (let pageToken = ''; ; ) {
        const page = await client.listUserActivities({ pageToken });
        pages.push(page.activities.map(({ id }) => id));
        pageToken = page.nextPageToken;
        if (pageToken === '') break;
      }
      expect(pages.flat()).toEqual(ids);
      expect(pages.map(({ length }) => length)).toEqual(sizes);
    },
  );

  test.each([
    ['at different times', 1_500],
    ['at the same moment', 0],
  ])('gives activities %s newest first, each once, over pages of every size', async (_, stepMs) => {
    const user = testUser();
    const published = await signIn(user.userId, 7, stepMs);
    // Ids within one millisecond are not ordered by time. What matters is the same order on all pages.
    const ids = stepMs === 0 ? published.toSorted().toReversed() : published.toReversed();
    const client = service.client(ActivityService, user);
    for (const pageSize of [1, 2, 3, 7, 8]) {
      const seen: string[] = [];
      for (let pageToken = ''; ; ) {
        const page = await client.listUserActivities({ pageSize, pageToken });
        expect(page.activities.length).toBeLessThanOrEqual(pageSize);
        seen.push(...page.activities.map(({ id }) => id));
        pageToken = page.nextPageToken;
        if (pageToken === '') break;
      }
      expect(seen).toEqual(ids);
    }
  });

  test('gives 20 when no page size is asked for', async () => {
    const user = testUser();
    await signIn(user.userId, 21, 1);
    const page = await service.client(ActivityService, user).listUserActivities({});
    expect(page.activities).toHaveLength(20);
    expect(page.nextPageToken).not.toBe('');
  });

  test('gives nothing of another account', async () => {
    await signIn(testUser().userId, 1, 1);
    expect((await service.client(ActivityService, testUser()).listUserActivities({})).activities).toEqual([]);
  });

  test('refuses a page token of another account, a made-up one and an impossible time', async () => {
    const [user, other] = [testUser(), testUser()];
    await signIn(other.userId, 2, 1);
    const { nextPageToken } = await service.client(ActivityService, other).listUserActivities({ pageSize: 1 });
    const impossible = encodePageToken(['2026-02-30 25:00:00+00', randomUUIDv7()], { ownerId: user.userId });
    for (const pageToken of [nextPageToken, 'made-up', impossible]) {
      await expect(service.client(ActivityService, user).listUserActivities({ pageToken })).rejects.toMatchObject({
        code: Code.InvalidArgument,
      });
    }
  });

  test('refuses a page size of more than 100 and of less than 0', async () => {
    for (const pageSize of [101, -1]) {
      await expect(service.client(ActivityService, testUser()).listUserActivities({ pageSize })).rejects.toMatchObject({
        code: Code.InvalidArgument,
      });
    }
  });

  test('refuses nobody and services', async () => {
    await expect(service.client(ActivityService).listUserActivities({})).rejects.toMatchObject({
      code: Code.Unauthenticated,
    });
    const gateway = service.client(ActivityService, { kind: 'service', name: 'gateway' });
    await expect(gateway.listUserActivities({})).rejects.toMatchObject({ code: Code.PermissionDenied });
  });
});
