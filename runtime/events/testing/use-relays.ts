import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import type { Database } from '../../database/database.ts';
import { silentLog } from '../../process/log.ts';
import { waitUntil } from '../../testing/wait-until.ts';
import type { EventBus } from '../bus.ts';
import { startConsumers } from '../consumer.ts';
import { type RelayOptions, startRelay } from '../relay.ts';
import {
  type CounterDatabase,
  clearCounters,
  counterDeps,
  counterRegistry,
  countRows,
  createCounterDatabase,
  onCounterRaised,
} from './counters.ts';

/** Relays and consumers for the tests of a file, on a database that is empty before each; what a test starts is stopped after it. */
export function useRelays() {
  const log = silentLog();
  const started: { stop(): Promise<void> }[] = [];
  let opened: CounterDatabase | undefined;
  const present = () => {
    if (opened === undefined) throw new Error('the database has not been made');
    return opened;
  };
  const database = {
    get db(): Database {
      return present().db;
    },
    openAnother: () => present().openAnother(),
  };
  beforeAll(async () => {
    opened = await createCounterDatabase();
  });
  afterAll(() => opened?.close());
  beforeEach(() => clearCounters(database.db));
  afterEach(async () => {
    await Promise.all(started.splice(0).map((part) => part.stop()));
  });
  return {
    database,
    relay(bus: EventBus, options: Partial<RelayOptions> = {}) {
      const running = startRelay({
        service: 'counter',
        db: database.db,
        bus,
        registry: counterRegistry,
        log,
        ...options,
      });
      started.push(running);
      return running;
    },
    consume(bus: EventBus, db = database.db) {
      const consumers = [onCounterRaised];
      const running = startConsumers({ service: 'counter', consumers, deps: counterDeps(db), db, bus, log });
      started.push(running);
      return running;
    },
    async outboxIsEmpty(): Promise<void> {
      await waitUntil(async () => (await countRows(database.db, 'outbox')) === 0, { timeoutMs: 10_000 });
    },
  };
}
