import { randomUUIDv7 } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { eq, inArray } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { testUser } from '../../../runtime/testing/start-test-service.ts';
import { waitUntil } from '../../../runtime/testing/wait-until.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../../../runtime/testing/webhook-receiver.ts';
import { webhookDeliveries, webhookEndpoints } from '../store/webhook-schema.ts';
import { startWebhooks, type WebhooksTestService } from '../testing/start-webhooks.ts';
import { deliverDueWebhooks } from './deliver-webhooks.ts';
import { pruneWebhooks } from './prune-webhooks.ts';

const [MINUTE_MS, HOUR_MS] = [60_000, 3_600_000];

let service: WebhooksTestService;
let receiver: WebhookReceiver;
beforeAll(async () => {
  service = await startWebhooks();
});
afterAll(() => service.stop());
beforeEach(async () => {
  receiver = await startWebhookReceiver();
});
afterEach(async () => {
  await receiver.close();
  await service.db.delete(webhookDeliveries); // what is left of one test must not be due in another
});

/** An endpoint at the receiver, and events that are queued for it. */
async function queue(count = 1, path = '', user = testUser()) {
  const endpoint = await service.newEndpoint({ url: receiver.url + path }, user);
  return { ...endpoint, events: await service.happen(endpoint.user.userId, count) };
}

/** Begins to deliver as a replica would. `stop` ends it, and waits for the deliveries under way once `held` is answered. */
async function startDelivering() {
  const stopping = new AbortController();
  const delivering = deliverDueWebhooks(await service.newReplica(), stopping.signal);
  return {
    async stop(held: readonly ServerResponse[] = []) {
      stopping.abort();
      for (const response of held) response.end();
      await delivering;
    },
  };
}

