import { fromBinary } from '@bufbuild/protobuf';
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { violatesUnique } from '../database/postgres-error.ts';
import { silentLog } from '../process/log.ts';
import { waitUntil } from '../testing/wait-until.ts';
import type { EventBus } from './bus.ts';
import { listDeadLetters, resendDeadLetters } from './dead-letters.ts';
import { createInProcessBus } from './in-process-bus.ts';
import { startRelay } from './relay.ts';
import { CounterRaisedSchema } from './testing/counter-events.ts';
import { appliedAmounts, counterRegistry, countRows, raised, writeEvents } from './testing/counters.ts';
import { heldBus, recordingBus } from './testing/recording-bus.ts';
import { useRelays } from './testing/use-relays.ts';

const log = silentLog();
const { database, relay, consume, outboxIsEmpty } = useRelays();

test('an event inserted is delivered once, in full', async () => {
  const { bus, published } = recordingBus();
  relay(bus);
  const row = raised(7n, 'hello');
  await writeEvents(database.db, [row]);
  await outboxIsEmpty();
  expect(published).toHaveLength(1);
  expect(published[0]).toMatchObject({
    id: row.id,
    topic: 'counter.raised',
    subject: row.subject,
    version: 7n,
    ownerId: row.owner_id,
    callerAddress: '192.0.2.1',
    time: row.create_time,
    target: undefined,
    message: { amount: 7n, note: 'hello' },
  });
  expect(fromBinary(CounterRaisedSchema, published[0]?.body ?? new Uint8Array())).toEqual(published[0]?.message);
});

test('a message that its statement completed as JSON is delivered in full, too', async () => {
  const { bus, published } = recordingBus();
  const row = raised(7n);
  await writeEvents(database.db, [row]);
  const payload = JSON.stringify({ counterId: row.subject, amount: '7', note: 'R-7' });
  await database.db.execute(sql`update outbox set payload = ${payload}::jsonb, body = null`);
  relay(bus);
  await outboxIsEmpty();
  expect(published[0]).toMatchObject({ message: { counterId: row.subject, amount: 7n, note: 'R-7' } });
  expect(fromBinary(CounterRaisedSchema, published[0]?.body ?? new Uint8Array())).toEqual(published[0]?.message);
});

test('a notification wakes the relay long before its poll', async () => {
  const { bus, published } = recordingBus();
  relay(bus, { pollMs: 60_000 });
  await waitUntil(async () => (await idleRelays()) === 1);
  await writeEvents(database.db, [raised(1n)]);
  await waitUntil(() => published.length === 1, { timeoutMs: 2_000, intervalMs: 5 });
});

