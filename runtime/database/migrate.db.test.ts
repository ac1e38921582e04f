import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { inTransaction } from '../testing/in-transaction.ts';
import { createTestDatabase, type TestDatabase } from '../testing/postgres.ts';
import { waitUntil } from '../testing/wait-until.ts';
import { closeDatabase, type Database, openDatabase } from './database.ts';
import { migrate, readMigrations } from './migrate.ts';

let root: string;
let database: TestDatabase;
let db: Database;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'numer-migrate-'));
});
afterAll(() => rmSync(root, { recursive: true }));

beforeEach(async () => {
  database = await createTestDatabase({ migrations: [] });
  db = openDatabase({ url: database.url, applicationName: 'test', connectionsMax: 1 });
  return async () => {
    await closeDatabase(db);
    await database.drop();
  };
});

let folders = 0;

/** Makes `<namespace>/migrations` with the files given by name without `.sql`. */
function folderOf(namespace: string, files: Readonly<Record<string, string>>): URL {
  folders += 1;
  const path = join(root, String(folders), namespace, 'migrations');
  mkdirSync(path, { recursive: true });
  for (const [name, sql] of Object.entries(files)) writeFileSync(join(path, `${name}.sql`), sql);
  return pathToFileURL(path);
}

async function tables(): Promise<string[]> {
  const rows = await db.$client<{ name: string }[]>`
    select relname as name from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace order by 1`;
  return rows.map((row) => row.name);
}

async function appliedNames(): Promise<string[]> {
  const rows = await db.$client<{ name: string }[]>`select name from schema_migrations order by apply_time, name`;
  return rows.map((row) => row.name);
}