describe('what is due', () => {
  test('is posted once, by several replicas at once', async () => {
    const { id, events } = await queue(30);
    const replicas = await Promise.all([service.newReplica(), service.newReplica(), service.newReplica()]);
    await Promise.all(replicas.map((replica) => service.deliver(replica)));
    const ids = receiver.received.map(({ headers }) => headers['webhook-id']);
    expect(ids.toSorted()).toEqual(events.toSorted());
    for (const row of await service.deliveryRows(id)) {
      expect(row).toMatchObject({ state: 'DELIVERED', attemptCount: 1, leaseToken: null, nextAttemptTime: null });
    }
  });

  test('that is not taken is posted again, the same, after a pause, and given up in the end', async () => {
    const { id, events } = await queue();
    receiver.answer((response) => response.writeHead(503).end('later'));
    const [eventId = ''] = events;
    const pauses: number[] = [];
    for (;;) {
      await service.deliver();
      await service.deliver(); // not before its time
      const { state, nextAttemptTime } = await service.deliveryRow(id, eventId);
      if (state !== 'QUEUED') break;
      const pauseMs = (nextAttemptTime?.getTime() ?? 0) - service.clock.now().getTime();
      pauses.push(pauseMs);
      service.clock.advance(pauseMs);
    }
    expect(pauses).toHaveLength(10);
    expect(receiver.received).toHaveLength(11);
    expect(new Set(receiver.received.map(({ body }) => body)).size).toBe(1);
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id']))).toEqual(new Set(events));
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-timestamp'])).size).toBe(11);
    const row = await service.deliveryRow(id, eventId);
    expect(row).toMatchObject({ state: 'FAILED', attemptCount: 11, deliverTime: null });
    expect(row.attempts).toHaveLength(11);
    expect(row.attempts.at(-1)).toMatchObject({ statusCode: 503, response: 'later' });
  });

  test('waits for as long as the receiver asks', async () => {
    const { id, events } = await queue();
    receiver.answer((response) => response.writeHead(429, { 'retry-after': '600' }).end());
    await service.deliver();
    const { nextAttemptTime } = await service.deliveryRow(id, events[0] ?? '');
    expect(nextAttemptTime).toEqual(new Date(service.clock.now().getTime() + 10 * MINUTE_MS));
  });

  test('waits while its endpoint is disabled', async () => {
    const { id, user } = await queue();
    const disable = (disabled: boolean) =>
      service.webhooks(user).updateWebhookEndpoint({
        webhookEndpoint: { id, disabled },
        updateMask: { paths: ['disabled'] },
      });
    await disable(true);
    await service.deliver();
    expect(receiver.received).toEqual([]);
    await disable(false);
    await service.deliver();
    expect(receiver.received).toHaveLength(1);
  });

  test('that a process left when it ended is posted again once its lease has expired', async () => {
    const { id, events } = await queue();
    const dead = await service.newReplica();
    expect(await dead.store.claimWebhooks(service.clock.now(), 10)).toHaveLength(1);
    await service.deliver();
    expect(receiver.received).toEqual([]);
    service.clock.advance(30_000);
    await service.deliver();
    expect(receiver.received).toHaveLength(1);
    expect(await service.deliveryRow(id, events[0] ?? '')).toMatchObject({ state: 'DELIVERED', attemptCount: 2 });
  });

  test('is of no consequence to one who has lost the lease', async () => {
    const { id, events } = await queue();
    const slow = await service.newReplica();
    const [claimed] = await slow.store.claimWebhooks(service.clock.now(), 10);
    service.clock.advance(30_000);
    await service.deliver();
    await slow.store.settleWebhooks([
      {
        endpointId: id,
        id: events[0] ?? '',
        leaseToken: claimed?.leaseToken ?? '',
        tries: 1,
        state: 'FAILED',
        nextAttemptTime: null,
        attempt: { startTime: '2026-03-01T12:00:00Z', durationMs: 1, statusCode: 0, error: 'late', response: '' },
        endTime: service.clock.now(),
      },
    ]);
    expect(await service.deliveryRow(id, events[0] ?? '')).toMatchObject({ state: 'DELIVERED' });
  });

  test('is cut off when the process stops, which is no failed attempt, and posted again by another at once', async () => {
    const { id, events } = await queue();
    receiver.answer(() => undefined);
    const delivering = await startDelivering();
    await waitUntil(() => receiver.received.length === 1);
    await delivering.stop();
    const row = await service.deliveryRow(id, events[0] ?? '');
    expect(row).toMatchObject({ state: 'QUEUED', leaseToken: null, attemptCount: 0, tries: 0, attempts: [] });
    expect((await service.endpointRow(id)).firstFailureTime).toBeNull();
    receiver.answer((response) => response.writeHead(204).end());
    await service.deliver();
    expect(await service.deliveryRow(id, events[0] ?? '')).toMatchObject({ state: 'DELIVERED', attemptCount: 1 });
  });
});

