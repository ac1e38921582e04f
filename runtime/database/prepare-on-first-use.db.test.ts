import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../testing/postgres.ts';
import { closeDatabase, type Database, openDatabase } from './database.ts';
import { prepareOnFirstUse } from './prepare-on-first-use.ts';

let database: TestDatabase;
let db: Database;
beforeAll(async () => {
  database = await createTestDatabase({ migrations: [] });
  db = openDatabase({ url: database.url, applicationName: 'test' });
});
afterAll(async () => {
  await closeDatabase(db);
  await database.drop();
});

test('a statement is built when it is first executed, and once', async () => {
  const built: string[] = [];
  const store = prepareOnFirstUse(db, {
    double({ $client: sql }) {
      built.push('double');
      return async (value: number) => (await sql`select ${value}::integer * 2 as twice`)[0]?.twice;
    },
    never() {
      built.push('never');
      return () => undefined;
    },
  });
  const { double } = store;
  expect(built).toEqual([]);
  expect([await double(2), await double(3), await store.double(4)]).toEqual([4, 6, 8]);
  expect(built).toEqual(['double']);
});
