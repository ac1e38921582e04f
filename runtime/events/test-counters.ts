import { randomUUIDv7 } from 'node:crypto';
import { createRegistry } from '@bufbuild/protobuf';
import { sql } from 'drizzle-orm';
import type { Database } from '../database/database.ts';
import { type Consumer, defineConsumer } from './consumer.ts';
import { prepareEffect } from './inbox.ts';
import { appendEvents, type OutboxRow, toOutboxRow } from './outbox.ts';
import { CounterRaisedSchema, CounterResetSchema } from './test-events.ts';

/** Knows the test events. */
export const counterRegistry = createRegistry(CounterRaisedSchema, CounterResetSchema);

/** Every amount a consumer applied, one row each, so that a repeat or a loss shows. */
export async function createCounters(db: Database): Promise<void> {
  await db.execute(
    sql`create table applied (event_id uuid not null, counter_id text not null, amount bigint not null)`,
  );
}

/** A row for the outbox that raises a counter. */
export function raised(amount: bigint, note = ''): OutboxRow {
  return toOutboxRow(
    CounterRaisedSchema,
    { counterId: 'c1', amount, note },
    {
      source: 'counter',
      version: amount,
      ownerId: randomUUIDv7(),
      actor: 'service:counter',
      requestId: 'request-1',
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
  beforeApply: (notes: readonly string[]) => Promise<void>;
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
    await deps.beforeApply(batch.map((event) => event.message.note));
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
