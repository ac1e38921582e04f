import { Connection } from 'rabbitmq-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { silentLog } from '../process/log.ts';
import { findOwnRabbitmq } from '../testing/rabbitmq.ts';
import { waitUntil } from '../testing/wait-until.ts';
import { createAmqpBus } from './amqp-bus.ts';
import { startConsumers } from './consumer.ts';
import { startRelay } from './relay.ts';
import { subscriptionDigestOf } from './subscription-digest.ts';
import {
  appliedAmounts,
  type CounterDatabase,
  counterDeps,
  counterRegistry,
  countRows,
  createCounterDatabase,
  onCounterRaised,
  raised,
  writeEvents,
} from './testing/counters.ts';

const broker = await findOwnRabbitmq();
const log = silentLog();
const PATIENCE = { timeoutMs: 60_000 };
let database: CounterDatabase;

beforeAll(async () => {
  database = await createCounterDatabase();
});
afterAll(async () => {
  await database.close();
  await broker?.remove();
});

const KEPT = { queue: 'kept', durable: true, arguments: { 'x-queue-type': 'quorum' } } as const;

/** Opens a connection for the length of `use`. */
async function withConnection<T>(url: string, use: (connection: Connection) => Promise<T>): Promise<T> {
  const connection = new Connection({ url, connectionTimeout: 5_000, acquireTimeout: 5_000 });
  connection.on('error', () => undefined);
  try {
    return await use(connection);
  } finally {
    connection.unsafeDestroy();
  }
}

async function expectAway(url: string): Promise<void> {
  await expect(withConnection(url, (connection) => connection.onConnect(1_000))).rejects.toThrow();
}

describe.skipIf(broker === undefined)('a broker of its own', () => {
  test('that is away at the start, and again in the middle, loses nothing', { timeout: 180_000 }, async () => {
    const { db } = database;
    const url = broker?.nextUrl() ?? '';
    await expectAway(url);
    const bus = createAmqpBus({
      url,
      name: 'test',
      subscribers: { counter: subscriptionDigestOf(['counter.raised']) },
      log,
    });
    const deps = counterDeps(db);
    const consumers = startConsumers({ service: 'counter', consumers: [onCounterRaised], deps, db, bus, log });
    const relay = startRelay({ service: 'counter', db, bus, registry: counterRegistry, log, pollMs: 100 });
    const rows = Array.from({ length: 2_000 }, (_, index) => raised(BigInt(index)));

    await writeEvents(db, rows.slice(0, 1_000));
    expect(await countRows(db, 'outbox')).toBe(1_000);
    await broker?.start();
    await waitUntil(async () => (await countRows(db, 'applied')) > 0, PATIENCE);
    await withConnection(url, async (connection) => {
      const publisher = connection.createPublisher({ confirm: true, queues: [KEPT] });
      await publisher.send({ routingKey: 'kept', durable: true }, 'x');
    });
    await broker?.stop();
    await expectAway(url);
    await writeEvents(db, rows.slice(1_000));
    expect(await countRows(db, 'outbox')).toBeGreaterThanOrEqual(1_000);
    await broker?.start();

    await waitUntil(async () => (await countRows(db, 'applied')) === 2_000, PATIENCE);
    expect(await appliedAmounts(db)).toEqual(rows.map((_, index) => index));
    await waitUntil(async () => (await countRows(db, 'outbox')) === 0, PATIENCE);
    const message = await withConnection(url, (connection) => connection.basicGet({ queue: 'kept', noAck: true }));
    expect(String(message?.body)).toBe('x');
    await relay.stop();
    await consumers.stop();
    await bus.close();
  });
});