describe('one endpoint does not hold up another:', () => {
  /** Endpoints that never answer, and the deliveries that they hold up. */
  function hold(path: string): ServerResponse[] {
    const held: ServerResponse[] = [];
    receiver.answer((response, request) => {
      if (request.path?.endsWith(path)) held.push(response);
      else response.writeHead(204).end();
    });
    return held;
  }

  const othersOf = (path: string) => receiver.received.filter((request) => !request.path?.endsWith(path)).length;

  test('a slow one has four deliveries at a time, however many wait for it', async () => {
    const held = hold('/slow');
    await queue(200, '/slow');
    const delivering = await startDelivering();
    await waitUntil(() => held.length === 4);
    const { user } = await queue(20);
    await waitUntil(() => othersOf('/slow') === 20);
    // Also events that happen while the slow one is waited for.
    await service.happen(user.userId, 20);
    await waitUntil(() => othersOf('/slow') === 40);
    expect(held).toHaveLength(4);
    await delivering.stop(held);
  });

  test('one whose last attempt failed has one at a time', async () => {
    const { user } = await queue(1, '/slow');
    receiver.answer((response) => response.writeHead(500).end());
    await service.deliver();
    const held = hold('/slow');
    await service.happen(user.userId, 50);
    const delivering = await startDelivering();
    await waitUntil(() => held.length === 1);
    await queue(20);
    await waitUntil(() => othersOf('/slow') === 20);
    expect(held).toHaveLength(1);
    await delivering.stop(held);
  });

  test('an owner with many slow ones has eight deliveries at a time', async () => {
    const held = hold('/slow');
    const user = testUser();
    for (let count = 0; count < 10; count++) await service.newEndpoint({ url: `${receiver.url}/slow` }, user);
    await service.happen(user.userId, 20);
    const delivering = await startDelivering();
    await waitUntil(() => held.length === 8);
    await queue(20);
    await waitUntil(() => othersOf('/slow') === 20);
    expect(held).toHaveLength(8);
    await delivering.stop(held);
  });

  test('of more than can be under way each owner has one before any has two', async () => {
    for (let count = 0; count < 5; count++) await queue(4);
    const replica = await service.newReplica();
    const claimed = await replica.store.claimWebhooks(service.clock.now(), 7);
    const counts = new Map<string, number>();
    for (const { endpoint } of claimed) counts.set(endpoint.id, (counts.get(endpoint.id) ?? 0) + 1);
    expect([...counts.values()].toSorted()).toEqual([1, 1, 1, 2, 2]);
  });

  /** Claims and finishes deliveries, `size` at a time, until one to the endpoint is among them. Gives the number of claims. */
  async function countClaimsUntil(endpointId: string, size: number): Promise<number> {
    const { store } = await service.newReplica();
    for (let count = 1; ; count++) {
      const claimed = await store.claimWebhooks(service.clock.now(), size);
      if (claimed.length === 0 || claimed.some(({ endpoint }) => endpoint.id === endpointId)) return count;
      const ids = claimed.map(({ id }) => id);
      await service.db.delete(webhookDeliveries).where(inArray(webhookDeliveries.id, ids));
    }
  }

  test('of an owner does not wait for all that many slow owners have waiting', async () => {
    for (let count = 0; count < 12; count++) await queue(25);
    const { id } = await queue();
    // Each claim has a chance of 4 in 13; in the order of time it would be the last.
    expect(await countClaimsUntil(id, 4)).toBeLessThan(60);
  });

  test('of an endpoint that works is usually posted before those of endpoints that fail', async () => {
    for (let count = 0; count < 40; count++) await queue();
    await service.db.update(webhookEndpoints).set({ firstFailureTime: service.clock.now() });
    const { id } = await queue();
    expect(await countClaimsUntil(id, 1)).toBeLessThan(20);
  });
});

describe('an endpoint', () => {
  test('that answers 410 is disabled and told of, and gets nothing any more', async () => {
    const { id, user, events } = await queue();
    receiver.answer((response) => response.writeHead(410).end());
    await service.deliver();
    expect(await service.endpointRow(id)).toMatchObject({ disableReason: 'GONE', version: 2n });
    expect(await service.deliveryRow(id, events[0] ?? '')).toMatchObject({ state: 'FAILED' });
    expect((await service.eventsOf(user.userId)).at(-1)).toMatchObject({
      topic: 'webhook-endpoint.updated',
      version: 2n,
      actor: 'service:notification',
      json: {
        changes: [
          { field: 'disableReason', newValue: 'GONE' },
          { field: 'disabled', newValue: 'true' },
        ],
      },
    });
    await service.happen(user.userId);
    await service.deliver();
    expect(receiver.received).toHaveLength(1);
  });

  test('on which everything has failed for three days is disabled', async () => {
    const { id, user } = await queue();
    receiver.answer((response) => response.writeHead(500).end());
    await service.deliver();
    const { firstFailureTime } = await service.endpointRow(id);
    expect(firstFailureTime).toEqual(service.clock.now());
    service.clock.advance(200 * HOUR_MS);
    await service.deliver();
    expect(await service.endpointRow(id)).toMatchObject({ disableReason: null, firstFailureTime });
    for (let tries = 3; tries <= 8; tries++) {
      expect(await service.endpointRow(id)).toMatchObject({ disableReason: null });
      service.clock.advance(30 * HOUR_MS);
      await service.deliver();
    }
    expect(await service.endpointRow(id)).toMatchObject({ disableReason: 'FAILING', firstFailureTime });
    expect((await service.eventsOf(user.userId)).at(-1)).toMatchObject({ version: 2n });
  });

  test('that took something in between is not', async () => {
    const { id, user } = await queue();
    receiver.answer((response) => response.writeHead(500).end());
    await service.deliver();
    receiver.answer((response) => response.end());
    await service.happen(user.userId);
    await service.deliver();
    expect((await service.endpointRow(id)).firstFailureTime).toBeNull();
    receiver.answer((response) => response.writeHead(500).end());
    service.clock.advance(80 * HOUR_MS);
    await service.deliver();
    expect(await service.endpointRow(id)).toMatchObject({ disableReason: null, firstFailureTime: service.clock.now() });
  });

  test('that its owner changed at the same moment is left as the owner wants it', async () => {
    const { id, user } = await queue();
    const held: ServerResponse[] = [];
    receiver.answer((response) => held.push(response));
    const delivering = service.deliver();
    await waitUntil(() => held.length === 1);
    await service.webhooks(user).updateWebhookEndpoint({
      webhookEndpoint: { id, url: `${receiver.url}/new` },
      updateMask: { paths: ['url'] },
    });
    held[0]?.writeHead(410).end();
    await delivering;
    expect(await service.endpointRow(id)).toMatchObject({ disableReason: null, version: 2n });
  });
});

