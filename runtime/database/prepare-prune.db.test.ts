import { randomUUIDv7 } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { idempotencyRecords } from '../call/idempotency.ts';
import { inTransaction } from '../testing/in-transaction.ts';
import { createTestDatabase, type TestDatabase } from '../testing/postgres.ts';
import { closeDatabase, type Database, openDatabase } from './database.ts';
import { type Prune, preparePrune } from './prepare-prune.ts';

const TIME = new Date('2026-03-01T12:00:00Z');
const OWNER = randomUUIDv7();

let database: TestDatabase;
let db: Database;
let prune: Prune;
beforeAll(async () => {
  database = await createTestDatabase({ migrations: [new URL('./migrations/', import.meta.url)] });
  db = openDatabase({ url: database.url, applicationName: 'test', connectionsMax: 2 });
  prune = preparePrune(db, 'prune_records', idempotencyRecords.createTime);
});
beforeEach(async () => {
  await db.$client`truncate idempotency_records`;
});
afterAll(async () => {
  await closeDatabase(db);
  await database.drop();
});

async function add(count: number, createTime: Date): Promise<void> {
  await db.$client`
    insert into idempotency_records (owner_id, key, fingerprint, response, create_time)
    select ${OWNER}, gen_random_uuid()::text, 'fingerprint', '{}', ${createTime.toISOString()} from generate_series(1, ${count})`;
}

test('what is from before a moment is deleted, 1,000 rows at a time, and nothing else', async () => {
  await add(1_500, new Date(TIME.getTime() - 1));
  await add(3, TIME);
  expect([await prune(TIME), await prune(TIME), await prune(TIME)]).toEqual([1_000, 500, 0]);
  expect(await db.$count(idempotencyRecords)).toBe(3);
});

test('rows that somebody is changing are passed over', async () => {
  await add(2, new Date(TIME.getTime() - 1));
  await inTransaction(db, async (sql) => {
    await sql`update idempotency_records set create_time = ${TIME.toISOString()}
      where key = (select key from idempotency_records limit 1)`;
    expect(await prune(TIME)).toBe(1);
  });
  expect(await prune(TIME)).toBe(0);
  expect(await db.$count(idempotencyRecords)).toBe(1);
});
