import { once } from 'node:events';
import { type AddressInfo, createConnection, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { Code } from '@connectrpc/connect';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { toConnectError } from '../call/errors.ts';
import { createTestDatabase, type TestDatabase } from '../testing/postgres.ts';
import { connectionTarget } from './connection-target.ts';
import { closeDatabase, type Database, openDatabase } from './database.ts';

/** A way to the server on which machines vanish. */
interface Way {
  readonly url: string;
  readonly server: Server;
  /** From now on nothing passes over the connections that are open, although none of them ends. */
  vanish(): void;
}

let database: TestDatabase;
let way: Way;
beforeAll(async () => {
  database = await createTestDatabase({ migrations: [] });
  way = await openWay(database.url);
});
afterAll(async () => {
  way.server.close();
  await database.drop();
});

async function openWay(databaseUrl: string): Promise<Way> {
  const folder = connectionTarget(databaseUrl).options.host ?? '';
  const open = new Set<readonly Socket[]>();
  const server = createServer((client) => {
    const backend = createConnection(join(folder, '.s.PGSQL.5432'));
    const both = [client, backend];
    open.add(both);
    client.pipe(backend).pipe(client);
    for (const socket of both) {
      socket.on('error', () => undefined);
      socket.on('close', () => {
        open.delete(both);
        for (const end of both) end.destroy();
      });
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(databaseUrl);
  url.searchParams.delete('host');
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`; // what a TCP server has
  return {
    url: url.href,
    server,
    vanish() {
      for (const [client, backend] of open) {
        client?.unpipe().on('data', () => undefined);
        backend?.unpipe().on('data', () => undefined);
      }
    },
  };
}

const openPool = (statementTimeoutMs: number): Database =>
  openDatabase({ url: way.url, applicationName: 'test', connectionsMax: 1, statementTimeoutMs });

async function processOf(db: Database): Promise<unknown> {
  const [row] = await db.execute(sql`select pg_backend_pid() as process`);
  return row?.process;
}

test('a statement whose server has vanished fails as UNAVAILABLE, and the next one is answered on a new connection', async () => {
  const db = openPool(200);
  const first = await processOf(db);
  way.vanish();
  const failure = await processOf(db).catch((error: unknown) => error);
  expect(toConnectError(failure).code).toBe(Code.Unavailable);
  expect(await processOf(db)).not.toBe(first);
  await closeDatabase(db);
});

test('a connection is kept while nothing is asked', async () => {
  const [idle, other] = [openPool(50), openPool(5_000)];
  const first = await processOf(idle);
  await other.execute(sql`select pg_sleep(0.5)`);
  expect(await processOf(idle)).toBe(first);
  await Promise.all([closeDatabase(idle), closeDatabase(other)]);
});