test('what came of a webhook is written down without waiting for the pruning of its endpoint, which waits for it', async () => {
  const { id, user, events } = await queue();
  const { promise, resolve: answer } = Promise.withResolvers<ServerResponse>();
  receiver.answer(answer);
  const delivering = service.deliver();
  const response = await promise;
  await service.webhooks(user).deleteWebhookEndpoint({ webhookEndpointId: id });
  const pruning = await service.db.$client.reserve();
  await pruning`begin`;
  await pruning`select from webhook_endpoints where id = ${id} for update`;
  response.writeHead(500).end();
  await delivering;
  expect(await service.deliveryRow(id, events[0] ?? '')).toMatchObject({
    leaseToken: null,
    attempts: [{ statusCode: 500 }],
  });
  await pruning`commit`;
  pruning.release();
});

test('where only public addresses may be posted to, the log says so', async () => {
  const { id, events } = await queue();
  const replica = await service.newReplica();
  await service.deliver({ ...replica, webhookTargets: 'public' });
  expect(receiver.received).toEqual([]);
  const { attempts } = await service.deliveryRow(id, events[0] ?? '');
  expect(attempts[0]).toMatchObject({ statusCode: 0, error: 'Webhooks may only go to https URLs here.' });
});

test('deliveries are deleted after 30 days, whatever their state, but not while they are under way', async () => {
  const { id, events } = await queue(2_500);
  const [first = '', second = '', third = ''] = events;
  const { db, clock } = service;
  await db.$client`update webhook_deliveries set state = 'DELIVERED', next_attempt_time = null, deliver_time = now()
    where endpoint_id = ${id} and id not in ${db.$client([first, second, third])}`;
  const lease = (deliveryId: string, expireTime: Date) =>
    db
      .update(webhookDeliveries)
      .set({ leaseToken: randomUUIDv7(), leaseExpireTime: expireTime })
      .where(eq(webhookDeliveries.id, deliveryId));
  await lease(second, new Date(clock.now().getTime() + 31 * 24 * HOUR_MS));
  // A process that ended has left it, and then its endpoint was disabled, so that nobody claims it again.
  await lease(third, clock.now());
  const replica = await service.newReplica();
  const prune = (ageMs: number) =>
    pruneWebhooks.run(replica, new Date(clock.now().getTime() + ageMs), new AbortController().signal);
  await prune(30 * 24 * HOUR_MS);
  expect(await db.$count(webhookDeliveries, eq(webhookDeliveries.endpointId, id))).toBe(2_500);
  await prune(30 * 24 * HOUR_MS + 1);
  expect((await service.deliveryRows(id)).map((row) => row.id)).toEqual([second]);
});
