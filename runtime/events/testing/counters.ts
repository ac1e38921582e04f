import { randomUUIDv7 } from 'node:crypto';
import { createRegistry, toBinary } from '@bufbuild/protobuf';
import { sql } from 'drizzle-orm';
import { closeDatabase, type Database, openDatabase } from '../../database/database.ts';
import { createTestDatabase } from '../../testing/postgres.ts';
import { type Consumer, defineConsumer } from '../consumer.ts';
import type { EventEnvelope, WireEvent } from '../event.ts';
import { prepareEffect } from '../inbox.ts';
import { appendEvents, type OutboxRow, toOutboxRow } from '../outbox.ts';
import { CounterRaisedSchema, CounterResetSchema } from './counter-events.ts';

/** Knows the test events. */
export const counterRegistry = createRegistry(CounterRaisedSchema, CounterResetSchema);

const RUNTIME_MIGRATIONS = new URL('../../database/migrations', import.meta.url);

/** A database with the runtime's tables and one of its own: every amount a consumer applied, so that a repeat or a loss shows. */
export interface CounterDatabase {
  readonly db: Database;
  /** Another pool on the same database, as another replica has it. */
  openAnother(): Database;
  close(): Promise<void>;
}

/** Makes a throw-away database; close it in `afterAll`. */
export async function createCounterDatabase(): Promise<CounterDatabase> {
  const database = await createTestDatabase({ migrations: [RUNTIME_MIGRATIONS] });
  const opened: Database[] = [];
  const openAnother = () => {
    const db = openDatabase({ url: database.url, applicationName: 'events-test' });
    opened.push(db);
    return db;
  };
  const db = openAnother();
  await db.execute(
    sql`create table applied (event_id uuid not null, counter_id text not null, amount bigint not null)`,
  );
  return {
    db,
    openAnother,
    async close() {
      await Promise.all(opened.map((pool) => closeDatabase(pool)));
      await database.drop();
    },
  };
}

/** Forgets everything between two tests. */
export async function clearCounters(db: Database): Promise<void> {
  await db.execute(sql`truncate outbox, published_events, inbox, inbox_retries, dead_letters, applied`);
}

/** The event of an outbox row as it travels. */
export function wireOf(row: OutboxRow): WireEvent {
  return {
    id: row.id,
    type: row.type,
    topic: row.topic,
    source: row.source,
    subject: row.subject,
    version: BigInt(row.version),
    ownerId: row.owner_id ?? undefined,
    actor: row.actor,
    requestId: row.request_id,
    callerAddress: row.caller_address ?? undefined,
    traceparent: row.traceparent ?? undefined,
    time: row.create_time,
    body: toBinary(row.desc, row.message),
  };
}

/** A row for the outbox that raises a counter. */
export function raised(amount: bigint, note = ''): OutboxRow {
  return toOutboxRow(
    CounterRaisedSchema,
    { counterId: randomUUIDv7(), amount, note },
    {
      source: 'counter',
      version: amount,
      ownerId: randomUUIDv7(),
      actor: 'service:counter',
      requestId: 'request-1',
      callerAddress: '192.0.2.1',
      traceparent: undefined,
      time: new Date(),
    },
  );
}

/** Writes events as a service does, in one statement with a change. */
export async function writeEvents(db: Database, rows: readonly OutboxRow[]): Promise<void> {
  const changed = db.$with('changed', { one: sql<number>`one`.as('one') }).as(sql`select 1 as one`);
  const events = appendEvents(db, { changed });
  await db.with(changed, events).select().from(changed).prepare('write_events').execute({ events: rows });
}

/** What the counters' consumer works with; a test may replace `beforeApply` to make it fail. */
export interface CounterDeps {
  readonly apply: (rows: { eventId: string; counterId: string; amount: bigint }[]) => Promise<void>;
  beforeApply: (notes: readonly string[], events: readonly EventEnvelope[]) => Promise<void>;
}

/** Prepares the consumer's effect on a database. */
export function counterDeps(db: Database): CounterDeps {
  return {
    apply: prepareEffect(db, 'apply_counters', {
      columns: { counterId: 'text', amount: 'bigint' },
      effect: (fresh) => sql`
        insert into applied (event_id, counter_id, amount)
        select ${fresh.eventId}, ${fresh.counterId}, ${fresh.amount} from ${fresh.rows}`,
    }),
    beforeApply: async () => {},
  };
}

/** Applies `CounterRaised`. */
export const onCounterRaised: Consumer<CounterDeps> = defineConsumer({
  events: [CounterRaisedSchema],
  async apply(deps: CounterDeps, batch) {
    await deps.beforeApply(
      batch.map((event) => event.message.note),
      batch,
    );
    await deps.apply(
      batch.map(({ id, message }) => ({ eventId: id, counterId: message.counterId, amount: message.amount })),
    );
  },
});

/** The amounts applied so far, sorted. */
export async function appliedAmounts(db: Database): Promise<number[]> {
  const rows = await db.execute<{ amount: bigint }>(sql`select amount from applied order by amount`);
  return rows.map((row) => Number(row.amount));
}

/** How many rows a table has. */
export async function countRows(db: Database, table: string): Promise<number> {
  const [row] = await db.execute<{ count: number }>(
    sql`select count(*)::integer as count from ${sql.identifier(table)}`,
  );
  return row?.count ?? 0;
}
