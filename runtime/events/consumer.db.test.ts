import { isDeepStrictEqual } from 'node:util';
import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { silentLog } from '../process/log.ts';
import { waitUntil } from '../testing/wait-until.ts';
import type { EventBus, Subscription } from './bus.ts';
import { type Consumer, type RetryPolicy, startConsumers } from './consumer.ts';
import { listDeadLetters, resendDeadLetters } from './dead-letters.ts';
import type { EventEnvelope } from './event.ts';
import { createInProcessBus } from './in-process-bus.ts';
import { prepareInboxPrune } from './inbox.ts';
import { type InboxFailures, prepareInboxFailures } from './inbox-failures.ts';
import { prepareOutboxClaims } from './outbox-claims.ts';
import { startRelay } from './relay.ts';
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

const log = silentLog();
const SOON: Partial<RetryPolicy> = { attemptsMax: 3, firstRetryMs: 5, retryMsMax: 20, pollMs: 5 };
const started: { stop(): Promise<void> }[] = [];
let database: CounterDatabase;

beforeAll(async () => {
  database = await createCounterDatabase();
});
afterAll(() => database.close());
beforeEach(() => clearCounters(database.db));
afterEach(async () => {
  await Promise.all(started.splice(0).map((part) => part.stop()));
});

/** Starts the consumer on a bus that hands out its subscription, so that a test delivers what it likes. */
function consume(
  retry: Partial<RetryPolicy> = SOON,
  deps: CounterDeps = counterDeps(database.db),
  consumer: Consumer<CounterDeps> = onCounterRaised,
) {
  const subscriptions: Subscription[] = [];
  const bus: EventBus = {
    ready: true,
    store: undefined,
    publish: async () => [],
    subscribe(subscription) {
      subscriptions.push(subscription);
      return { close: async () => undefined };
    },
    close: async () => undefined,
  };
  const { db } = database;
  const counted = { applied: 0, failed: 0 };
  const metrics = {
    eventsApplied(lags: readonly number[]) {
      counted.applied += lags.length;
    },
    eventsFailed(count: number) {
      counted.failed += count;
    },
  };
  started.push(startConsumers({ service: 'counter', consumers: [consumer], deps, db, bus, log, metrics, retry }));
  const [subscription] = subscriptions;
  if (subscription === undefined) throw new Error('the consumer has not subscribed');
  return { deps, deliver: subscription.deliver, topics: subscription.topics, counted };
}

/** Fails for every batch with an event of the note. */
function failFor(note: string): CounterDeps {
  const deps = counterDeps(database.db);
  deps.beforeApply = async (notes) => {
    if (notes.includes(note)) throw new Error(`cannot apply ${note}`);
  };
  return deps;
}

test('subscribes to the topics of its events', () => {
  expect(consume().topics).toEqual(['counter.raised']);
});

test('the same event twice has one effect, in one batch or in two', async () => {
  const { deliver } = consume();
  const event = wireOf(raised(1n));
  expect(await deliver([event, event])).toEqual([true, true]);
  expect(await deliver([event])).toEqual([true]);
  expect(await appliedAmounts(database.db)).toEqual([1]);
});

test('a batch of large events is applied some megabytes at a time, so that each part is done in time', async () => {
  const deps = counterDeps(database.db);
  const sizes: number[] = [];
  deps.beforeApply = async (notes) => void sizes.push(notes.length);
  const { deliver } = consume(SOON, deps);
  const large = 'x'.repeat(3_000_000);
  const batch = Array.from({ length: 8 }, (_, index) => wireOf(raised(BigInt(index), index < 7 ? large : '')));
  expect(await deliver(batch)).toEqual(batch.map(() => true));
  expect(sizes).toEqual([3, 3, 2]);
  expect(await countRows(database.db, 'applied')).toBe(8);
});

test('the same batch in two replicas at once has one effect', async () => {
  const one = consume();
  const other = consume();
  const batch = Array.from({ length: 200 }, (_, index) => wireOf(raised(BigInt(index))));
  await Promise.all([one.deliver(batch), other.deliver(batch.toReversed())]);
  expect(await countRows(database.db, 'applied')).toBe(200);
});

