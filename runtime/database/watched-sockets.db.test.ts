import type { Socket } from 'node:net';
import { Code } from '@connectrpc/connect';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { toConnectError } from '../call/errors.ts';
import { openWayToDatabase } from '../testing/open-way.ts';
import { createTestDatabase, type TestDatabase } from '../testing/postgres.ts';
import { closeDatabase, type Database, openDatabase } from './database.ts';

let database: TestDatabase;
let way: Awaited<ReturnType<typeof openWayToDatabase>>;
/** The connections that are open on the way. */
const open = new Set<readonly [Socket, Socket]>();
beforeAll(async () => {
  database = await createTestDatabase({ migrations: [] });
  const pass = (client: Socket, backend: Socket) => {
    const both = [client, backend] as const;
    open.add(both);
    client.pipe(backend).pipe(client);
    client.on('close', () => open.delete(both));
  };
  way = await openWayToDatabase(database.url, { pass });
});
afterAll(async () => {
  way.close();
  await database.drop();
});

/** From now on nothing passes over the connections that are open, although none of them ends. */
function vanish(): void {
  for (const socket of [...open].flat()) socket.unpipe().on('data', () => undefined);
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
  vanish();
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
