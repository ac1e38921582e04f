import { randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { Connection } from 'rabbitmq-client';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { silentLog } from '../process/log.ts';
import { findRabbitmq } from '../testing/rabbitmq.ts';
import { MESSAGE_BYTES_MAX } from '../testing/throw-away-rabbitmq.ts';
import { waitUntil } from '../testing/wait-until.ts';
import { createAmqpBus } from './amqp-bus.ts';
import { formerQueueOf } from './amqp-former-message.ts';
import { EVENTS_EXCHANGE, queueOf } from './amqp-message.ts';
import { createAmqpPublisher } from './amqp-publisher.ts';
import { startAmqpSubscription } from './amqp-subscription.ts';
import type { EventBus, OutgoingEvent } from './bus.ts';
import { startConsumers } from './consumer.ts';
import { listDeadLetters, resendDeadLetters } from './dead-letters.ts';
import type { WireEvent } from './event.ts';
import { republishEvents } from './published-events.ts';
import { type Relay, type RelayOptions, startRelay } from './relay.ts';
import { subscriptionDigestOf } from './subscription-digest.ts';
import {
  appliedAmounts,
  type CounterDatabase,
  type CounterDeps,
  clearCounters,
  counterDeps,
  counterRegistry,
  countRows,
  createCounterDatabase,
  onCounterRaised,
  raised,
  wireOf,
  writeEvents,
} from './testing/counters.ts';
import { socketOf } from './write-together.ts';

const url = await findRabbitmq();
const log = silentLog();
const WAIT = { timeoutMs: 15_000 };
const started: (() => Promise<unknown>)[] = [];
let database: CounterDatabase;
/** A name of its own for each test, so that the queues of one do not disturb another. */
let service: string;

beforeAll(async () => {
  database = await createCounterDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  service = `counter-${randomUUID()}`;
  await clearCounters(database.db);
});
afterEach(async () => {
  for (const stop of started.splice(0).reverse()) await stop();
});

/** Services that subscribe to all counters. */
function counting(...names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, subscriptionDigestOf(['counter.raised'])]));
}

function openBus(subscribers = counting(service), broker = url ?? ''): EventBus {
  const bus = createAmqpBus({ url: broker, name: 'test', subscribers, log });
  started.push(() => bus.close());
  return bus;
}

function relay(bus: EventBus, options: Partial<RelayOptions> = {}): Relay {
  const running = startRelay({
    service,
    db: database.db,
    bus,
    registry: counterRegistry,
    log,
    pollMs: 100,
    ...options,
  });
  started.push(() => running.stop());
  return running;
}

function consume(bus: EventBus, deps: CounterDeps = counterDeps(database.db)): void {
  const retry = { attemptsMax: 2, firstRetryMs: 5, pollMs: 10 };
  const consumers = [onCounterRaised];
  const running = startConsumers({ service, consumers, deps, db: database.db, bus, log, retry });
  started.push(() => running.stop());
}

/** Subscribes to all counters, or to `topics`, and notes what arrives; `settle` says what is settled. */
function note(
  bus: EventBus,
  name: string,
  settle: (event: WireEvent) => boolean = () => true,
  topics: readonly string[] = ['counter.raised'],
): WireEvent[] {
  const received: WireEvent[] = [];
  const subscription = bus.subscribe({
    service: name,
    topics,
    async deliver(batch) {
      received.push(...batch);
      return batch.map(settle);
    },
  });
  started.push(() => subscription.close(2_000));
  return received;
}

function outgoing(target?: string, topic = 'counter.raised'): OutgoingEvent {
  return { ...wireOf(raised(1n)), topic, target };
}

/** The exchange and the queue of the service as an earlier version declares them; publishes as that version does. */
async function openFormer() {
  const connection = new Connection(url ?? '');
  started.push(() => connection.close());
  const queue = formerQueueOf(service);
  const exchange = `former-${service}`;
  await connection.exchangeDeclare({ exchange, type: 'topic', durable: true });
  await connection.queueDeclare({ queue, durable: true, arguments: { 'x-queue-type': 'quorum' } });
  await connection.queueBind({ exchange, queue, routingKey: 'counter.raised' });
  const publisher = connection.createPublisher({ confirm: true });
  started.push(() => publisher.close());
  return {
    async publish(event: OutgoingEvent): Promise<void> {
      const attributes = {
        id: event.id,
        type: event.type,
        source: event.source,
        subject: event.subject,
        time: event.time.toISOString(),
        topic: event.topic,
        aggregateversion: event.version.toString(),
        actor: event.actor,
        requestid: event.requestId,
      };
      const headers = Object.fromEntries(
        Object.entries(attributes).map(([name, value]) => [`cloudEvents:${name}`, value]),
      );
      const envelope = { exchange, routingKey: event.topic, contentType: 'application/protobuf', headers };
      await publisher.send(envelope, Buffer.from(event.body));
    },
  };
}

