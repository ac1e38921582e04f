import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { silentLog } from '../process/log.ts';
import { startOwnRabbitmq } from '../testing/rabbitmq.ts';
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

const broker = await startOwnRabbitmq();
const log = silentLog();
const PATIENCE = { timeoutMs: 60_000, intervalMs: 50 };
let database: CounterDatabase;

beforeAll(async () => {
  database = await createCounterDatabase();
});
afterAll(async () => {
  await database.close();
  await broker?.remove();
});

describe.skipIf(broker === undefined)('a broker of its own', () => {
  test('that is away at the start, and again in the middle, loses nothing', { timeout: 180_000 }, async () => {
    const { db } = database;
    const url = broker?.nextUrl() ?? '';
    await broker?.stop();
    const bus = createAmqpBus({
      url,
      name: 'test',
      subscribers: { counter: subscriptionDigestOf(['counter.raised']) },
      log,
    });
    const deps = counterDeps(db);
    const consumers = startConsumers({ service: 'counter', consumers: [onCounterRaised], deps, db, bus, log });
    const relay = startRelay({ db, bus, registry: counterRegistry, log, pollMs: 100 });
    const rows = Array.from({ length: 4_000 }, (_, index) => raised(BigInt(index)));

    await writeEvents(db, rows.slice(0, 2_000));
    expect(await countRows(db, 'outbox')).toBe(2_000);
    await broker?.start();
    await waitUntil(async () => (await countRows(db, 'applied')) > 0, PATIENCE);
    await broker?.stop();
    await writeEvents(db, rows.slice(2_000));
    expect(await countRows(db, 'outbox')).toBeGreaterThanOrEqual(2_000);
    await broker?.start();

    await waitUntil(async () => (await countRows(db, 'applied')) === 4_000, PATIENCE);
    expect(await appliedAmounts(db)).toEqual(rows.map((_, index) => index));
    await waitUntil(async () => (await countRows(db, 'outbox')) === 0, PATIENCE);
    await relay.stop();
    await consumers.stop();
    await bus.close();
  });
});
