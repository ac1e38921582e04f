import { randomUUIDv7 } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { pgTable, uuid } from 'drizzle-orm/pg-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { closeDatabase, type Database, openDatabase } from './database/database.ts';
import { eraseAccounts, erasures, prepareErasure } from './erasure.ts';
import { inTransaction } from './testing/in-transaction.ts';
import { createTestDatabase, type TestDatabase } from './testing/postgres.ts';

const notes = pgTable('notes', { ownerId: uuid('owner_id').notNull() });

let database: TestDatabase;
let db: Database;
beforeAll(async () => {
  database = await createTestDatabase({ migrations: [new URL('./database/migrations/', import.meta.url)] });
  db = openDatabase({ url: database.url, applicationName: 'test', connectionsMax: 4 });
  await db.$client.unsafe(`
    create table notes (owner_id uuid not null);
    create index notes_by_owner on notes (owner_id);
    create function refuse_many() returns trigger language plpgsql as $$
    begin
      if (select count(*) from gone) > 4 then raise 'more than a statement can erase'; end if;
      return null;
    end
    $$;
    create trigger notes_refuse_many after delete on notes referencing old table as gone
      for each statement execute function refuse_many();
  `);
});
beforeEach(async () => {
  await db.$client`truncate notes, erasures, dead_letters, idempotency_records`;
});
afterAll(async () => {
  await closeDatabase(db);
  await database.drop();
});

const prepareNext = () =>
  prepareErasure(db, { rows: (ownerId) => [{ table: notes, where: sql`owner_id = ${ownerId}` }], stepSize: 4 });

async function add(count: number, ownerId: string): Promise<void> {
  await db.execute(sql`insert into notes select ${ownerId}::uuid from generate_series(1, ${count})`);
}

async function newAccount(count: number): Promise<string> {
  const ownerId = randomUUIDv7();
  await add(count, ownerId);
  await db.insert(erasures).values({ ownerId });
  return ownerId;
}

const left = () => db.$count(notes);
const erase = (signal = new AbortController().signal) =>
  eraseAccounts.run({ store: { eraseNext: prepareNext() } }, new Date(), signal);

test('erases what no single statement could, and nothing of others', async () => {
  const ownerId = await newAccount(14);
  await add(1, randomUUIDv7());
  await expect(db.execute(sql`delete from notes where owner_id = ${ownerId}`)).rejects.toThrow();
  expect(await left()).toBe(15);
  await erase();
  expect(await left()).toBe(1);
});

test('goes on where it was interrupted', async () => {
  await newAccount(6);
  await newAccount(6);
  expect(await prepareNext()()).toBe(true);
  expect(await left()).toBe(8);
  await erase();
  expect(await left()).toBe(0);
});

test('erases what is added later as well, and ends when nothing can be added any more', async () => {
  const ownerId = await newAccount(1);
  await erase();
  await add(1, ownerId);
  expect(await prepareNext()()).toBe(false);
  await db.$client`update erasures set next_time = now(), create_time = now() - interval '20 minutes'`;
  await erase();
  expect([await left(), await db.$count(erasures)]).toEqual([0, 0]);
});

test('erases the answers and the events that were given up or published, but not what tells of the deletion', async () => {
  const ownerId = await newAccount(1);
  const other = randomUUIDv7();
  await db.execute(sql`
    insert into dead_letters (event_id, topic, type, source, subject, version, owner_id, actor, request_id, create_time, payload,
      reason, attempts)
    select gen_random_uuid(), topic, 'test', 'test', 'test', 1, owner_id, 'service:test', '', now(), '{}', 'it failed', 10
    from (values ('invoice.sent', ${ownerId}::uuid), ('user.deleted', ${ownerId}::uuid), ('invoice.sent', ${other}::uuid))
      as given (topic, owner_id)`);
  await db.execute(sql`
    insert into published_events (id, topic, type, source, subject, version, owner_id, actor, request_id, create_time, payload)
    select event_id, topic, type, source, subject, version, owner_id, actor, request_id, create_time, payload from dead_letters`);
  await db.execute(sql`
    insert into idempotency_records (owner_id, key, fingerprint, response, create_time)
    select owner_id, 'key', '', '{}', now() from (values (${ownerId}::uuid), (${other}::uuid)) as given (owner_id)`);
  await erase();
  const letters = await db.$client`select topic, owner_id from dead_letters order by topic`;
  const published = await db.$client`select topic, owner_id from published_events order by topic`;
  const answers = await db.$client`select owner_id from idempotency_records`;
  for (const events of [letters, published]) {
    expect([...events]).toEqual([
      { topic: 'invoice.sent', owner_id: other },
      { topic: 'user.deleted', owner_id: ownerId },
    ]);
  }
  expect([...answers]).toEqual([{ owner_id: other }]);
});

test('leaves an account alone at which another replica is', async () => {
  const [first, second] = [await newAccount(1), await newAccount(1)];
  await inTransaction(db, async (replica) => {
    await replica`select from erasures where owner_id = ${first} for update`;
    await erase();
    expect(await replica`select owner_id from notes`).toMatchObject([{ owner_id: first }]);
    expect(second).not.toBe(first);
  });
  await erase();
  expect(await left()).toBe(0);
});
