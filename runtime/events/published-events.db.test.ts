import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import { inTransaction } from '../testing/in-transaction.ts';
import { waitUntil } from '../testing/wait-until.ts';
import type { EventStore } from './bus.ts';
import { preparePrunePublished, republishEvents } from './published-events.ts';
import { countRows, raised, writeEvents } from './testing/counters.ts';
import { recordingBus } from './testing/recording-bus.ts';
import { useRelays } from './testing/use-relays.ts';

const { database, relay, outboxIsEmpty } = useRelays();
const EPOCH = new Date(0);

/** A bus over a broker, as far as relays know, which can be emptied. */
function brokerBus() {
  const { bus, published } = recordingBus();
  const known = new Set<string>();
  let session = 1;
  const store: EventStore = {
    get session() {
      return session;
    },
    knows: async (service) => known.has(service),
    introduce: async (service) => known.add(service).has(service),
  };
  const lose = () => {
    session += 1;
    known.clear();
  };
  return { bus: { ...bus, store }, published, lose };
}

async function countLockWaits(): Promise<number> {
  const waits = await database.db.execute(sql`
    select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`);
  return waits.length;
}

async function countPublished(): Promise<number> {
  return await countRows(database.db, 'published_events');
}

test('what a bus without a store has taken is not kept', async () => {
  relay(recordingBus().bus);
  await writeEvents(database.db, [raised(1n)]);
  await outboxIsEmpty();
  expect(await countPublished()).toBe(0);
});

describe('what a broker has taken', () => {
  let broker: ReturnType<typeof brokerBus>;
  beforeEach(() => {
    broker = brokerBus();
    relay(broker.bus);
  });

  /** Publishes events with these versions; those of version 2 as they were this long ago. */
  async function publish(versions: readonly bigint[], age = '0 days'): Promise<void> {
    const before = await countPublished();
    await writeEvents(
      database.db,
      versions.map((version) => raised(version)),
    );
    await waitUntil(async () => (await countPublished()) === before + versions.length);
    await database.db.execute(sql`
      update published_events set publish_time = publish_time - ${age}::interval where version = 2`);
    broker.published.splice(0);
  }

  const publishedVersions = () => broker.published.map(({ version }) => version).sort();

  test('is published again as it was', async () => {
    const row = raised(7n, 'hello');
    await writeEvents(database.db, [row]);
    await waitUntil(async () => (await countPublished()) === 1);
    expect(await republishEvents(database.db, EPOCH)).toBe(1);
    await waitUntil(() => broker.published.length === 2);
    const [first, again] = broker.published.map(({ body, ...event }) => ({ ...event, body: Buffer.from(body) }));
    expect(again).toEqual(first);
    await waitUntil(async () => (await countPublished()) === 1);
  });

  test('is published again from a time on, each event once in one go', async () => {
    await publish([1n, 2n, 3n], '2 hours');
    expect(await republishEvents(database.db, new Date(Date.now() - 3_600_000))).toBe(2);
    await waitUntil(async () => (await countPublished()) === 3);
    expect(publishedVersions()).toEqual([1n, 3n]);
  });

  test('goes to all services when it went to all and, as a dead letter, to one once more', async () => {
    await publish([1n]);
    await database.db.execute(sql`
      insert into published_events select copy.* from published_events as event,
        jsonb_populate_record(event, '{"target": "counter", "publish_time": "2026-01-01"}') as copy`);
    expect(await republishEvents(database.db, EPOCH)).toBe(2);
    await waitUntil(async () => (await countPublished()) === 1);
    expect(broker.published).toMatchObject([{ version: 1n, target: undefined }]);
  });

  test('goes to all services when it is about to be sent to one again', async () => {
    await publish([1n]);
    await database.db.execute(sql`
      insert into outbox (id, topic, type, source, subject, version, actor, request_id, create_time, body, target,
        available_time, lease_token)
      select id, topic, type, source, subject, version, actor, request_id, create_time, body, 'counter',
        now() + interval '1 hour', gen_random_uuid()
      from published_events`);
    expect(await republishEvents(database.db, EPOCH)).toBe(1);
    await outboxIsEmpty();
    expect(broker.published).toMatchObject([{ version: 1n, target: undefined }]);
  });

  test('is not published again when an inbox may have forgotten it', async () => {
    await publish([1n, 2n]);
    await database.db.execute(sql`
      update published_events set create_time = now() - interval '30 days' where version = 2`);
    expect(await republishEvents(database.db, EPOCH)).toBe(1);
    await waitUntil(() => publishedVersions().length === 1);
    expect(publishedVersions()).toEqual([1n]);
  });

  test('is published again, once, when the broker was emptied', async () => {
    await publish([1n, 2n]);
    broker.lose();
    await writeEvents(database.db, [raised(3n)]);
    await waitUntil(() => broker.published.length === 3);
    await waitUntil(async () => (await countPublished()) === 3);
    expect(publishedVersions()).toEqual([1n, 2n, 3n]);
    broker.published.splice(0);
    await writeEvents(database.db, [raised(4n)]);
    await outboxIsEmpty();
    expect(publishedVersions()).toEqual([4n]);
  });

  test('is published again to its end, though another replica put back what it had found first', async () => {
    const rows = Array.from({ length: 1_001 }, (_, index) => raised(BigInt(index)));
    await writeEvents(database.db, rows);
    await waitUntil(async () => (await countPublished()) === rows.length);
    let counted: Promise<number> | undefined;
    await inTransaction(database.db, async (replica) => {
      await replica`delete from published_events where version <> (
        select version from published_events order by publish_time desc, id desc limit 1)`;
      counted = republishEvents(database.db, EPOCH);
      await waitUntil(async () => (await countLockWaits()) === 1);
    });
    expect(await counted).toBe(1);
  });

  test('is kept for a week', async () => {
    await publish([1n, 2n], '8 days');
    expect(await preparePrunePublished(database.db)(new Date())).toBe(1);
    expect(await republishEvents(database.db, EPOCH)).toBe(1);
    await waitUntil(() => publishedVersions().length === 1);
    expect(publishedVersions()).toEqual([1n]);
  });
});