test('an effect that fails leaves no inbox mark', async () => {
  const { deps, deliver } = consume({ ...SOON, pollMs: 60_000 });
  const bad = wireOf(raised(1n));
  await database.db.execute(sql`alter table applied add constraint never check (amount <> 1) not valid`);
  expect(await deliver([bad])).toEqual([true]);
  expect(await countRows(database.db, 'inbox')).toBe(0);
  await database.db.execute(sql`alter table applied drop constraint never`);
  await deps.apply([{ eventId: bad.id, counterId: bad.subject, amount: 1n }]);
  expect(await appliedAmounts(database.db)).toEqual([1]);
});

test('a poisonous event becomes a dead letter with its reason while all others are applied', async () => {
  const { deliver, counted } = consume(SOON, failFor('poison'));
  const batch = Array.from({ length: 100 }, (_, index) => wireOf(raised(BigInt(index), index === 42 ? 'poison' : '')));
  expect((await deliver(batch)).every((settled) => settled)).toBe(true);
  expect(await countRows(database.db, 'applied')).toBe(99);
  await waitUntil(async () => (await countRows(database.db, 'dead_letters')) === 1);
  const [letter] = await listDeadLetters(database.db, 10);
  expect(letter).toMatchObject({
    eventId: batch[42]?.id,
    topic: 'counter.raised',
    reason: 'Error: cannot apply poison',
    attempts: 3,
    target: 'counter',
    payload: { amount: '42', note: 'poison' },
  });
  expect(await countRows(database.db, 'inbox_retries')).toBe(0);
  expect(counted).toEqual({ applied: 99, failed: 3 });
  expect(await deliver(batch)).not.toContain(false);
  expect(await countRows(database.db, 'applied')).toBe(99);
});

test('an event that failed for a while is applied in the end, once and as it came', async () => {
  const tried: EventEnvelope[] = [];
  const deps = counterDeps(database.db);
  deps.beforeApply = async (_, events) => {
    tried.push(...events);
    if (tried.length < 3) throw new Error('not yet');
  };
  const { deliver } = consume(SOON, deps);
  await deliver([wireOf(raised(1n))]);
  await waitUntil(async () => isDeepStrictEqual(await appliedAmounts(database.db), [1]));
  await waitUntil(async () => (await countRows(database.db, 'inbox_retries')) === 0);
  expect(await countRows(database.db, 'dead_letters')).toBe(0);
  expect(tried[0]?.callerAddress).toBe('192.0.2.1');
  expect(tried[2]).toEqual(tried[0]);
});

test('of a consumer that chooses the others count as applied, without being decoded', async () => {
  const wanted = wireOf(raised(1n));
  const unreadable = { ...wireOf(raised(2n)), body: Buffer.from('not protobuf') };
  const choose = async () => new Set([wanted.id]);
  const { deliver } = consume(SOON, counterDeps(database.db), { ...onCounterRaised, choose });
  expect(await deliver([unreadable, wanted, wireOf(raised(3n))])).toEqual([true, true, true]);
  expect(await appliedAmounts(database.db)).toEqual([1]);
  expect(await countRows(database.db, 'inbox')).toBe(1);
  expect(await countRows(database.db, 'dead_letters')).toBe(0);
});

test('a choice that fails leaves out nothing', async () => {
  const choose = () => Promise.reject(new Error('cannot choose'));
  const { deliver } = consume(SOON, counterDeps(database.db), { ...onCounterRaised, choose });
  expect(await deliver([wireOf(raised(1n))])).toEqual([true]);
  expect(await appliedAmounts(database.db)).toEqual([1]);
});

test('what cannot be decoded becomes a dead letter at once, its bytes kept', async () => {
  const { deliver } = consume();
  const body = Uint8Array.of(255, 255, 255);
  expect(await deliver([{ ...wireOf(raised(1n)), body }, wireOf(raised(2n))])).toEqual([true, true]);
  const [letter] = await listDeadLetters(database.db, 10);
  expect(letter).toMatchObject({ attempts: 1, payload: null, reason: expect.stringMatching(/^cannot be decoded/) });
  expect(Buffer.from(letter?.body ?? []).equals(body)).toBe(true);
  expect(await appliedAmounts(database.db)).toEqual([2]);
});

test('an event with characters that Postgres cannot hold does not get stuck', async () => {
  const { deliver } = consume({ ...SOON, attemptsMax: 1 }, failFor('nul\u0000'));
  expect(await deliver([{ ...wireOf(raised(1n, 'nul\u0000')), actor: 'a\u0000b' }])).toEqual([true]);
  const [letter] = await listDeadLetters(database.db, 10);
  expect(letter).toMatchObject({ payload: null, actor: 'a\uFFFDb' });
});

