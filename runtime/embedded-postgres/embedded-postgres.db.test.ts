import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { waitUntil } from '../testing/wait-until.ts';
import { findPostgresBinaries } from './binaries.ts';
import { databaseUrl } from './database-url.ts';
import { startEmbeddedPostgres } from './embedded-postgres.ts';
import { postgresSettings } from './postgres-settings.ts';
import { chooseRunAs } from './run-as.ts';
import { startServer } from './server-process.ts';
import { makeSocketDir } from './socket-dir.ts';
import { remember, remembered, useDataDir, withSql } from './testing/use-data-dir.ts';

const place = useDataDir();
const { mainProcessId, spawnStart, start, startInChild, useData } = place;

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test('keeps what was stored from one start to the next, and lets nobody else in', async () => {
  const first = await start();
  await remember(first, 'größer');
  expect(statSync(place.dataDir).mode & 0o777).toBe(0o700);
  expect(statSync(join(place.dataDir, 'socket')).mode & 0o777).toBe(0o700);
  await first.stop();
  expect(existsSync(join(place.dataDir, 'cluster/postmaster.pid'))).toBe(false);

  const second = await start();
  expect(await remembered(second)).toEqual(['größer']);
});

test('is durable and sorts by code point, the same everywhere', async () => {
  useData();
  const server = await start();
  const [row] = await withSql(
    server.url('postgres'),
    (sql) => sql`select current_setting('fsync') as fsync, lower('ÄÖ') as lower, 'Z' < 'a' as by_code_point`,
  );
  expect(row).toEqual({ fsync: 'on', lower: 'äö', by_code_point: true });
});

test('refuses a second start on the same folder, from this process and from another', async () => {
  useData();
  const { child } = await startInChild();
  await expect(startEmbeddedPostgres({ dataDir: place.dataDir })).rejects.toThrow(
    /in use by another running process.*DATA_DIR/,
  );
  child.kill('SIGKILL');
  await once(child, 'exit');
  await start();
  await expect(startEmbeddedPostgres({ dataDir: place.dataDir })).rejects.toThrow('in use by another running process');
});

test('lets one of two first starts at the same moment win', async () => {
  const results = await Promise.allSettled([start(), start()]);
  expect(results.map((result) => result.status).sort()).toEqual(['fulfilled', 'rejected']);
});

test('finds its data after the application was killed with -9', async () => {
  useData();
  const { child, url } = await startInChild();
  await remember({ url: () => url }, 'kept');
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(await remembered(await start())).toEqual(['kept']);
});

test('ends with the application that was killed with -9', async () => {
  useData();
  const { child } = await startInChild();
  const pid = mainProcessId();
  child.kill('SIGKILL');
  await waitUntil(() => process.platform !== 'linux' || !isAlive(pid), { what: 'the server to end' });
});

test('stops a server that has outlived its application, and goes on with its data', async () => {
  useData();
  const clusterDir = join(place.dataDir, 'cluster');
  const program = findPostgresBinaries().postgres;
  const runAs = chooseRunAs(place.dataDir, program);
  const socketDir = makeSocketDir(place.dataDir, runAs);
  // Started past the launcher, so that nobody holds the folder's lock.
  const orphan = await startServer({
    program,
    runAs,
    clusterDir,
    settings: postgresSettings({ socketDir, durable: true }),
    log: () => undefined,
    onSpawn: () => undefined,
  });
  await remember({ url: (database) => databaseUrl(socketDir, database) }, 'from the orphan');
  expect(await remembered(await start())).toEqual(['from the orphan']);
  expect(await orphan.ended).toBe('exit status 0');
});

test('is not confused by a process id that was given to another program', async () => {
  useData();
  const first = await start();
  await remember(first, 'kept');
  const pidFile = readFileSync(join(place.dataDir, 'cluster/postmaster.pid'), 'utf8');
  await first.stop();
  writeFileSync(join(place.dataDir, 'cluster/postmaster.pid'), pidFile.replace(/^\d+/, String(process.pid)));
  mkdirSync(join(place.dataDir, 'socket'), { mode: 0o700 });
  writeFileSync(join(place.dataDir, 'socket/.s.PGSQL.5432'), '');
  writeFileSync(join(place.dataDir, 'socket/.s.PGSQL.5432.lock'), pidFile.replace(/^\d+/, String(process.pid)));
  expect(await remembered(await start())).toEqual(['kept']);
});

