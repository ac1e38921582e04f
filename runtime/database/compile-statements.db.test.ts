import { DrizzleQueryError, eq, sql } from 'drizzle-orm';
import { bigint, integer, jsonb, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import { drizzle } from 'drizzle-orm/postgres-js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../testing/postgres.ts';
import { closeDatabase, type Database, openDatabase } from './database.ts';

const things = pgTable('things', {
  id: uuid().primaryKey(),
  name: text().notNull(),
  amount: bigint({ mode: 'bigint' }).notNull(),
  facts: jsonb().$type<{ tags: string[] }>(),
  createTime: timestamp('create_time', { withTimezone: true, precision: 3 }).notNull(),
  parent: uuid(),
});
const ID = '01890000-0000-7000-8000-000000000001';
const thing = {
  id: ID,
  name: 'Bread',
  amount: 9_007_199_254_740_993n,
  facts: { tags: ['a'] },
  createTime: new Date('2026-03-01T12:00:00.123Z'),
  parent: null,
};

let database: TestDatabase;
let db: Database;
beforeAll(async () => {
  database = await createTestDatabase({ migrations: [] });
  db = openDatabase({ url: database.url, applicationName: 'test' });
  await db.execute(sql`
    create table things (id uuid primary key, name text not null, amount bigint not null, facts jsonb,
      create_time timestamptz(3) not null, parent uuid)`);
  await db.insert(things).values(thing);
});
afterAll(async () => {
  await closeDatabase(db);
  await database.drop();
});

const placeholder = sql.placeholder('id');

describe('a prepared statement', () => {
  test('gives rows as Drizzle itself does', async () => {
    const selectFrom = (source: Database) =>
      source
        .select({
          ...{ id: things.id, name: things.name, amount: things.amount, facts: things.facts },
          createTime: things.createTime,
          parent: things.parent,
          twice: sql<bigint>`amount * 2`.mapWith(BigInt).as('twice'),
          length: sql<number>`length(name)`.mapWith(Number),
        })
        .from(things)
        .where(eq(things.id, placeholder));
    const rows = await selectFrom(db).prepare('compiled').execute({ id: ID });
    expect(rows).toEqual([{ ...thing, twice: 18_014_398_509_481_986n, length: 5 }]);
    const plain = Object.assign(drizzle({ client: db.$client }), { $client: db.$client });
    expect(rows).toEqual(await selectFrom(plain).prepare('plain').execute({ id: ID }));
  });

  test('encodes what it is given like the columns it is given for', async () => {
    const statement = db
      .update(things)
      .set({
        amount: sql`${sql.param(sql.placeholder('amount'), things.amount)}`,
        name: sql`${sql.placeholder('name')}`,
      })
      .where(eq(things.id, placeholder))
      .returning({ name: things.name, amount: things.amount })
      .prepare('change');
    expect(await statement.execute({ id: ID, amount: 12n, name: 'Roll' })).toEqual([{ name: 'Roll', amount: 12n }]);
  });

  test('gives the objects of a join', async () => {
    const other = db.$with('other').as(db.select().from(things));
    const statement = db
      .with(other)
      .select({ thing: things, other: { name: other.name } })
      .from(things)
      .leftJoin(other, eq(other.id, things.parent))
      .prepare('join');
    expect(await statement.execute()).toMatchObject([{ thing: { id: ID, parent: null }, other: null }]);
  });

  test('refuses to run without one of its values', async () => {
    const statement = db.select({ n: sql<number>`1` }).from(things).where(eq(things.id, placeholder)).prepare('refuse');
    await expect(statement.execute({ name: 'x' })).rejects.toThrow('No value for placeholder "id"');
  });

  test('fails with an error that Drizzle would give, whose cause is that of Postgres', async () => {
    const statement = db
      .select({ n: sql<number>`1 / (${sql.placeholder('n')}::integer)` })
      .from(things)
      .prepare('fail');
    const failure: unknown = await statement.execute({ n: 0 }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(DrizzleQueryError);
    expect(failure).toMatchObject({ cause: { code: '22012' } });
  });

  test('does not mix up rows of different shapes', async () => {
    const counts = pgTable('things', { n: integer() });
    const statement = db.select({ n: sql<number | null>`null::integer`, id: things.id }).from(things).prepare('shapes');
    expect(await statement.execute()).toEqual([{ n: null, id: ID }]);
    expect(await db.select({ n: sql<number>`7` }).from(counts).prepare('seven').execute()).toEqual([{ n: 7 }]);
  });
});