test('an event nobody here consumes is kept for a newer replica, and in the end for people', async () => {
  const event = { ...wireOf(raised(1n)), type: 'numer.test.v1.CounterReset' };
  const { deliver } = consume({ ...SOON, attemptsMax: 2 });
  expect(await deliver([event, wireOf(raised(2n))])).toEqual([true, true]);
  expect(await appliedAmounts(database.db)).toEqual([2]);
  await waitUntil(async () => (await countRows(database.db, 'dead_letters')) === 1);
  const [letter] = await listDeadLetters(database.db, 10);
  expect(letter).toMatchObject({ attempts: 2, payload: null, reason: 'UnknownEvent: nobody here consumes it' });
  expect(Buffer.from(letter?.body ?? []).equals(Buffer.from(event.body))).toBe(true);
});

test('an event that is due again is left for a moment to replicas that consume it', async () => {
  const event = wireOf(raised(1n));
  const bounds = { service: 'counter', firstRetryMs: 1, retryMsMax: 1, claimSize: 10, leaseMs: 1, headStartMs: 60_000 };
  const older = prepareInboxFailures(database.db, { ...bounds, types: ['numer.test.v1.CounterReset'] });
  const newer = prepareInboxFailures(database.db, { ...bounds, types: [event.type] });
  const claimedAfter = async (due: string, replica: InboxFailures) => {
    await database.db.execute(sql`update inbox_retries set available_time = now() - ${due}::interval`);
    return (await replica.claim()).map(({ id }) => id);
  };
  await older.park([{ event, reason: 'nobody here consumes it' }]);
  expect(await claimedAfter('1 second', older)).toEqual([]);
  expect(await claimedAfter('1 second', newer)).toEqual([event.id]);
  expect(await claimedAfter('61 seconds', older)).toEqual([event.id]);
});

test('while the database is away events are not settled and no attempt is counted', async () => {
  const deps = counterDeps(database.db);
  deps.beforeApply = async () => {
    throw Object.assign(new Error('gone'), { code: 'ECONNREFUSED' });
  };
  const { deliver } = consume(SOON, deps);
  expect(await deliver([wireOf(raised(1n)), wireOf(raised(2n))])).toEqual([false, false]);
  expect(await countRows(database.db, 'inbox_retries')).toBe(0);
});

test('an effect that never ends is given up and tried again', async () => {
  const deps = counterDeps(database.db);
  let calls = 0;
  deps.beforeApply = () => {
    calls += 1;
    return calls === 1 ? Promise.withResolvers<void>().promise : Promise.resolve();
  };
  const { deliver } = consume({ ...SOON, applyTimeoutMs: 20 }, deps);
  expect(await deliver([wireOf(raised(1n)), wireOf(raised(2n))])).toEqual([true, true]);
  await waitUntil(async () => isDeepStrictEqual(await appliedAmounts(database.db), [1, 2]));
});

test('two consumers of one event are refused at start', () => {
  const { db } = database;
  const bus = createInProcessBus({ subscribers: [] });
  const consumers = [onCounterRaised, onCounterRaised];
  expect(() => startConsumers({ service: 'counter', consumers, deps: counterDeps(db), db, bus, log })).toThrow(
    'numer.test.v1.CounterRaised has two consumers',
  );
});

test('an event that took effect after all does not become a dead letter', async () => {
  const { deps, deliver } = consume();
  const event = wireOf(raised(1n));
  expect(await deliver([event])).toEqual([true]);
  const bounds = { firstRetryMs: 1, retryMsMax: 1, claimSize: 1, leaseMs: 1, headStartMs: 1 };
  const options = { service: 'counter', types: [event.type], ...bounds };
  await prepareInboxFailures(database.db, options).bury([{ event, reason: 'it took too long' }]);
  expect(await countRows(database.db, 'dead_letters')).toBe(0);
  await deps.apply([{ eventId: event.id, counterId: event.subject, amount: 1n }]);
  expect(await appliedAmounts(database.db)).toEqual([1]);
});

