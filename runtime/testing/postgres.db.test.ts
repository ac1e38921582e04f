import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { openConnection } from '../database/open-connection.ts';
import { createTestDatabase } from './postgres.ts';
import { makeScratchDir } from './scratch-dir.ts';

const migrations = [new URL('../database/migrations/', import.meta.url)];

async function tablesOf(url: string): Promise<string[]> {
  const sql = openConnection(url);
  const rows = await sql<{ name: string }[]>`select relname as name from pg_class where relkind = 'r'`;
  await sql.end();
  return rows.map((row) => row.name);
}

test('gives each caller a migrated database of its own', async () => {
  const made = await Promise.all([1, 2, 3, 4].map(() => createTestDatabase({ migrations })));
  expect(new Set(made.map((database) => database.url)).size).toBe(4);
  for (const { url } of made) expect(await tablesOf(url)).toEqual(expect.arrayContaining(['outbox', 'inbox']));
  await Promise.all(made.map((database) => database.drop()));
});

test('removes a database that is still in use', async () => {
  const database = await createTestDatabase({ migrations });
  const sql = openConnection(database.url);
  await sql`select 1`;
  await database.drop();
  await expect(sql`select 1`).rejects.toThrow();
  await sql.end({ timeout: 0 });
});

test('tells why a migration failed and makes the template anew the next time', async () => {
  const scratch = makeScratchDir('numer-test-broken');
  const path = join(scratch.path, 'broken/migrations');
  mkdirSync(path, { recursive: true });
  writeFileSync(
    join(path, '0001_create_wrong.sql'),
    'create table fine (id int);\ncreate table wrong (id nonsense);\n',
  );
  const broken = [pathToFileURL(path)];
  const reason = 'Migration broken/0001_create_wrong failed in line 2';
  await expect(createTestDatabase({ migrations: broken })).rejects.toThrow(reason);
  await expect(createTestDatabase({ migrations: broken })).rejects.toThrow(reason);
  scratch.remove();
});
