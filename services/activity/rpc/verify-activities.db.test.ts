import { Code, ConnectError } from '@connectrpc/connect';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ChainProblem_Kind as Kind } from '../../../gen/numer/activity/v1/activity_chain_pb.ts';
import { ActivityService } from '../../../gen/numer/activity/v1/activity_service_pb.ts';
import { testUser } from '../../../runtime/testing/start-test-service.ts';
import { prepareRecordActivities } from '../store/record-activities.ts';
import { startActivityService, type TestActivityService } from '../testing/start-activity-service.ts';

let service: TestActivityService;
beforeAll(async () => {
  service = await startActivityService();
});
afterAll(() => service.stop());

/** A user with an account of five activities. */
async function userWithActivities() {
  const userId = await service.account();
  return { ...testUser(), userId };
}

async function codeOf(work: Promise<unknown>): Promise<Code> {
  return ConnectError.from(await work.catch((cause: unknown) => cause)).code;
}

describe('VerifyActivities', () => {
  test('counts the activities of the caller and tells where the chain ends', async () => {
    const user = await userWithActivities();
    await service.account();
    const answer = await service.client(ActivityService, user).verifyActivities({});
    expect(answer).toMatchObject({ verifiedCount: 5n, head: { sequence: 5n }, nextPageToken: '' });
    expect(answer.head?.hash).toMatch(/^[0-9a-f]{64}$/);
    expect(answer.problem).toBeUndefined();
  });

  test('finds nothing wrong with an account without activities', async () => {
    const answer = await service.client(ActivityService, testUser()).verifyActivities({});
    expect(answer).toMatchObject({ verifiedCount: 0n, head: { sequence: 0n, hash: '' }, nextPageToken: '' });
    expect(answer.problem).toBeUndefined();
  });

  test('tells the first place at which somebody changed something', async () => {
    const user = await userWithActivities();
    await service.tamper(`
      update activities set actor_id = 'x' where id = (
        select activity_id from activity_chain where owner_id = '${user.userId}' and sequence = 4)`);
    const answer = await service.client(ActivityService, user).verifyActivities({});
    expect(answer).toMatchObject({
      verifiedCount: 3n,
      head: { sequence: 5n },
      problem: { kind: Kind.ENTRY_ALTERED, sequence: 4n },
      nextPageToken: '',
    });
    expect(answer.problem?.activityId).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('compares with a head that was saved before', async () => {
    const user = await userWithActivities();
    const client = service.client(ActivityService, user);
    const { head } = await client.verifyActivities({});
    await service.signIn(user.userId);
    const saved = { savedSequence: head?.sequence ?? 0n, savedHash: head?.hash ?? '' };
    expect((await client.verifyActivities(saved)).problem).toBeUndefined();
    for (const wrong of [
      { ...saved, savedSequence: 4n },
      { ...saved, savedSequence: 7n },
    ]) {
      expect(await client.verifyActivities(wrong)).toMatchObject({
        verifiedCount: wrong.savedSequence === 4n ? 3n : 6n,
        problem: { kind: Kind.SAVED_HEAD_ALTERED, sequence: wrong.savedSequence, activityId: '' },
      });
    }
  });

  test('goes on from page to page in a long chain, and finds what is wrong on each', async () => {
    const user = testUser();
    const record = prepareRecordActivities(service.db);
    const ownerId = user.userId;
    for (let batch = 0; batch < 21; batch++) {
      await record(
        Array.from({ length: 500 }, () => ({
          eventId: crypto.randomUUID(),
          type: 'session.created',
          ownerId,
          invoiceId: null,
          invoiceOpened: false,
          subjectId: ownerId,
          actorType: 'USER',
          actorId: ownerId,
          requestId: '',
          address: null,
          addressSalt: null,
          createTime: service.clock.now(),
          changes: [],
        })),
      );
    }
    const client = service.client(ActivityService, user);
    const first = await client.verifyActivities({});
    expect(first).toMatchObject({ verifiedCount: 10_000n, head: { sequence: 10_500n } });
    expect(first.problem).toBeUndefined();
    const { nextPageToken: pageToken } = first;
    expect(await client.verifyActivities({ pageToken })).toMatchObject({ verifiedCount: 10_500n, nextPageToken: '' });

    const tamperWith = (sequence: number) =>
      service.tamper(
        `update activity_chain set hash = sha256('x') where owner_id = '${ownerId}' and sequence = ${sequence}`,
      );
    await tamperWith(10_400);
    expect(await client.verifyActivities({ pageToken })).toMatchObject({
      verifiedCount: 10_399n,
      problem: { sequence: 10_400n },
    });
    await tamperWith(77);
    expect(await client.verifyActivities({})).toMatchObject({ verifiedCount: 76n, problem: { sequence: 77n } });
  }, 60_000);

  test('is whole while activities are recorded', async () => {
    const user = await userWithActivities();
    const client = service.client(ActivityService, user);
    const recording = Array.from({ length: 20 }, () => service.signIn(user.userId));
    const answers = await Promise.all(Array.from({ length: 20 }, () => client.verifyActivities({})));
    await Promise.all(recording);
    expect(answers.map(({ problem }) => problem)).toEqual(answers.map(() => undefined));
    expect((await client.verifyActivities({})).verifiedCount).toBe(25n);
  });

  test.each([
    ['a page token of another account', async () => ({ pageToken: 'WyJhIl0' })],
    ['a saved number without a hash', async () => ({ savedSequence: 1n })],
    ['a saved hash without a number', async () => ({ savedHash: 'a'.repeat(64) })],
    ['a saved hash that is none', async () => ({ savedSequence: 1n, savedHash: 'A'.repeat(64) })],
    ['a saved number of less than 0', async () => ({ savedSequence: -1n, savedHash: 'a'.repeat(64) })],
  ])('refuses %s', async (_, request) => {
    const client = service.client(ActivityService, testUser());
    expect(await codeOf(client.verifyActivities(await request()))).toBe(Code.InvalidArgument);
  });

  test('refuses nobody and services', async () => {
    expect(await codeOf(service.client(ActivityService).verifyActivities({}))).toBe(Code.Unauthenticated);
    const gateway = service.client(ActivityService, { kind: 'service', name: 'gateway' });
    expect(await codeOf(gateway.verifyActivities({}))).toBe(Code.PermissionDenied);
  });

  test('lets an API key that may only read verify', async () => {
    const user = await userWithActivities();
    const key = { ...user, actor: 'api-key:1', sessionId: '', canWrite: false };
    expect((await service.client(ActivityService, key).verifyActivities({})).verifiedCount).toBe(5n);
  });
});

test('the head and the count are of one moment, so that a chain is never too short for its activities', async () => {
  const { userId } = await userWithActivities();
  const recording = Array.from({ length: 30 }, () => service.signIn(userId));
  for (let count = 0; count < 30; count++) {
    const { sequence, activities } = await service.store.findHead({ ownerId: userId, counted: true });
    expect(activities).toBe(sequence);
  }
  await Promise.all(recording);
  const [row] = await service.db.execute(sql`select sequence from activity_heads where owner_id = ${userId}`);
  expect(row?.sequence).toBe(35n);
});
