import { sql } from 'drizzle-orm';
import type { ReservedSql } from 'postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { explain } from '../testing/explain.ts';
import { createTestDatabase, type TestDatabase } from '../testing/postgres.ts';
import { closeDatabase, type Database, openDatabase } from './database.ts';
import { type IndexRange, readAlong } from './read-along.ts';

const LIMIT = 10;

let database: TestDatabase;
let db: Database;
let connection: ReservedSql;
beforeAll(async () => {
  database = await createTestDatabase({ migrations: [] });
  db = openDatabase({ url: database.url, applicationName: 'test', connectionsMax: 2 });
  // Of four kinds, each in five colours, over a hundred days.
  await db.execute(sql`
    create table things as
    select 1 as owner, n % 4 as kind, n / 4 % 5 as colour, n / 20 % 100 as day, n as id from generate_series(0, 39999) as n`);
  await db.execute(sql`create index things_by_day on things (owner, kind, colour, day, id)`);
  await db.execute(sql`alter table things alter column owner set (n_distinct = 1)`);
  await db.execute(sql`analyze things`);
  connection = await db.$client.reserve();
});
afterAll(async () => {
  connection.release();
  await closeDatabase(db);
  await database.drop();
});

type Range = Omit<IndexRange, 'owner' | 'direction'>;

const numbers = (...values: number[]) => values.map((value) => sql`${value}::integer`);
const [kind, colour, day, id] = [sql`kind`, sql`colour`, sql`day`, sql`id`];
const within = (from: number, to: number) => ({ bounds: { from: sql`${from}::integer`, to: sql`${to}::integer` } });

const ofKind: Range = { leads: [{ column: kind, value: sql`2` }], keys: [colour, day, id] };
const ofColour: Range = { leads: [...ofKind.leads, { column: colour, value: sql`3` }], keys: [day, id] };

const ranges: readonly [string, Range, string][] = [
  ['a kind', ofKind, 'kind = 2'],
  ['a kind, behind a row', { ...ofKind, after: numbers(2, 50, 20_000) }, 'kind = 2'],
  ['some colours of a kind', { ...ofKind, ...within(1, 3) }, 'kind = 2 and colour between 1 and 3'],
  ['a colour of a kind', ofColour, 'kind = 2 and colour = 3'],
  ['a colour of a kind, behind a row', { ...ofColour, after: numbers(50, 20_000) }, 'kind = 2 and colour = 3'],
  ['some days of a colour', { ...ofColour, ...within(40, 60) }, 'kind = 2 and colour = 3 and day between 40 and 60'],
  ['no day of a colour', { ...ofColour, ...within(100, 110) }, 'false'],
  [
    'some days of a colour, behind a row',
    { ...ofColour, ...within(40, 60), after: numbers(50, 20_000) },
    'kind = 2 and colour = 3 and day between 40 and 60',
  ],
];
const cases = ranges.flatMap(([name, range, condition]) =>
  (['asc', 'desc'] as const).map((direction) => [name, direction, range, condition] as const),
);

test.each(cases)(
  '%s, %s, is read from its first row on, and no further than wanted',
  async (_name, direction, range, condition) => {
    const along = readAlong({ owner: { column: sql`owner`, value: sql`1` }, direction, ...range });
    const query = db
      .select({ id: sql<number>`id` })
      .from(sql`(select * from things where ${along.condition} order by ${along.order} limit ${LIMIT}) as found`);
    const order = sql.raw(['kind', 'colour', 'day', 'id'].map((column) => `${column} ${direction}`).join());
    const operator = sql.raw(direction === 'asc' ? '>' : '<');
    const behind =
      range.after === undefined
        ? sql`true`
        : sql`(${sql.join([...range.keys], sql`, `)}) ${operator} (${sql.join([...range.after], sql`, `)})`;
    const expected = await db.execute(
      sql`select id from things where ${sql.raw(condition)} and ${behind} order by ${order} limit ${LIMIT}`,
    );
    expect(await query).toEqual([...expected]);
    const [root] = await explain(connection, query.toSQL());
    // A few pages of the index, and at most one of the table for each row.
    expect(root?.['Shared Hit Blocks']).toBeLessThanOrEqual(5 + LIMIT);
  },
);
