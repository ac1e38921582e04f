import { sql } from 'drizzle-orm';
import { integer, pgTable } from 'drizzle-orm/pg-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../testing/postgres.ts';
import { closeDatabase, type Database, openDatabase } from './database.ts';

let database: TestDatabase;
let db: Database;
beforeAll(async () => {
  database = await createTestDatabase({ migrations: [] });
  db = openDatabase({ url: database.url, applicationName: 'test', connectionsMax: 1 });
  await db.execute(sql`create table numbers as select n from generate_series(1, 5) as n`);
});
afterAll(async () => {
  await closeDatabase(db);
  await database.drop();
});

/** Fails at its fourth row, when three have been sent. */
const failMidway = () =>
  expect(db.execute(sql`select 1 / (4 - n) from generate_series(1, 10) as n`)).rejects.toThrow('Failed query');

test('a statement gives all its rows after another one failed midway on the same connection', async () => {
  const numbers = pgTable('numbers', { n: integer() });
  const prepared = db.select().from(numbers).orderBy(numbers.n).prepare('read_numbers');
  for (const read of [() => db.execute(sql`select n from numbers order by n`), () => prepared.execute()]) {
    await failMidway();
    expect([...(await read())]).toEqual([1, 2, 3, 4, 5].map((n) => ({ n })));
  }
});

test('a statement without rows gives none after that', async () => {
  await failMidway();
  expect(await db.execute(sql`select n from numbers where n > 5`)).toHaveLength(0);
});