test('brings back a server that was killed, with what was committed', async () => {
  useData();
  const server = await start();
  await remember(server, 'kept');
  const pid = mainProcessId();
  process.kill(pid, 'SIGKILL');
  expect(await waitUntil(() => remembered(server), { timeoutMs: 15_000 })).toEqual(['kept']);
  expect(mainProcessId()).not.toBe(pid);
});

test('brings back a server that could not be started for a while, and tells why it could not', async () => {
  useData();
  const troubles: string[] = [];
  const server = await startEmbeddedPostgres({
    dataDir: place.dataDir,
    onTrouble: (message) => troubles.push(message),
  });
  place.cleanups.push(() => server.stop());
  await remember(server, 'kept');
  const control = join(place.dataDir, 'cluster/global/pg_control');
  const content = readFileSync(control);
  writeFileSync(control, '');
  process.kill(mainProcessId(), 'SIGKILL');
  await waitUntil(() => /PostgreSQL did not start .*pg_control/s.test(troubles.join()), { timeoutMs: 15_000 });
  writeFileSync(control, content);
  expect(await waitUntil(() => remembered(server), { timeoutMs: 15_000 })).toEqual(['kept']);
});

test('starts anew after the first start was cut off in the middle', async () => {
  mkdirSync(join(place.dataDir, 'cluster.new/base'), { recursive: true });
  writeFileSync(join(place.dataDir, 'cluster.new/PG_VERSION'), '18\n');
  await remember(await start(), 'works');
  expect(existsSync(join(place.dataDir, 'cluster.new'))).toBe(false);
});

test('starts anew at once after the first start was killed, whose programs still write', async () => {
  const unfinished = () => readdirSync(place.dataDir).filter((name) => name.startsWith('cluster.new'));
  const child = spawnStart();
  await waitUntil(() => unfinished().some((name) => existsSync(join(place.dataDir, name, 'base'))));
  child.kill('SIGKILL');
  await once(child, 'exit');
  await remember(await start(), 'works');
  expect(unfinished()).toEqual([]);
});

test('works in a folder whose path is too long for a socket, holds spaces and quotes', async () => {
  place.dataDir = join(place.scratchDir, `it's "a" b, c\\d ${'long '.repeat(20)}path`);
  const server = await start();
  await remember(server, 'works');
  expect(await remembered(server)).toEqual(['works']);
});

test('works in a short folder that holds spaces and quotes', async () => {
  place.dataDir = join(place.scratchDir, `it's "a" b, c\\d`);
  useData();
  await remember(await start(), 'works');
  expect(existsSync(join(place.dataDir, 'socket/.s.PGSQL.5432'))).toBe(true);
});

test('writes nothing of statements that fail to its log', async () => {
  useData();
  const lines: string[] = [];
  const server = await startEmbeddedPostgres({ dataDir: place.dataDir, log: (line) => lines.push(line) });
  place.cleanups.push(() => server.stop());
  const statement = withSql(server.url('postgres'), (sql) => sql`select 'secret'::int`);
  await expect(statement).rejects.toThrow('invalid input syntax');
  await server.stop();
  expect(lines.join('\n')).toContain('database system is shut down');
  expect(lines.join('\n')).not.toContain('secret');
});

test('tells when its folder cannot be written', async () => {
  mkdirSync(join(place.dataDir, 'lock'), { recursive: true });
  await expect(startEmbeddedPostgres({ dataDir: place.dataDir })).rejects.toThrow(/lock cannot be locked.*writable/);
});

test('refuses the data of another version and says what to do', async () => {
  mkdirSync(join(place.dataDir, 'cluster'), { recursive: true });
  writeFileSync(join(place.dataDir, 'cluster/PG_VERSION'), '17\n');
  await expect(startEmbeddedPostgres({ dataDir: place.dataDir })).rejects.toThrow(
    /made by PostgreSQL 17.*DATA_DIR.*DATABASE_URL/,
  );
});

test('tells why the server does not start, and gives the folder free again', async () => {
  useData();
  const control = join(place.dataDir, 'cluster/global/pg_control');
  const content = readFileSync(control);
  writeFileSync(control, '');
  await expect(startEmbeddedPostgres({ dataDir: place.dataDir })).rejects.toThrow(
    /PostgreSQL did not start .*pg_control/s,
  );
  writeFileSync(control, content);
  await start();
});
