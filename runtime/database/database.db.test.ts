import type { Socket } from 'node:net';
import { Code } from '@connectrpc/connect';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { reasonOf, toConnectError } from '../call/errors.ts';
import { HAS_IPV6, openWayToDatabase } from '../testing/open-way.ts';
import { createTestDatabase, type TestDatabase } from '../testing/postgres.ts';
import { closeDatabase, openDatabase } from './database.ts';
import { WAITING_MAX } from './limit-waiting.ts';
import { openConnection } from './open-connection.ts';

let database: TestDatabase;
let way: Awaited<ReturnType<typeof openWayToDatabase>>;
/** Whether to reset the connection on which something is sent next, as the system does when a backend ends without having read it. */
let isToReset = false;
beforeAll(async () => {
  database = await createTestDatabase({ migrations: [] });
  const pass = (client: Socket, backend: Socket) => {
    client.on('data', (bytes) => {
      if (isToReset) client.resetAndDestroy();
      else backend.write(bytes);
      isToReset = false;
    });
    backend.pipe(client);
  };
  way = await openWayToDatabase(database.url, { pass });
});
afterAll(async () => {
  way.close();
  await database.drop();
});

test.runIf(HAS_IPV6)('a server at an IPv6 address is reached, by pools and by single connections', async () => {
  const ipv6 = await openWayToDatabase(database.url, { host: '::1' });
  const db = openDatabase({ url: ipv6.url, applicationName: 'test', connectionsMax: 1 });
  const single = openConnection(ipv6.url);
  expect(await db.execute(sql`select 1 as one`)).toEqual([{ one: 1 }]);
  expect(await single`select 1 as one`).toEqual([{ one: 1 }]);
  await Promise.all([closeDatabase(db), single.end()]);
  ipv6.close();
});

test.each([
  ['takes too long', 'set statement_timeout = 1'],
  ['waits too long for a lock', 'set lock_timeout = 1'],
])('a statement that %s is told as UNAVAILABLE, to be tried again', async (_, setting) => {
  const open = () => openDatabase({ url: database.url, applicationName: 'test', connectionsMax: 1 });
  const [holder, waiting] = [open(), open()];
  await holder.execute(sql`select pg_advisory_lock(1)`);
  await waiting.execute(setting);
  const failure = await waiting.execute(sql`select pg_advisory_lock(1)`).catch((error: unknown) => error);
  const error = toConnectError(failure);
  expect(error.code).toBe(Code.Unavailable);
  expect(reasonOf(error)).toBe('UNAVAILABLE');
  await Promise.all([closeDatabase(holder), closeDatabase(waiting)]);
});

test('a statement that would have to wait behind thousands is refused as UNAVAILABLE, at once', async () => {
  const open = () => openDatabase({ url: database.url, applicationName: 'test', connectionsMax: 1 });
  const [holder, busy] = [open(), open()];
  await holder.execute(sql`select pg_advisory_lock(2)`);
  const ask = async () => await busy.execute(sql`select pg_advisory_lock_shared(2)`);
  const waiting = Array.from({ length: WAITING_MAX }, ask);
  const failure = await ask().catch((error: unknown) => error);
  expect(toConnectError(failure).code).toBe(Code.Unavailable);
  await holder.execute(sql`select pg_advisory_unlock(2)`);
  expect(await Promise.all(waiting)).toHaveLength(WAITING_MAX);
  expect(await ask()).toHaveLength(1);
  await Promise.all([closeDatabase(holder), closeDatabase(busy)]);
});

test.each([
  ['takes no changes', (url: URL) => url.searchParams.set('default_transaction_read_only', 'on')],
  ['refuses who connects', (url: URL) => Object.assign(url, { username: 'nobody' })],
])('a server that %s is told as UNAVAILABLE, to be tried again', async (_, change) => {
  const url = new URL(database.url);
  change(url);
  const db = openDatabase({ url: url.href, applicationName: 'test', connectionsMax: 1 });
  const failure = await db.execute(sql`create table unwanted ()`).catch((error: unknown) => error);
  expect(toConnectError(failure).code).toBe(Code.Unavailable);
  await closeDatabase(db);
});

test('a statement is answered that comes at once after one whose connection was reset', async () => {
  const db = openDatabase({ url: way.url, applicationName: 'test', connectionsMax: 1 });
  const ask = async () => [...(await db.execute(sql`select 1 as one`))];
  expect(await ask()).toEqual([{ one: 1 }]);
  isToReset = true;
  expect(await ask().catch(ask)).toEqual([{ one: 1 }]);
  await closeDatabase(db);
});

test('how statements are planned and what they give depends on no setting of the server', async () => {
  const db = openDatabase({ url: database.url, applicationName: 'test', connectionsMax: 1 });
  const ownSettings = await db.execute(sql`
    select name, setting from pg_settings where source = 'client' and name not in ('application_name', 'client_encoding')`);
  expect(Object.fromEntries(ownSettings.map(({ name, setting }) => [name, setting]))).toEqual({
    DateStyle: expect.stringMatching(/^ISO/),
    TimeZone: 'UTC',
    bytea_output: 'hex',
    default_transaction_isolation: 'read committed',
    enable_bitmapscan: 'off',
    enable_seqscan: 'off',
    jit: 'off',
    plan_cache_mode: 'force_generic_plan',
    random_page_cost: '0.01',
    seq_page_cost: '0.01',
    statement_timeout: '10000',
  });
  await closeDatabase(db);
});