test('the relay listens again after its connection was killed', async () => {
  const { bus, published } = recordingBus();
  relay(bus, { pollMs: 100 });
  await waitUntil(async () => (await idleRelays()) === 1);
  await database.db.execute(
    sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'events-test-relay'`,
  );
  await waitUntil(async () => (await idleRelays()) === 1);
  await writeEvents(database.db, [raised(1n)]);
  await waitUntil(() => published.length === 1);
});

/** How many relays have looked at least once. */
async function idleRelays(): Promise<number> {
  const [row] = await database.db.execute<{ count: number }>(sql`
    select count(*)::integer as count from pg_stat_activity
    where datname = current_database() and application_name = 'events-test-relay' and state = 'idle' and query like 'with "due"%'`);
  return row?.count ?? 0;
}

test('writers do not notify a relay that has plenty to do, and notify it again afterwards', async () => {
  const { bus, published, letGo } = heldBus();
  await writeEvents(
    database.db,
    Array.from({ length: 20 }, (_, index) => raised(BigInt(index))),
  );
  relay(bus, { pollMs: 60_000 });
  await waitUntil(async () => (await busyLocks()) === 1);
  await writeEvents(database.db, [raised(20n)]);
  letGo();
  await waitUntil(() => published.length === 21);
  await waitUntil(async () => (await busyLocks()) === 0);
  await writeEvents(database.db, [raised(21n)]);
  await waitUntil(() => published.length === 22);
});

async function busyLocks(): Promise<number> {
  const [row] = await database.db.execute<{ count: number }>(sql`
    select count(*)::integer as count from pg_locks join pg_database on pg_database.oid = pg_locks.database
    where locktype = 'advisory' and mode = 'ExclusiveLock' and datname = current_database()`);
  return row?.count ?? 0;
}

test('what happens soon after a claim of several events is claimed together, and an event alone does not wait', async () => {
  const batches: number[] = [];
  const { bus, published } = recordingBus();
  const publish: EventBus['publish'] = (events) => {
    batches.push(events.length);
    return bus.publish(events);
  };
  relay({ ...bus, publish }, { collectMs: 1_000 });
  const write = async (...counts: number[]) => {
    for (const count of counts)
      await writeEvents(
        database.db,
        Array.from({ length: count }, () => raised(1n)),
      );
  };
  const untilPublished = (count: number) => waitUntil(() => published.length === count, { intervalMs: 1 });
  await write(1);
  await untilPublished(1);
  await write(2);
  await untilPublished(3);
  await write(1, 1, 1);
  await untilPublished(6);
  expect(batches).toEqual([1, 2, 3]);
});

test('the next batch is claimed while one is published, and given back when the relay stops', async () => {
  const { bus, published, letGo } = heldBus();
  await writeEvents(
    database.db,
    Array.from({ length: 5 }, (_, index) => raised(BigInt(index))),
  );
  const running = startRelay({
    service: 'counter',
    db: database.db,
    bus,
    registry: counterRegistry,
    log,
    batchSize: 2,
    pollMs: 60_000,
  });
  await waitUntil(async () => (await claimedRows()) === 4);
  const stopped = running.stop();
  letGo();
  await stopped;
  expect(published).toHaveLength(2);
  expect({ claimed: await claimedRows(), left: await countRows(database.db, 'outbox') }).toEqual({
    claimed: 0,
    left: 3,
  });
});

async function claimedRows(): Promise<number> {
  const [row] = await database.db.execute<{ count: number }>(
    sql`select count(*)::integer as count from outbox where lease_token is not null`,
  );
  return row?.count ?? 0;
}

test('a batch is published in the order of creation', async () => {
  const rows = Array.from({ length: 50 }, (_, index) => raised(BigInt(index)));
  await writeEvents(database.db, rows.toReversed());
  const { bus, published } = recordingBus();
  relay(bus);
  await outboxIsEmpty();
  expect(published.map((event) => event.id)).toEqual(rows.map((row) => row.id).sort());
});

test('a crash between publishing and deleting is repeated without a second effect', async () => {
  const bus = createInProcessBus({ subscribers: ['counter'] });
  consume(bus);
  let publications = 0;
  const publish: EventBus['publish'] = async (events) => {
    publications += 1;
    const results = await bus.publish(events);
    return publications === 1 ? Promise.withResolvers<never>().promise : results;
  };
  await writeEvents(database.db, [raised(1n), raised(2n)]);
  relay(
    { ready: true, store: undefined, publish, subscribe: bus.subscribe, close: bus.close },
    { leaseMs: 100, pollMs: 20 },
  );
  await outboxIsEmpty();
  expect(publications).toBeGreaterThan(1); // more often when the lease ends before the deletion as well
  expect(await appliedAmounts(database.db)).toEqual([1, 2]);
});

test('two relays deliver each of 5,000 events', async () => {
  const other = database.openAnother();
  const bus = createInProcessBus({ subscribers: ['counter'] });
  consume(bus);
  relay(bus);
  relay(bus, { db: other });
  const rows = Array.from({ length: 5_000 }, (_, index) => raised(BigInt(index)));
  for (let start = 0; start < rows.length; start += 250) await writeEvents(database.db, rows.slice(start, start + 250));
  await outboxIsEmpty();
  expect(await appliedAmounts(database.db)).toEqual(rows.map((_, index) => index));
});

test('a refused event is tried again, the others are not held up', async () => {
  let refusals = 0;
  const { bus, published } = recordingBus((event) => (event.version === 1n && ++refusals < 3 ? 'no' : undefined));
  relay(bus, { pollMs: 20 });
  await writeEvents(database.db, [raised(1n), raised(2n)]);
  await outboxIsEmpty();
  expect(published.map((event) => event.version)).toEqual([2n, 1n]);
});

test('an event that the bus refuses for good becomes a dead letter at once, and can be sent again to all', async () => {
  let isRefused = true;
  const { bus, published } = recordingBus();
  const publish: EventBus['publish'] = async (events) => {
    const refused = isRefused ? events.filter(({ version }) => version === 1n) : [];
    const results = await bus.publish(events.filter((event) => !refused.includes(event)));
    return [...results, ...refused.map(({ id }) => ({ id, ok: false, reason: 'too large', isFinal: true }) as const)];
  };
  relay({ ...bus, publish });
  const row = raised(1n);
  await writeEvents(database.db, [row, raised(2n)]);
  await outboxIsEmpty();
  expect(published.map(({ version }) => version)).toEqual([2n]);
  const letters = await listDeadLetters(database.db, 10);
  expect(letters).toMatchObject([{ eventId: row.id, reason: 'too large', attempts: 1, target: null }]);
  isRefused = false;
  await resendDeadLetters(database.db, [row.id]);
  await outboxIsEmpty();
  expect(published.map(({ version }) => version)).toEqual([2n, 1n]);
});

test('a bus that is not ready leaves the rows unclaimed', async () => {
  const { bus } = recordingBus();
  let looks = 0;
  const notReady: EventBus = {
    ...bus,
    get ready() {
      looks += 1;
      return false;
    },
  };
  relay(notReady, { pollMs: 5 });
  await writeEvents(database.db, [raised(1n)]);
  await waitUntil(() => looks > 3);
  const [row] = await database.db.execute(sql`select attempts from outbox`);
  expect(row).toEqual({ attempts: 0 });
});

test('a bus that rejects or never answers only delays', async () => {
  let calls = 0;
  const { bus, published } = recordingBus();
  const publish: EventBus['publish'] = (events) => {
    calls += 1;
    if (calls === 1) return Promise.reject(new Error('broken'));
    if (calls === 2) return Promise.withResolvers<never>().promise;
    return bus.publish(events);
  };
  relay({ ...bus, publish }, { pollMs: 20, leaseMs: 100 });
  const row = raised(1n);
  await writeEvents(database.db, [row]);
  await outboxIsEmpty();
  // Once, or more often when its lease ended before it was deleted.
  expect(new Set(published.map(({ id }) => id))).toEqual(new Set([row.id]));
});

test('a row that cannot be encoded waits, and after many attempts becomes a dead letter', async () => {
  await writeEvents(database.db, [{ ...raised(1n), type: 'numer.test.v1.Unknown' }]);
  // As a statement writes it that completes the message.
  await database.db.execute(sql`update outbox set attempts = 118, payload = '{}', body = null`);
  const { bus } = recordingBus();
  relay(bus, { pollMs: 20 });
  await waitUntil(async () => {
    await database.db.execute(sql`update outbox set available_time = now()`);
    return (await countRows(database.db, 'dead_letters')) === 1;
  });
  const [letter] = await database.db.execute(sql`select reason, target, attempts from dead_letters`);
  expect(letter).toMatchObject({
    target: null,
    attempts: 120,
    reason: expect.stringContaining('numer.test.v1.Unknown'),
  });
  expect(await countRows(database.db, 'outbox')).toBe(0);
});

test('backends killed in the middle lose nothing and repeat nothing', async () => {
  const bus = createInProcessBus({ subscribers: ['counter'] });
  const other = database.openAnother();
  consume(bus);
  relay(bus, { pollMs: 20, leaseMs: 1_000 });
  relay(bus, { db: other, pollMs: 20, leaseMs: 1_000 });
  const rows = Array.from({ length: 3_000 }, (_, index) => raised(BigInt(index)));
  const admin = database.openAnother();
  for (let start = 0; start < rows.length; start += 100) {
    await writeUntilThere(rows.slice(start, start + 100));
    await admin.execute(sql`
      select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid() and random() < 0.3`);
  }
  await waitUntil(async () => (await countRows(admin, 'outbox')) === 0, { timeoutMs: 15_000 });
  expect(await appliedAmounts(admin)).toEqual(rows.map((_, index) => index));
});

/** Writes rows as a service with an idempotency key does: again until they are known to be there. */
async function writeUntilThere(rows: ReturnType<typeof raised>[]): Promise<void> {
  for (;;) {
    try {
      await writeEvents(database.db, rows);
      return;
    } catch (error) {
      if (violatesUnique(error, 'outbox_pkey')) return;
    }
  }
}