describe('migrate', () => {
  test('applies the folders in the order given, each by name, and records them', async () => {
    const common = folderOf('runtime', { '0002_b': 'create table b (id int)', '0001_a': 'create table a (id int);' });
    const own = folderOf('invoice', { '0001_c': 'create table c as select * from a, b as b(other) -- a comment' });
    const names = ['runtime/0001_a', 'runtime/0002_b', 'invoice/0001_c'];
    expect(await migrate(database.url, [common, own])).toEqual(names);
    expect(await tables()).toEqual(['a', 'b', 'c', 'schema_migrations']);
    expect((await appliedNames()).sort()).toEqual(names.toSorted());
  });

  test('refuses a database that cannot hold every text, and says how to make one that can', async () => {
    const url = new URL(database.url);
    url.pathname += '_latin';
    const name = url.pathname.slice(1);
    await db.$client`create database ${db.$client(name)} encoding 'LATIN1' template template0 locale_provider libc locale 'C'`;
    try {
      const expected = new RegExp(`${name} has the encoding LATIN1.* encoding 'UTF8' template template0`);
      await expect(migrate(url.href, [folderOf('runtime', {})])).rejects.toThrow(expected);
    } finally {
      await db.$client`drop database ${db.$client(name)} with (force)`;
    }
  });

  test('takes longer than statements may take by the settings of the database', async () => {
    await db.$client`alter database ${db.$client(new URL(database.url).pathname.slice(1))} set statement_timeout = 10`;
    const folder = folderOf('runtime', { '0001_a': 'select pg_sleep(0.05)' });
    expect(await migrate(database.url, [folder])).toEqual(['runtime/0001_a']);
  });

  test('does nothing the second time, and only what is new the third', async () => {
    const before = folderOf('invoice', { '0001_a': 'create table a (id int)' });
    await migrate(database.url, [before]);
    expect(await migrate(database.url, [before])).toEqual([]);
    const after = folderOf('invoice', { '0001_a': 'create table a (id int)', '0002_b': 'create table b (id int)' });
    expect(await migrate(database.url, [after])).toEqual(['invoice/0002_b']);
  });

  test('asks a pool that is open, and connects by itself only when something is missing', async () => {
    const away = 'postgres://nobody@127.0.0.1:1/none';
    const before = folderOf('invoice', { '0001_a': 'create table a (id int)' });
    expect(await migrate(database.url, [before], db.$client)).toEqual(['invoice/0001_a']);
    expect(await migrate(away, [before], db.$client)).toEqual([]);
    const changed = folderOf('invoice', { '0001_a': 'create table a (id text)' });
    await expect(migrate(away, [changed], db.$client)).rejects.toThrow('changed after it had been applied');
    const after = folderOf('invoice', { '0001_a': 'create table a (id int)', '0002_b': 'create table b (id int)' });
    await expect(migrate(away, [after], db.$client)).rejects.toThrow('ECONNREFUSED');
    expect(await migrate(database.url, [after], db.$client)).toEqual(['invoice/0002_b']);
  });

  test('applies each file once in 18 concurrent runs', async () => {
    const files = Array.from({ length: 8 }, (_, n) => [`000${n + 1}_t`, `create table t${n} (id int); select 1`]);
    const folder = folderOf('invoice', Object.fromEntries(files));
    const results = await Promise.all(Array.from({ length: 18 }, () => migrate(database.url, [folder])));
    expect(results.flat().toSorted()).toEqual(files.map(([name]) => `invoice/${name}`));
    expect(await tables()).toHaveLength(9);
  });

  test('lets others use a table while it waits for one who does not let go of it', async () => {
    const files = { '0001_a': 'create table a (id int)' };
    await migrate(database.url, [folderOf('runtime', files)]);
    const other = openDatabase({ url: database.url, applicationName: 'test', connectionsMax: 1 });
    const migrated = await inTransaction(other, async (reader) => {
      await reader`select from a`;
      const running = migrate(database.url, [
        folderOf('runtime', { ...files, '0002_b': 'alter table a add column n int' }),
      ]);
      await waitUntil(async () => {
        const waiting = await db.$client`select from pg_locks where not granted and relation = 'a'::regclass`;
        return waiting.length > 0;
      });
      expect(await db.$client`select from a`).toHaveLength(0);
      return { running };
    });
    expect(await migrated.running).toEqual(['runtime/0002_b']);
    await closeDatabase(other);
  });

  test('undoes the failed file only, names its line, and goes on from there once it is mended', async () => {
    const good = 'create table a (id int)';
    const broken = folderOf('invoice', {
      '0001_a': good,
      '0002_b': '-- größer\ncreate table b (id int);\ncreate table b2 (id nonsense);',
      '0003_c': 'create table c (id int)',
    });
    await expect(migrate(database.url, [broken])).rejects.toThrow(
      'Migration invoice/0002_b failed in line 3: type "nonsense" does not exist',
    );
    expect(await tables()).toEqual(['a', 'schema_migrations']);
    expect(await appliedNames()).toEqual(['invoice/0001_a']);

    const mended = folderOf('invoice', { '0001_a': good, '0002_b': 'create table b (id int)' });
    expect(await migrate(database.url, [mended])).toEqual(['invoice/0002_b']);
  });

  test('undoes a file that fails only at its end', async () => {
    const late = `
      create table parents (id int primary key);
      create table children (parent_id int references parents deferrable initially deferred);
      insert into children values (1);`;
    await expect(migrate(database.url, [folderOf('invoice', { '0001_a': late })])).rejects.toThrow(/foreign key/);
    expect(await tables()).toEqual(['schema_migrations']);
    expect(await appliedNames()).toEqual([]);
  });

  test('refuses a file that was changed after it had been applied, before it applies others', async () => {
    await migrate(database.url, [folderOf('invoice', { '0001_a': 'create table a (id int)' })]);
    const changed = folderOf('invoice', {
      '0001_a': 'create table a (id bigint)',
      '0002_b': 'create table b (id int)',
    });
    await expect(migrate(database.url, [changed])).rejects.toThrow('Migration invoice/0001_a was changed');
    expect(await tables()).toEqual(['a', 'schema_migrations']);
  });

  test('refuses two concurrent runs with different contents of one file', async () => {
    const one = folderOf('invoice', { '0001_a': 'create table a (id int)' });
    const other = folderOf('invoice', { '0001_a': 'create table a (id bigint)' });
    const results = await Promise.allSettled([migrate(database.url, [one]), migrate(database.url, [other])]);
    expect(results.map((result) => result.status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  test('leaves alone what a newer version of the program has applied', async () => {
    const newer = folderOf('invoice', { '0001_a': 'create table a (id int)', '0002_b': 'create table b (id int)' });
    await migrate(database.url, [newer]);
    const older = folderOf('invoice', { '0001_a': 'create table a (id int)' });
    expect(await migrate(database.url, [older])).toEqual([]);
  });

  test('tells that a server is away', async () => {
    await expect(migrate('postgres://nobody@127.0.0.1:1/none', [])).rejects.toThrow('ECONNREFUSED');
  });
});

describe('readMigrations', () => {
  test('refuses a file that is not named by number and intent', () => {
    expect(() => readMigrations([folderOf('invoice', { create_invoices: '' })])).toThrow('0001_create_invoices.sql');
    expect(() => readMigrations([folderOf('invoice', { "0001_it's": '' })])).toThrow('must be named like');
  });

  test('refuses two files with one number', () => {
    const folder = folderOf('invoice', { '0001_a': '', '0001_b': '' });
    expect(() => readMigrations([folder])).toThrow('have the number 0001');
  });

  test('refuses one name from two folders', () => {
    const folder = () => folderOf('invoice', { '0001_a': '' });
    expect(() => readMigrations([folder(), folder()])).toThrow('Two migrations are named invoice/0001_a');
  });
});
