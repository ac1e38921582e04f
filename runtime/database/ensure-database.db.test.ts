import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EmbeddedPostgres } from '../embedded-postgres/embedded-postgres.ts';
import { startEmptyPostgres } from '../testing/start-empty-postgres.ts';
import { connectionError, databaseUrlOf, ensureDatabase, withDatabase } from './ensure-database.ts';
import { openConnection } from './open-connection.ts';

let server: EmbeddedPostgres;
beforeAll(async () => {
  server = await startEmptyPostgres();
});
afterAll(() => server.stop());

/** Runs a statement on a database of the server. */
async function run(url: string, statement: string): Promise<void> {
  const sql = openConnection(url);
  try {
    await sql.unsafe(statement);
  } finally {
    await sql.end();
  }
}

/** The server's URL for another role. */
function urlFor(role: string): string {
  const url = new URL(server.url('postgres'));
  url.username = role;
  return url.href;
}

const connect = (url: string, service: string) =>
  withDatabase(url, service, () => run(databaseUrlOf(url, service), 'select 1'));

test('a database that is missing is made, once', async () => {
  await connect(server.url('postgres'), 'user');
  await ensureDatabase(server.url('postgres'), 'user');
  await connect(server.url('postgres'), 'user');
});

test('a role that may not make it is told so', async () => {
  await run(server.url('postgres'), 'create role plain login');
  await expect(connect(urlFor('plain'), 'stats')).rejects.toThrow(
    'The database numer_stats cannot be created; create it',
  );
});

test('a server that cannot be used is named, with its variable and the reason', async () => {
  await expect(connect(urlFor('nobody'), 'stats')).rejects.toThrow(
    /^Postgres at \/.* \(DATABASE_URL\) answers: role "nobody" does not exist\.$/,
  );
  await expect(connect(server.url('missing'), 'stats')).rejects.toThrow(
    /^Postgres at \/.* \(DATABASE_URL\) answers: database "missing" does not exist\.$/,
  );
  await expect(connect('postgres://me:secret@127.0.0.1:1/x', 'stats')).rejects.toThrow(
    new Error('Postgres at 127.0.0.1:1 (DATABASE_URL) cannot be reached (ECONNREFUSED).'),
  );
});

test('an error of something else is left as it is', () => {
  const error = new Error('something else');
  expect(connectionError(error, server.url('postgres'))).toBe(error);
});