async function isReady(bus: EventBus): Promise<void> {
  await waitUntil(() => bus.ready, WAIT);
}

/** Somebody who works on the broker by hand. */
function openOperator(): Connection {
  const connection = new Connection(url ?? '');
  started.push(() => connection.close());
  return connection;
}

/** Gives the bus a moment's worth of queries to do something wrong. */
async function listens(received: number): Promise<boolean> {
  return (await countRows(database.db, 'outbox')) === 1 && received === 0;
}

describe.skipIf(url === undefined)('the bus over RabbitMQ', () => {
  test('an event goes from the outbox to its effect, once', async () => {
    const bus = openBus();
    consume(bus);
    relay(bus);
    const rows = Array.from({ length: 2_000 }, (_, index) => raised(BigInt(index)));
    await writeEvents(database.db, rows);
    await waitUntil(async () => (await countRows(database.db, 'applied')) === 2_000, WAIT);
    await waitUntil(async () => (await countRows(database.db, 'outbox')) === 0, WAIT);
    expect(await appliedAmounts(database.db)).toEqual(rows.map((_, index) => index));
  });

  test('an event arrives with its envelope and its bytes', async () => {
    const bus = openBus();
    const received = note(bus, service);
    await isReady(bus);
    const event = outgoing();
    expect(await bus.publish([event])).toEqual([{ id: event.id, ok: true }]);
    await waitUntil(() => received.length === 1, WAIT);
    const { target: _target, body, ...envelope } = event;
    expect(received[0]).toMatchObject(envelope);
    expect(Buffer.from(received[0]?.body ?? []).equals(Buffer.from(body))).toBe(true);
  });

  test('events that are published together leave together, those of a topic as one message', async () => {
    const connection = new Connection(url ?? '');
    started.push(() => connection.close());
    const publisher = createAmqpPublisher(connection, {}, log);
    started.push(() => publisher.close());
    await waitUntil(() => publisher.ready, WAIT);
    await publisher.publish([outgoing()]);
    const events = Array.from({ length: 20 }, () => outgoing());
    const published = publisher.publish(events);
    const waitingBytes = socketOf(connection)?.writableLength;
    expect(waitingBytes).toBeGreaterThan(events.reduce((bytes, { body }) => bytes + body.byteLength, 0));
    expect(await published).toEqual(events.map(({ id }) => ({ id, ok: true })));
  });

  test('nothing is published before every expected subscriber has its queue', async () => {
    const late = `late-${randomUUID()}`;
    const bus = openBus(counting(service, late));
    const early = note(bus, service);
    relay(bus);
    await writeEvents(database.db, [raised(1n)]);
    await waitUntil(() => listens(early.length));
    expect(bus.ready).toBe(false);
    const received = note(bus, late);
    await waitUntil(
      () =>
        isDeepStrictEqual(
          [received, early].map(({ length }) => length),
          [1, 1],
        ),
      WAIT,
    );
  });

  test('an event of a new topic waits until the version that wants it has bound it', async () => {
    const topics = ['counter.raised', `new.${randomUUID()}`];
    const before = note(openBus(), service); // the earlier version, whose mark and queue exist
    await isReady(openBus());
    const bus = openBus({ [service]: subscriptionDigestOf(topics) });
    relay(bus);
    const row = { ...raised(1n), topic: topics[1] ?? '' };
    await writeEvents(database.db, [row]);
    await waitUntil(() => listens(0));
    expect(bus.ready).toBe(false);
    const received = note(bus, service, () => true, topics);
    // It goes to the queue, which both versions take from.
    await waitUntil(
      () =>
        isDeepStrictEqual(
          [...before, ...received].map(({ id }) => id),
          [row.id],
        ),
      WAIT,
    );
  });

  test('events that were in a queue when it was purged take effect, once, when they are published again', async () => {
    const bus = openBus();
    const subscription = bus.subscribe({ service, topics: ['counter.raised'], deliver: async () => [] });
    await isReady(bus);
    await subscription.close(2_000);
    relay(bus);
    await writeEvents(database.db, [raised(1n), raised(2n)]);
    await waitUntil(async () => (await countRows(database.db, 'outbox')) === 0, WAIT);
    expect(await openOperator().queuePurge({ queue: queueOf(service) })).toMatchObject({
      messageCount: expect.any(Number),
    });
    consume(bus);
    await writeEvents(database.db, [raised(3n)]);
    await waitUntil(async () => (await countRows(database.db, 'applied')) === 1, WAIT);
    for (let round = 0; round < 2; round++) {
      await waitUntil(async () => (await countRows(database.db, 'published_events')) === 3, WAIT);
      expect(await republishEvents(database.db, new Date(0))).toBe(3);
    }
    await waitUntil(async () => (await countRows(database.db, 'published_events')) === 3, WAIT);
    await writeEvents(database.db, [raised(4n)]); // behind what was published again
    await waitUntil(async () => (await appliedAmounts(database.db)).includes(4), WAIT);
    expect(await appliedAmounts(database.db)).toEqual([1, 2, 3, 4]);
  });

  // A broker that is named has one virtual host for all.
  test.skipIf(process.env.AMQP_TEST_URL !== undefined)(
    'events that were in a queue of a broker that is gone take effect, once, over an empty one',
    async () => {
      const gone = openBus();
      const subscription = gone.subscribe({ service, topics: ['counter.raised'], deliver: async () => [] });
      await isReady(gone);
      await subscription.close(2_000);
      const rows = Array.from({ length: 1_500 }, (_, index) => raised(BigInt(index)));
      await writeEvents(database.db, rows);
      const relaying = relay(gone);
      await waitUntil(async () => (await countRows(database.db, 'outbox')) === 0, WAIT);
      await relaying.stop();
      await gone.close();

      const empty = openBus(counting(service), await findRabbitmq());
      consume(empty);
      const another = relay(empty);
      await waitUntil(async () => (await countRows(database.db, 'applied')) === 1_500, WAIT);
      await another.stop();
      relay(empty); // as after a restart; it finds the broker as it was
      await writeEvents(database.db, [raised(1_500n)]);
      await waitUntil(async () => (await countRows(database.db, 'applied')) === 1_501, WAIT);
      expect(await appliedAmounts(database.db)).toEqual(Array.from({ length: 1_501 }, (_, index) => index));
    },
  );

  test('an event that no queue takes waits: of a topic that nobody subscribes to yet, or for a target that is gone', async () => {
    const bus = openBus();
    note(bus, service);
    await isReady(bus);
    const nobody = outgoing(undefined, `nobody.${randomUUID()}`);
    const nowhere = outgoing(`nowhere-${randomUUID()}`);
    expect(await bus.publish([nobody, nowhere])).toEqual([
      { id: nobody.id, ok: false, reason: `nobody subscribes to ${nobody.topic}` },
      { id: nowhere.id, ok: false, reason: `${nowhere.target} has no queue` },
    ]);
  });

  test('events wait for a service whose queue was deleted while it was away', async () => {
    const other = `other-${randomUUID()}`;
    const bus = openBus(counting(service, other));
    const received = note(bus, service);
    const away = openBus();
    const subscription = away.subscribe({ service: other, topics: ['counter.raised'], deliver: async () => [] });
    await isReady(bus);
    await subscription.close(2_000);
    await openOperator().queueDelete({ queue: queueOf(other) });
    await waitUntil(() => !bus.ready, WAIT);
    relay(bus);
    await writeEvents(database.db, [raised(1n)]);
    await waitUntil(() => listens(received.length));
    const receivedByOther = note(away, other);
    await waitUntil(() => received.length === 1 && receivedByOther.length === 1, WAIT);
  });

  test('events wait until all services have bound their queues to an exchange that was deleted', async () => {
    const other = `other-${randomUUID()}`;
    const bus = openBus(counting(service, other));
    const received = note(bus, service);
    const receivedByOther = note(openBus(), other);
    await isReady(bus);
    await openOperator().exchangeDelete({ exchange: EVENTS_EXCHANGE });
    relay(bus);
    await writeEvents(database.db, [raised(1n)]);
    await waitUntil(() => !bus.ready, WAIT);
    // A replica that starts now makes the exchange again, for its own queue.
    const receivedByReplica = note(openBus(), service);
    await waitUntil(() => receivedByOther.length === 1 && received.length + receivedByReplica.length === 1, WAIT);
  });

  // A broker that is named may take more.
  test.skipIf(process.env.AMQP_TEST_URL !== undefined)(
    'an event that the broker does not take becomes a dead letter, and the others arrive',
    async () => {
      const bus = openBus();
      consume(bus);
      const rows = Array.from({ length: 20 }, (_, index) => raised(BigInt(index)));
      const tooLarge = raised(20n, 'x'.repeat(MESSAGE_BYTES_MAX));
      await writeEvents(database.db, [...rows.slice(0, 10), tooLarge, ...rows.slice(10)]);
      const { db } = database;
      relay(bus, { bytesMax: 10 * MESSAGE_BYTES_MAX }); // so that all are in one claim
      await waitUntil(async () => (await countRows(db, 'outbox')) === 0, WAIT);
      await waitUntil(
        async () =>
          isDeepStrictEqual(
            await appliedAmounts(db),
            rows.map((_, index) => index),
          ),
        WAIT,
      );
      const letters = await listDeadLetters(db, 10);
      expect(letters).toMatchObject([{ eventId: tooLarge.id, target: null, attempts: 1 }]);
      expect(letters[0]?.reason).toMatch(/^the broker refuses it: .*message size 4194\d{3} /);
    },
  );

  test('an event with a target reaches that service alone', async () => {
    const other = `other-${randomUUID()}`;
    const bus = openBus(counting(service, other));
    const received = note(bus, service);
    const others = note(bus, other);
    await isReady(bus);
    const targeted = outgoing(other);
    const general = outgoing();
    await bus.publish([targeted, general]);
    await waitUntil(() => others.length === 2, WAIT);
    await waitUntil(
      () =>
        isDeepStrictEqual(
          received.map(({ id }) => id),
          [general.id],
        ),
      WAIT,
    );
  });

  test('what a consumer that died had not settled goes to another', async () => {
    const dying = createAmqpBus({ url: url ?? '', name: 'dying', subscribers: counting(service), log });
    const lost: string[] = [];
    dying.subscribe({
      service,
      topics: ['counter.raised'],
      deliver(batch) {
        lost.push(...batch.map(({ id }) => id));
        return Promise.withResolvers<never>().promise;
      },
    });
    await isReady(dying);
    const events = Array.from({ length: 10 }, () => outgoing());
    await dying.publish(events);
    await waitUntil(() => lost.length > 0, WAIT);
    await dying.close();
    const received = note(openBus(), service);
    const ids = events.map(({ id }) => id).sort();
    await waitUntil(() => isDeepStrictEqual(received.map(({ id }) => id).sort(), ids), WAIT);
  });

  test('what is not settled is delivered again after a pause, not in a hot loop', async () => {
    const bus = openBus();
    let isAway = true;
    const received = note(bus, service, () => !isAway);
    await isReady(bus);
    await bus.publish([outgoing()]);
    await waitUntil(() => received.length > 1, WAIT);
    isAway = false;
    const deliveries = received.length;
    expect(deliveries).toBeLessThan(5);
    await waitUntil(() => received.length === deliveries + 1, WAIT);
  });

  test('a message that is no event becomes a dead letter and holds up nobody', async () => {
    const bus = openBus();
    consume(bus);
    await isReady(bus);
    const connection = new Connection(url ?? '');
    const publisher = connection.createPublisher({ confirm: true });
    await publisher.send({ exchange: EVENTS_EXCHANGE, routingKey: 'counter.raised' }, 'hello');
    await publisher.close();
    await connection.close();
    await bus.publish([outgoing()]);
    await waitUntil(async () => isDeepStrictEqual(await appliedAmounts(database.db), [1]), WAIT);
    const [letter] = await listDeadLetters(database.db, 10);
    expect(letter?.reason).toMatch(/^not a batch of events/);
    expect(Buffer.from(letter?.body ?? []).toString()).toBe('hello');
  });

  test('events that a replica of a version before publishes arrive beside those in batches', async () => {
    const before = await openFormer();
    const bus = openBus();
    const received = note(bus, service);
    await isReady(bus);
    const [former, batched] = [outgoing(), outgoing()];
    await before.publish(former);
    await bus.publish([batched]);
    const ids = [former.id, batched.id].sort();
    await waitUntil(() => isDeepStrictEqual(received.map(({ id }) => id).sort(), ids), WAIT);
  });

  test('a replica that is told to stop while it looks for the queue of a version before does not take from it', async () => {
    await openFormer();
    const connection = new Connection(url ?? '');
    started.push(() => connection.close());
    const acquire = connection.acquire.bind(connection);
    const createConsumer = vi.spyOn(connection, 'createConsumer');
    const topics = ['counter.raised'];
    const deliver = async (batch: readonly WireEvent[]) => batch.map(() => false);
    const subscription = startAmqpSubscription(connection, { service, topics, deliver }, log);
    started.push(() => Promise.all(createConsumer.mock.results.map(({ value }) => value.close())));
    const lookedUp = Promise.withResolvers<void>();
    vi.spyOn(connection, 'acquire').mockImplementation(async (options) => {
      const channel = await acquire(options);
      if (options === undefined) {
        await subscription.close(2_000);
        channel.once('close', lookedUp.resolve);
      }
      return channel;
    });
    await lookedUp.promise;
    await setImmediate();
    expect(createConsumer).toHaveBeenCalledTimes(1);
  });

  test('the queue of a version before may be deleted, and is taken from again when it comes back', async () => {
    await openFormer();
    const connection = new Connection(url ?? '');
    connection.on('error', () => undefined);
    started.push(() => connection.close());
    const createConsumer = vi.spyOn(connection, 'createConsumer');
    const topics = ['counter.raised'];
    const received: WireEvent[] = [];
    const deliver = async (batch: readonly WireEvent[]) => {
      received.push(...batch);
      return batch.map(() => true);
    };
    const subscription = startAmqpSubscription(connection, { service, topics, deliver }, log);
    started.push(() => subscription.close(2_000));
    const consumers = () => createConsumer.mock.results.map(({ value }) => value);
    await waitUntil(() => consumers()[1]?.consumerTag, WAIT);
    const close = vi.spyOn(consumers()[1], 'close');
    await connection.queueDelete({ queue: formerQueueOf(service) });
    await waitUntil(() => close.mock.calls.length === 1, WAIT);

    const before = await openFormer();
    socketOf(connection)?.destroy(); // looked for whenever the broker comes back
    const event = outgoing();
    await before.publish(event);
    await waitUntil(() => received.length === 1, WAIT);
    expect(received).toMatchObject([{ id: event.id }]);
  });

  test('a message is acknowledged when the last of its events is settled, and comes again whole before', async () => {
    const dying = createAmqpBus({ url: url ?? '', name: 'dying', subscribers: counting(service), log });
    const [settled, unsettled] = [outgoing(), outgoing()];
    const seen = note(dying, service, ({ id }) => id === settled.id);
    await isReady(dying);
    expect(await dying.publish([settled, unsettled])).toEqual([settled, unsettled].map(({ id }) => ({ id, ok: true })));
    await waitUntil(() => seen.length >= 3, WAIT); // both, and the one that is not settled once more
    expect(seen.filter(({ id }) => id === settled.id)).toHaveLength(1);
    await dying.close();
    const received = note(openBus(), service);
    const ids = [settled.id, unsettled.id].sort();
    await waitUntil(() => isDeepStrictEqual(received.map(({ id }) => id).sort(), ids), WAIT);
  });

  test('a dead letter that is sent again takes effect', async () => {
    const bus = openBus();
    const deps = counterDeps(database.db);
    deps.beforeApply = async (notes) => {
      if (notes.includes('poison')) throw new Error('cannot apply it');
    };
    consume(bus, deps);
    relay(bus);
    const row = raised(7n, 'poison');
    await writeEvents(database.db, [row, raised(8n)]);
    await waitUntil(async () => (await countRows(database.db, 'dead_letters')) === 1, WAIT);
    deps.beforeApply = async () => undefined;
    expect(await resendDeadLetters(database.db, [row.id])).toEqual([row.id]);
    await waitUntil(async () => isDeepStrictEqual(await appliedAmounts(database.db), [7, 8]), WAIT);
  });
});
