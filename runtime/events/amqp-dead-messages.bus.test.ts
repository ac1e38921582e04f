import { randomUUID } from 'node:crypto';
import { Connection } from 'rabbitmq-client';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { silentLog } from '../process/log.ts';
import { findRabbitmq } from '../testing/rabbitmq.ts';
import { MESSAGE_BYTES_MAX } from '../testing/throw-away-rabbitmq.ts';
import { waitUntil } from '../testing/wait-until.ts';
import { createAmqpBus } from './amqp-bus.ts';
import {
  countDeadMessages,
  countMessages,
  DEAD_MESSAGES,
  dropDeadMessages,
  listDeadMessages,
  resendDeadMessages,
} from './amqp-dead-messages.ts';
import { queueOf } from './amqp-message.ts';
import type { EventBus, OutgoingEvent } from './bus.ts';
import { subscriptionDigestOf } from './subscription-digest.ts';
import { raised, wireOf } from './testing/counters.ts';
import { giveUp } from './testing/dead-messages.ts';

const url = await findRabbitmq();
const WAIT = { timeoutMs: 15_000 };
const TOPICS = ['counter.raised'];

describe.skipIf(url === undefined)('messages that RabbitMQ gives up', () => {
  let connection: Connection;
  /** Two services that want the same events. */
  let [poisoned, healthy] = ['', ''];
  const closing: (() => Promise<unknown>)[] = [];

  beforeAll(() => {
    connection = new Connection(url ?? '');
  });
  afterAll(() => connection.close());
  beforeEach(() => {
    [poisoned, healthy] = [`poisoned-${randomUUID()}`, `healthy-${randomUUID()}`];
  });
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
    await connection.queueDelete(DEAD_MESSAGES);
  });

  function openBus() {
    const digest = subscriptionDigestOf(TOPICS);
    const subscribers = { [poisoned]: digest, [healthy]: digest };
    const bus = createAmqpBus({ url: url ?? '', name: 'test', subscribers, log: silentLog() });
    closing.push(() => bus.close());
    return bus;
  }

  /** Opens the queues of both services. */
  async function openQueues(): Promise<EventBus> {
    const bus = openBus();
    const subscriptions = [poisoned, healthy].map((service) =>
      bus.subscribe({ service, topics: TOPICS, deliver: async (batch) => batch.map(() => false) }),
    );
    await waitUntil(() => bus.ready, WAIT);
    await Promise.all(subscriptions.map((subscription) => subscription.close(2_000)));
    return bus;
  }

  /** Publishes events to both services, the first of which then loses them. */
  async function loseEvents(count: number, bus?: EventBus): Promise<OutgoingEvent[]> {
    const { publish } = bus ?? (await openQueues());
    const events = Array.from({ length: count }, () => ({ ...wireOf(raised(1n)), target: undefined }));
    for (const event of events) expect(await publish([event])).toEqual([{ id: event.id, ok: true }]);
    await giveUp(connection, queueOf(poisoned), count);
    await waitUntil(async () => (await countDeadMessages(connection)) === count, WAIT);
    return events;
  }

  /** The ids of the events that a service gets from now on. */
  function receive(service: string): string[] {
    const received: string[] = [];
    const subscription = openBus().subscribe({
      service,
      topics: TOPICS,
      deliver: async (batch) => {
        received.push(...batch.map(({ id }) => id));
        return batch.map(() => true);
      },
    });
    closing.push(() => subscription.close(2_000));
    return received;
  }

  test('are none where no service has run', async () => {
    expect(await countDeadMessages(connection)).toBe(0);
    expect(await listDeadMessages(connection, 10)).toEqual([]);
    expect(await resendDeadMessages(connection, undefined)).toEqual({ sent: 0, left: [] });
    expect(await dropDeadMessages(connection, undefined)).toBe(0);
  });

  test('can be looked at, and stay', async () => {
    const events = await loseEvents(3);
    const listed = await listDeadMessages(connection, 10);
    expect(listed.map(({ id, topic, queue }) => ({ id, topic, queue }))).toEqual(
      events.map(({ id }) => ({ id, topic: 'counter.raised', queue: queueOf(poisoned) })),
    );
    expect(Math.abs(Date.now() - (listed[0]?.publishTime?.getTime() ?? 0))).toBeLessThan(60_000);
    expect(await listDeadMessages(connection, 2)).toEqual(listed.slice(0, 2));
    expect(await countDeadMessages(connection)).toBe(3);
  });

  test('can be looked at any number of times, also where RabbitMQ drops what comes back 20 times', async () => {
    const bus = await openQueues();
    // What is the default from version 4 on.
    const limited = { 'x-queue-type': 'quorum' as const, 'x-delivery-limit': 20 };
    await connection.queueDelete(DEAD_MESSAGES);
    await connection.queueDeclare({ queue: DEAD_MESSAGES, durable: true, arguments: limited });
    await connection.queueBind({ exchange: DEAD_MESSAGES, queue: DEAD_MESSAGES });
    await loseEvents(2, bus);
    const listed = await listDeadMessages(connection, 10);
    for (let look = 0; look < 50; look += 1) expect(await listDeadMessages(connection, 10)).toEqual(listed);
    expect(await resendDeadMessages(connection, undefined)).toEqual({ sent: 2, left: [] });
    expect(await countMessages(connection, queueOf(poisoned))).toBe(2);
  });

  test('that are sent again reach the service that lost them, and no other', async () => {
    const events = await loseEvents(3);
    expect(await resendDeadMessages(connection, undefined)).toEqual({ sent: 3, left: [] });
    expect(await countDeadMessages(connection)).toBe(0);
    const [again, once] = [receive(poisoned), receive(healthy)];
    await waitUntil(() => again.length === 3 && once.length === 3, WAIT);
    expect(again.sort()).toEqual(events.map(({ id }) => id).sort());
    expect(once.sort()).toEqual(again);
  });

  test('can be sent again and dropped one by one', async () => {
    const [first, second, third] = await loseEvents(3);
    expect(await resendDeadMessages(connection, second?.id)).toEqual({ sent: 1, left: [] });
    expect(await dropDeadMessages(connection, first?.id)).toBe(1);
    expect(await dropDeadMessages(connection, randomUUID())).toBe(0);
    expect((await listDeadMessages(connection, 10)).map(({ id }) => id)).toEqual([third?.id]);
    expect(await dropDeadMessages(connection, undefined)).toBe(1);
    expect(await countDeadMessages(connection)).toBe(0);
    const received = receive(poisoned);
    await waitUntil(() => received.length === 1, WAIT);
    expect(received).toEqual([second?.id]);
  });

  test('stay when their queue is gone', async () => {
    const [event] = await loseEvents(1);
    await connection.queueDelete(queueOf(poisoned));
    expect(await resendDeadMessages(connection, undefined)).toMatchObject({ sent: 0, left: [{ id: event?.id }] });
    expect(await countDeadMessages(connection)).toBe(1);
  });

  test('stay when the broker refuses them, and hold up no other', async () => {
    await loseEvents(1);
    const full = `full-${randomUUID()}`;
    await connection.queueDeclare({ queue: full, arguments: { 'x-max-length': 0, 'x-overflow': 'reject-publish' } });
    closing.push(() => connection.queueDelete(full));
    const publisher = connection.createPublisher({ confirm: true });
    const put = (messageId: string, queue: string, json = '{}') =>
      publisher.send(
        { routingKey: DEAD_MESSAGES, messageId, contentType: 'application/json', headers: { 'numer-queue': queue } },
        Buffer.from(json),
      );
    await put('first', queueOf(healthy));
    // As large as the broker takes; the copy says 1e+99.
    await put('too large', queueOf(healthy), `[${'1e99,'.repeat(MESSAGE_BYTES_MAX / 5 - 1)}1]`);
    await put('of a full queue', full);
    await put('last', queueOf(healthy));
    await publisher.close();
    const { sent, left } = await resendDeadMessages(connection, undefined);
    expect([sent, left.map(({ id }) => id)]).toEqual([3, ['too large', 'of a full queue']]);
    await waitUntil(async () => (await countDeadMessages(connection)) === 2, WAIT);
  });

  test('stay when they were put there by hand, whatever they are', async () => {
    await loseEvents(1);
    const publisher = connection.createPublisher({ confirm: true });
    await publisher.send({ routingKey: DEAD_MESSAGES }, { not: 'an event' });
    await publisher.close();
    const { sent, left } = await resendDeadMessages(connection, undefined);
    expect([sent, left.map(({ id, queue }) => [id, queue])]).toEqual([1, [['', undefined]]]);
    expect(await countDeadMessages(connection)).toBe(1);
  });
});
