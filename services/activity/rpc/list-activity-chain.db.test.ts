import { createHash, randomUUIDv7 } from 'node:crypto';
import { toJson } from '@bufbuild/protobuf';
import { Code, ConnectError } from '@connectrpc/connect';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ChainEntry, ChainEntrySchema } from '../../../gen/numer/activity/v1/activity_chain_pb.ts';
import { ActivityService } from '../../../gen/numer/activity/v1/activity_service_pb.ts';
import { CustomerUpdatedSchema } from '../../../gen/numer/user/v1/customer_events_pb.ts';
import { testUser } from '../../../runtime/testing/start-test-service.ts';
import { startActivityService, type TestActivityService } from '../testing/start-activity-service.ts';

let service: TestActivityService;
beforeAll(async () => {
  service = await startActivityService();
});
afterAll(() => service.stop());

async function codeOf(work: Promise<unknown>): Promise<Code> {
  return ConnectError.from(await work.catch((cause: unknown) => cause)).code;
}

function sha256(...parts: (string | Uint8Array)[]): Uint8Array {
  return parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();
}

/** The hash of an entry as a client computes it, from docs/audit.md and the responses alone. */
function expectedHash(entry: ChainEntry, ownerId: string, before: Uint8Array): string {
  // biome-ignore lint/suspicious/noExplicitAny: read as any JSON is
  const { activity, ...json } = toJson(ChainEntrySchema, entry) as any;
  const content: Record<string, unknown> = {
    actorId: activity.actorId,
    actorType: activity.actorType,
    addressHash: json.addressHash,
    changes: activity.changes ?? [],
    createTime: new Date(activity.createTime).toISOString(),
    id: activity.id,
    invoiceId: activity.invoiceId,
    invoiceOpened: json.invoiceOpened ?? false,
    ownerId,
    requestId: activity.requestId ?? '',
    salt: json.salt,
    sequence: json.sequence,
    subjectId: activity.subjectId,
    type: activity.type,
    version: '1',
  };
  const text = (value: unknown): string => {
    if (Array.isArray(value)) return `[${value.map(text).join(', ')}]`;
    if (typeof value !== 'object' || value === null) return JSON.stringify(value);
    const fields = Object.entries(value).filter(([, field]) => field !== undefined);
    return `{${fields.map(([name, field]) => `"${name}": ${text(field)}`).join(', ')}}`;
  };
  // The fields of a change are in alphabetical order here, like those of `content`.
  const sorted = { ...content, changes: (content.changes as object[]).map(sortedFields) };
  return Buffer.from(sha256(before, text(sorted))).toString('hex');
}

function sortedFields(change: object): object {
  return Object.fromEntries(Object.entries(change).toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

describe('ListActivityChain', () => {
  test('gives the entries oldest first, with all that an outsider needs to compute their hashes', async () => {
    const user = { ...testUser(), userId: await service.account() };
    const changes = [{ field: 'phone' }, { field: 'locale', oldValue: 'de', newValue: '"\\\u0001 ü\u{1F600}' }];
    await service.publish(
      CustomerUpdatedSchema,
      { customer: { id: randomUUIDv7() }, changes },
      { ownerId: user.userId, requestId: '', time: new Date('2026-03-01T12:00:00Z') },
    );
    const { entries } = await service.client(ActivityService, user).listActivityChain({});
    expect(entries.map(({ sequence }) => sequence)).toEqual([1n, 2n, 3n, 4n, 5n, 6n]);
    expect(entries.map(({ activity }) => activity?.address)).toEqual([
      ...['192.0.2.7', '2001:db8::9', '192.0.2.7', '192.0.2.7', '192.0.2.7'],
      undefined,
    ]);
    let before: Uint8Array = new Uint8Array(32);
    for (const entry of entries) {
      expect(entry.hash).toBe(expectedHash(entry, user.userId, before));
      before = Buffer.from(entry.hash, 'hex');
      const { activity, addressSalt, addressHash } = entry;
      if (activity?.address === undefined) expect([addressSalt, addressHash]).toEqual(['', '']);
      else expect(Buffer.from(sha256(`${addressSalt} ${activity.address}`)).toString('hex')).toBe(addressHash);
    }
    const { head } = await service.client(ActivityService, user).verifyActivities({});
    expect(head).toMatchObject({ sequence: 6n, hash: entries[5]?.hash });
  });

  test.each([1, 2, 5, 6])('gives each entry once over pages of %i', async (pageSize) => {
    const user = { ...testUser(), userId: await service.account() };
    const client = service.client(ActivityService, user);
    const seen: bigint[] = [];
    for (let pageToken = ''; ; ) {
      const page = await client.listActivityChain({ pageSize, pageToken });
      seen.push(...page.entries.map(({ sequence }) => sequence));
      pageToken = page.nextPageToken;
      if (pageToken === '') break;
    }
    expect(seen).toEqual([1n, 2n, 3n, 4n, 5n]);
  });

  test('gives fewer entries when their changes are large', async () => {
    const user = testUser();
    const value = () => Buffer.from(crypto.getRandomValues(new Uint8Array(1_500))).toString('base64');
    for (let count = 0; count < 8; count++) {
      const changes = Array.from({ length: 100 }, () => ({ field: 'memo', oldValue: value(), newValue: value() }));
      const customer = { id: randomUUIDv7() };
      await service.publish(CustomerUpdatedSchema, { customer, changes }, { ownerId: user.userId });
    }
    const client = service.client(ActivityService, user);
    const sizes: number[] = [];
    for (let pageToken = ''; ; ) {
      const page = await client.listActivityChain({ pageToken });
      sizes.push(page.entries.length);
      pageToken = page.nextPageToken;
      if (pageToken === '') break;
    }
    expect(sizes.reduce((sum, size) => sum + size)).toBe(8);
    expect(Math.max(...sizes)).toBeLessThan(5);
    expect((await client.verifyActivities({})).verifiedCount).toBe(8n);
  });

  test('shows an entry without its activity when somebody deleted that', async () => {
    const user = { ...testUser(), userId: await service.account() };
    await service.tamper(`delete from activities where owner_id = '${user.userId}' and type = 'invoice.sent'`);
    const { entries } = await service.client(ActivityService, user).listActivityChain({});
    expect(entries.map(({ activity }) => activity !== undefined)).toEqual([true, true, true, true, false]);
  });

  test('gives nothing of another account', async () => {
    await service.account();
    expect((await service.client(ActivityService, testUser()).listActivityChain({})).entries).toEqual([]);
  });

  test('refuses a page token of another account and of another list, and page sizes out of bounds', async () => {
    const user = { ...testUser(), userId: await service.account() };
    const mine = service.client(ActivityService, user);
    const { nextPageToken } = await mine.listActivityChain({ pageSize: 2 });
    const { nextPageToken: ofOtherList } = await mine.listUserActivities({ pageSize: 2 });
    const others = service.client(ActivityService, testUser());
    expect(await codeOf(others.listActivityChain({ pageToken: nextPageToken }))).toBe(Code.InvalidArgument);
    expect(await codeOf(mine.verifyActivities({ pageToken: nextPageToken }))).toBe(Code.InvalidArgument);
    for (const request of [{ pageToken: ofOtherList }, { pageSize: 101 }, { pageSize: -1 }]) {
      expect(await codeOf(mine.listActivityChain(request))).toBe(Code.InvalidArgument);
    }
  });

  test('refuses nobody', async () => {
    expect(await codeOf(service.client(ActivityService).listActivityChain({}))).toBe(Code.Unauthenticated);
  });
});
