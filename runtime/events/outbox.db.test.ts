import { toBinary } from '@bufbuild/protobuf';
import { eq, sql } from 'drizzle-orm';
import { pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { appendEvents, outbox } from './outbox.ts';
import { type CounterDatabase, clearCounters, createCounterDatabase, raised, writeEvents } from './testing/counters.ts';

const documents = pgTable('documents', { id: uuid().primaryKey(), state: text().notNull(), number: text() });

let database: CounterDatabase;

beforeAll(async () => {
  database = await createCounterDatabase();
  await database.db.execute(sql`create table documents (id uuid primary key, state text not null, number text)`);
});
afterAll(() => database.close());
beforeEach(async () => {
  await clearCounters(database.db);
  await database.db.execute(sql`truncate documents`);
});

function prepareOpen() {
  const { db } = database;
  const opened = db.$with('opened').as(
    db
      .update(documents)
      .set({ state: 'OPEN', number: 'R-7' })
      .where(eq(documents.state, sql.placeholder('state')))
      .returning(),
  );
  const events = appendEvents(db, {
    changed: opened,
    payload: (event) => sql`jsonb_set(${event.payload}, '{note}', (select to_jsonb(number) from ${opened} limit 1))`,
    matching: (event) => sql`${opened.id}::text = ${event.subject}`,
  });
  return db.with(opened, events).select({ id: opened.id }).from(opened).prepare('open_document');
}

test('an event is written together with the change it tells of', async () => {
  const row = raised(5n);
  await database.db.insert(documents).values({ id: row.subject, state: 'DRAFT' });
  const statement = prepareOpen();
  expect(await statement.execute({ state: 'DRAFT', events: [row] })).toHaveLength(1);
  const [written] = await database.db.select().from(outbox);
  expect(written).toMatchObject({
    id: row.id,
    topic: 'counter.raised',
    type: 'numer.test.v1.CounterRaised',
    source: 'counter',
    subject: row.subject,
    version: 5n,
    ownerId: row.owner_id,
    actor: 'service:counter',
    requestId: 'request-1',
    callerAddress: '192.0.2.1',
    traceparent: null,
    createTime: row.create_time,
    attempts: 0,
    target: null,
  });
});

test('a value known only inside the statement is put into the message', async () => {
  const row = raised(5n);
  await database.db.insert(documents).values({ id: row.subject, state: 'DRAFT' });
  await prepareOpen().execute({ state: 'DRAFT', events: [row] });
  const [written] = await database.db.select({ payload: outbox.payload }).from(outbox);
  expect(written?.payload).toEqual({ counterId: row.subject, amount: '5', note: 'R-7' });
});

test('a message that is whole is written as its bytes', async () => {
  const row = raised(5n);
  await writeEvents(database.db, [row]);
  const [written] = await database.db.select().from(outbox);
  expect(written).toMatchObject({ body: Buffer.from(toBinary(row.desc, row.message)), payload: null });
});

test('a change that found nothing to change writes no event', async () => {
  expect(await prepareOpen().execute({ state: 'DRAFT', events: [raised(1n)] })).toHaveLength(0);
  expect(await database.db.select().from(outbox)).toHaveLength(0);
});

test('events that were made one after the other have ids in that order, also within a millisecond', async () => {
  const rows = Array.from({ length: 1_000 }, (_, index) => raised(BigInt(index + 1)));
  await writeEvents(database.db, rows);
  const written = await database.db.select().from(outbox).orderBy(outbox.id);
  expect(written.map(({ id }) => id)).toEqual(rows.map(({ id }) => id));
});

test('an event that fits no changed row is not written', async () => {
  const row = raised(1n);
  await database.db.insert(documents).values({ id: row.subject, state: 'DRAFT' });
  await prepareOpen().execute({ state: 'DRAFT', events: [row, raised(2n)] });
  expect(await database.db.select({ id: outbox.id }).from(outbox)).toEqual([{ id: row.id }]);
});

test('no events are written for an empty list', async () => {
  const row = raised(1n);
  await database.db.insert(documents).values({ id: row.subject, state: 'DRAFT' });
  expect(await prepareOpen().execute({ state: 'DRAFT', events: [] })).toHaveLength(1);
  expect(await database.db.select().from(outbox)).toHaveLength(0);
});
