import { randomUUID, randomUUIDv7 } from 'node:crypto';
import { sql } from 'drizzle-orm';
import type { ReservedSql } from 'postgres';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { blocksRead, explain } from '../../../runtime/testing/explain.ts';
import { startTestService, type TestService } from '../../../runtime/testing/start-test-service.ts';
import { notificationService } from '../service.ts';
import { WEBHOOK_KEY } from '../testing/webhook-key.ts';
import { type ClaimedMail, claimQuery, LEASE_MS, prepareClaimMails, releaseQuery } from './claim-mail.ts';
import { notifications } from './schema.ts';

/** So many that reading all of them would show. */
const [SENT, BACKLOG, OWNERS] = [5_000, 100_000, 1_000];

let service: TestService;
let connection: ReservedSql;
beforeAll(async () => {
  service = await startTestService(notificationService, {
    environment: { ...WEBHOOK_KEY, SMTP_URL: 'smtp://127.0.0.1:1' },
  });
  await service.db.$client`select`; // a pool without connections reserves none
  connection = await service.db.$client.reserve();
});
beforeEach(async () => {
  await service.db.execute(sql`truncate ${notifications}`);
});
afterAll(async () => {
  connection.release();
  await service.stop();
});

/** Queues mails that are due, in milliseconds after the others of the test. */
async function queue(ownerId: string, count: number, dueMs = 0): Promise<void> {
  await service.db.$client`
    insert into notifications (id, owner_id, invoice_id, kind, recipient, sender_name, reply_to, subject, text_body, html_body,
      request_id, create_time, next_attempt_time)
    select gen_random_uuid(), ${ownerId}, gen_random_uuid(), 'INVOICE_SENT', 'grace@hopper.example', '', '', '', '', '', '',
      now(), '2026-01-01'::timestamptz + ${dueMs}::integer * interval '1 millisecond'
    from generate_series(1, ${count}::integer)`;
}

const time = '2026-01-02T00:00:00Z';
const leaseToken = randomUUID();
const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';
const claimValues = { now: time, dueTime: time, leaseToken, leaseExpireTime: time, afterOwnerId: BEFORE_ALL, count: 5 };

describe('with many mails that were sent', () => {
  beforeEach(async () => {
    await service.db.$client`
      insert into notifications (id, owner_id, invoice_id, kind, recipient, sender_name, reply_to, subject, text_body, html_body,
        request_id, state, create_time, send_time)
      select gen_random_uuid(), ${randomUUIDv7()}, gen_random_uuid(), 'INVOICE_SENT', 'grace@hopper.example', '', '', '', '',
        '', '', 'SENT', now(), now()
      from generate_series(1, ${SENT}::integer)`;
    await service.db.$client`vacuum analyze notifications`;
  });

  test.each([
    ['mails are claimed', () => claimQuery(service.db).toSQL(), claimValues],
    ['a lost claim is given back', () => releaseQuery(service.db).toSQL(), { leaseToken }],
  ])('%s without looking at these', async (_, query, values) => {
    const plans = await explain(connection, query(), values);
    expect(plans.flatMap((plan) => plan['Index Name'] ?? [])).toContain('notifications_due');
    expect(blocksRead(plans)).toBeLessThan(10);
  });
});

describe('with a backlog of one owner', () => {
  const [busyOwnerId, ownerId] = [randomUUIDv7(), randomUUIDv7()];
  beforeEach(async () => {
    // In steps, since a single statement of that size may take longer than statements may.
    for (let step = 0; step < 10; step++) await queue(busyOwnerId, BACKLOG / 10);
    await queue(ownerId, 1, 1);
  });

  test('the first claim takes the one mail of another owner, which was due last, and looks at no more than it takes', async () => {
    const claim = prepareClaimMails(service.db, LEASE_MS);
    const claimed = await claim({ now: new Date(time), dueTime: new Date(time), count: 5 });
    expect(ownersOf(claimed)).toEqual([busyOwnerId, busyOwnerId, busyOwnerId, busyOwnerId, ownerId].toSorted());
    await expectFewReads();
    await service.db.$client`analyze notifications`;
    await expectFewReads();
  });
});

/** Whatever the planner knows of the table. Most of what is read is what changing five rows costs. */
async function expectFewReads(): Promise<void> {
  const plans = await explain(connection, claimQuery(service.db).toSQL(), { ...claimValues, leaseToken });
  expect(blocksRead(plans)).toBeLessThan(300);
}

test('a claim costs the same however many owners wait', async () => {
  await service.db.$client`
    insert into notifications (id, owner_id, invoice_id, kind, recipient, sender_name, reply_to, subject, text_body, html_body,
      request_id, create_time, next_attempt_time)
    select gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 'INVOICE_SENT', 'grace@hopper.example', '', '', '', '', '',
      '', now(), '2026-01-01' from generate_series(1, ${OWNERS}::integer)`;
  await expectFewReads();
  await service.db.$client`analyze notifications`;
  await expectFewReads();
});

test('owners take turns, each with what has been due longest, and the first one follows the last', async () => {
  const ownerIds = Array.from({ length: 3 }, () => randomUUIDv7()).toSorted();
  for (const ownerId of ownerIds) for (const dueMs of [1, 0]) await queue(ownerId, 1, dueMs);
  const claim = prepareClaimMails(service.db, LEASE_MS);
  const now = new Date(time);
  const turns: string[] = [];
  for (let turn = 0; turn < 6; turn++) {
    const claimed = await claim({ now, dueTime: now, count: 1 });
    turns.push(...claimed.map(({ row }) => `${row.ownerId} ${row.nextAttemptTime?.getMilliseconds()}`));
  }
  expect(turns).toEqual([0, 1].flatMap((dueMs) => ownerIds.map((ownerId) => `${ownerId} ${dueMs}`)));
});

test('claims at the same moment leave no place empty while there are mails', async () => {
  for (const count of [30, 7, 1, 2]) await queue(randomUUIDv7(), count);
  const now = new Date(time);
  const claims = Array.from({ length: 8 }, () => prepareClaimMails(service.db, LEASE_MS));
  const claimed = await Promise.all(claims.map((claim) => claim({ now, dueTime: now, count: 5 })));
  expect(claimed.map((mails) => mails.length)).toEqual(claims.map(() => 5));
  expect(new Set(claimed.flat().map(({ row }) => row.id)).size).toBe(40);
});

function ownersOf(claimed: readonly ClaimedMail[]): readonly string[] {
  return claimed.map(({ row }) => row.ownerId).toSorted();
}