test('an event whose consumer fails after it wrote something becomes a dead letter, and can be sent again', async () => {
  const deps = counterDeps(database.db);
  let isBroken = true;
  const consumer: Consumer<CounterDeps> = {
    ...onCounterRaised,
    async apply(given, batch) {
      await onCounterRaised.apply(given, batch);
      if (isBroken) throw new Error('cannot finish');
    },
  };
  const { deliver } = consume({ ...SOON, attemptsMax: 2 }, deps, consumer);
  const event = wireOf(raised(1n));
  expect(await deliver([event])).toEqual([true]);
  await waitUntil(async () => (await countRows(database.db, 'inbox_retries')) === 0);
  expect(await listDeadLetters(database.db, 10)).toMatchObject([{ eventId: event.id, reason: 'Error: cannot finish' }]);
  isBroken = false;
  expect(await resendDeadLetters(database.db, [event.id])).toEqual([event.id]);
});

test('a dead letter that is sent again reaches its service alone, and takes effect', async () => {
  const { db } = database;
  const failing = failFor('poison');
  const applied = counterDeps(db);
  const others: string[] = [];
  const bus = createInProcessBus({ subscribers: ['counter', 'other'] });
  bus.subscribe({
    service: 'other',
    topics: ['counter.raised'],
    async deliver(batch) {
      others.push(...batch.map((event) => event.id));
      return batch.map(() => true);
    },
  });
  // The pause is longer than it takes from the failure to the dead letter, as it is by default: nobody tries again meanwhile.
  const retry = { ...SOON, attemptsMax: 1, firstRetryMs: 60_000, retryMsMax: 60_000 };
  started.push(
    startConsumers({ service: 'counter', consumers: [onCounterRaised], deps: failing, db, bus, log, retry }),
  );
  started.push(startRelay({ service: 'counter', db, bus, registry: counterRegistry, log, pollMs: 20 }));
  const row = raised(9n, 'poison');
  await writeEvents(db, [row]);
  await waitUntil(async () => (await countRows(db, 'dead_letters')) === 1);

  failing.beforeApply = applied.beforeApply;
  expect(await resendDeadLetters(db, [row.id, crypto.randomUUID()])).toEqual([row.id]);
  await waitUntil(async () => isDeepStrictEqual(await appliedAmounts(db), [9]));
  expect(await countRows(db, 'dead_letters')).toBe(0);
  expect(others).toEqual([row.id]);
  expect(await resendDeadLetters(db, [row.id])).toEqual([]);
});

test('a dead letter is sent again although its outbox row is published and not yet deleted', async () => {
  const { db } = database;
  const { deliver } = consume();
  const claims = prepareOutboxClaims(db, {
    batchSize: 10,
    bytesMax: 1_000_000,
    leaseMs: 60_000,
    retryMsMax: 1_000,
    keepsPublished: false,
  });
  const row = raised(9n);
  await writeEvents(db, [row]);
  const token = crypto.randomUUID();
  await claims.claim(token);
  await deliver([{ ...wireOf(row), body: Uint8Array.of(255) }]);

  expect(await resendDeadLetters(db, [row.id])).toEqual([row.id]);
  await claims.remove(token, [row.id]);
  expect((await claims.claim(crypto.randomUUID())).rows.map(({ id }) => id)).toEqual([row.id]);
});

test('dead letters are listed page by page, the latest first', async () => {
  const { deliver } = consume();
  for (let index = 0; index < 5; index += 1) {
    await deliver([{ ...wireOf(raised(BigInt(index))), body: Uint8Array.of(255) }]);
  }
  const all = await listDeadLetters(database.db, 10);
  const first = await listDeadLetters(database.db, 2);
  const rest = await listDeadLetters(database.db, 10, first[1]);
  expect([...first, ...rest].map((letter) => letter.eventId)).toEqual(all.map((letter) => letter.eventId));
});

test('the inbox forgets what is older than its retention, a bounded number at a time', async () => {
  const { db } = database;
  const old = new Date(Date.now() - 31 * 86_400_000);
  const idOf = (time: Date) => sql`overlay(gen_random_uuid()::text placing
    overlay(lpad(to_hex(${time.getTime()}::bigint), 12, '0') placing '-' from 9 for 0) from 1 for 13)::uuid`;
  await db.execute(sql`insert into inbox (event_id, apply_time)
    select ${idOf(old)}, ${old.toISOString()}::timestamptz from generate_series(1, 5)`);
  // An event that was applied a long time after it had happened, and a new one.
  await db.execute(sql`insert into inbox (event_id) values (${idOf(old)}), (${idOf(new Date())})`);
  const prune = prepareInboxPrune(db, 3);
  expect([await prune(), await prune(), await prune()]).toEqual([3, 2, 0]);
  expect(await countRows(db, 'inbox')).toBe(2);
});
