import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import postgres, { type Sql } from 'postgres';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { connectionTarget } from '../database/connection-target.ts';
import { makeScratchDir, type ScratchDir } from '../testing/scratch-dir.ts';
import { waitUntil } from '../testing/wait-until.ts';
import { findPostgresBinaries } from './binaries.ts';
import { databaseUrl } from './database-url.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres.ts';
import { postgresSettings } from './postgres-settings.ts';
import { chooseRunAs } from './run-as.ts';
import { startServer } from './server-process.ts';
import { makeSocketDir } from './socket-dir.ts';

const IS_ROOT = process.getuid?.() === 0;
const NOBODY = 65534;

/** The data of a first start. */
let made: ScratchDir;
let scratch: ScratchDir;
let dataDir: string;
const cleanups: (() => unknown)[] = [];

beforeAll(async () => {
  made = makeScratchDir('numer-test-cluster');
  await (await startEmbeddedPostgres({ dataDir: made.path })).stop();
});
afterAll(() => made.remove());

beforeEach(() => {
  scratch = makeScratchDir('numer-test-embedded');
  dataDir = join(scratch.path, 'data');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  scratch.remove();
});

/** Begins with the data of an earlier start: for tests that are not about the first one, which takes its time. */
function useData(): void {
  execFileSync('cp', ['-a', made.path, dataDir]); // keeps who may read what, as Node's own copy does not
}

/** Durable, as for people: what is tested here is that nothing is lost. */
async function start(): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ dataDir });
  cleanups.push(() => server.stop());
  return server;
}

async function withSql<T>(url: string, use: (sql: Sql) => Promise<T>): Promise<T> {
  const target = connectionTarget(url);
  const sql = postgres(target.url, { ...target.options, max: 1, onnotice: () => undefined, backoff: () => 0.05 });
  try {
    return await use(sql);
  } finally {
    await sql.end({ timeout: 1 });
  }
}

async function remember(server: Pick<EmbeddedPostgres, 'url'>, note: string): Promise<void> {
  await withSql(server.url('postgres'), async (sql) => {
    await sql`create table if not exists notes (note text)`;
    await sql`insert into notes values (${note})`;
  });
}

async function remembered(server: Pick<EmbeddedPostgres, 'url'>): Promise<string[]> {
  const rows = await withSql(server.url('postgres'), (sql) => sql<{ note: string }[]>`select note from notes`);
  return rows.map((row) => row.note);
}

function mainProcessId(): number {
  return Number.parseInt(readFileSync(join(dataDir, 'cluster/postmaster.pid'), 'utf8'), 10);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Another Node that starts the server on the same folder and holds it; `prefix` runs it under another account. */
async function startInChild(prefix: readonly string[] = []): Promise<{ child: ChildProcess; url: string }> {
  const child = spawnStart(prefix);
  const [url] = await once(createInterface({ input: child.stdout }), 'line');
  return { child, url: String(url) };
}

function spawnStart(prefix: readonly string[] = []) {
  const script = `
    import { startEmbeddedPostgres } from ${JSON.stringify(new URL('embedded-postgres.ts', import.meta.url).href)};
    const server = await startEmbeddedPostgres({ dataDir: ${JSON.stringify(dataDir)} });
    console.log(server.url('postgres'));`;
  const words = [...prefix, process.execPath, '--input-type=module', '--eval', script];
  const [command = '', ...args] = words;
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'], cwd: '/' });
  cleanups.push(() => child.kill('SIGKILL'));
  return child;
}

test('keeps what was stored from one start to the next, and lets nobody else in', async () => {
  const first = await start();
  await remember(first, 'größer');
  expect(statSync(dataDir).mode & 0o777).toBe(0o700);
  expect(statSync(join(dataDir, 'socket')).mode & 0o777).toBe(0o700);
  await first.stop();
  expect(existsSync(join(dataDir, 'cluster/postmaster.pid'))).toBe(false);

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
  await expect(startEmbeddedPostgres({ dataDir })).rejects.toThrow(/in use by another running process.*DATA_DIR/);
  child.kill('SIGKILL');
  await once(child, 'exit');
  await start();
  await expect(startEmbeddedPostgres({ dataDir })).rejects.toThrow('in use by another running process');
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
  const clusterDir = join(dataDir, 'cluster');
  const program = findPostgresBinaries().postgres;
  const runAs = chooseRunAs(dataDir, program);
  const socketDir = makeSocketDir(dataDir, runAs);
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
  const pidFile = readFileSync(join(dataDir, 'cluster/postmaster.pid'), 'utf8');
  await first.stop();
  writeFileSync(join(dataDir, 'cluster/postmaster.pid'), pidFile.replace(/^\d+/, String(process.pid)));
  mkdirSync(join(dataDir, 'socket'), { mode: 0o700 });
  writeFileSync(join(dataDir, 'socket/.s.PGSQL.5432'), '');
  writeFileSync(join(dataDir, 'socket/.s.PGSQL.5432.lock'), pidFile.replace(/^\d+/, String(process.pid)));
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
  const server = await startEmbeddedPostgres({ dataDir, onTrouble: (message) => troubles.push(message) });
  cleanups.push(() => server.stop());
  await remember(server, 'kept');
  const control = join(dataDir, 'cluster/global/pg_control');
  const content = readFileSync(control);
  writeFileSync(control, '');
  process.kill(mainProcessId(), 'SIGKILL');
  await waitUntil(() => /PostgreSQL did not start .*pg_control/s.test(troubles.join()), { timeoutMs: 15_000 });
  writeFileSync(control, content);
  expect(await waitUntil(() => remembered(server), { timeoutMs: 15_000 })).toEqual(['kept']);
});

test('starts anew after the first start was cut off in the middle', async () => {
  mkdirSync(join(dataDir, 'cluster.new/base'), { recursive: true });
  writeFileSync(join(dataDir, 'cluster.new/PG_VERSION'), '18\n');
  await remember(await start(), 'works');
  expect(existsSync(join(dataDir, 'cluster.new'))).toBe(false);
});

test('starts anew at once after the first start was killed, whose programs still write', async () => {
  const unfinished = () => readdirSync(dataDir).filter((name) => name.startsWith('cluster.new'));
  const child = spawnStart();
  await waitUntil(() => unfinished().some((name) => existsSync(join(dataDir, name, 'base'))));
  child.kill('SIGKILL');
  await once(child, 'exit');
  await remember(await start(), 'works');
  expect(unfinished()).toEqual([]);
});

test('works in a folder whose path is too long for a socket, holds spaces and quotes', async () => {
  dataDir = join(scratch.path, `it's "a" ${'long '.repeat(20)}path`);
  const server = await start();
  await remember(server, 'works');
  expect(await remembered(server)).toEqual(['works']);
});

test('works in a short folder that holds spaces and quotes', async () => {
  dataDir = join(scratch.path, `it's "a" b, c\\d`);
  await remember(await start(), 'works');
  expect(existsSync(join(dataDir, 'socket/.s.PGSQL.5432'))).toBe(true);
});

test('writes nothing of statements that fail to its log', async () => {
  useData();
  const lines: string[] = [];
  const server = await startEmbeddedPostgres({ dataDir, log: (line) => lines.push(line) });
  cleanups.push(() => server.stop());
  const statement = withSql(server.url('postgres'), (sql) => sql`select 'secret'::int`);
  await expect(statement).rejects.toThrow('invalid input syntax');
  await server.stop();
  expect(lines.join('\n')).toContain('database system is shut down');
  expect(lines.join('\n')).not.toContain('secret');
});

test('tells when its folder cannot be written', async () => {
  mkdirSync(join(dataDir, 'lock'), { recursive: true });
  await expect(startEmbeddedPostgres({ dataDir })).rejects.toThrow(/lock cannot be locked.*writable/);
});

test('refuses the data of another version and says what to do', async () => {
  mkdirSync(join(dataDir, 'cluster'), { recursive: true });
  writeFileSync(join(dataDir, 'cluster/PG_VERSION'), '17\n');
  await expect(startEmbeddedPostgres({ dataDir })).rejects.toThrow(/made by PostgreSQL 17.*DATA_DIR.*DATABASE_URL/);
});

test('tells why the server does not start, and gives the folder free again', async () => {
  useData();
  const control = join(dataDir, 'cluster/global/pg_control');
  const content = readFileSync(control);
  writeFileSync(control, '');
  await expect(startEmbeddedPostgres({ dataDir })).rejects.toThrow(/PostgreSQL did not start .*pg_control/s);
  writeFileSync(control, content);
  await start();
});

/** Puts a program in front of the real one, as on a machine that forbids it. */
function forbid(program: string): void {
  const bin = join(scratch.path, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, program), '#!/bin/sh\necho "not permitted" >&2\nexit 1\n');
  chmodSync(join(bin, program), 0o755);
  vi.stubEnv('PATH', `${bin}:${process.env.PATH}`);
}

test.runIf(IS_ROOT)('runs as nobody where root may not make a namespace, also on data that root has made', async () => {
  useData();
  const first = await start();
  await remember(first, 'by root');
  await first.stop();
  expect(statSync(join(dataDir, 'cluster')).uid).toBe(0);
  forbid('unshare');
  const second = await start();
  expect(await remembered(second)).toEqual(['by root']);
  expect(statSync(`/proc/${mainProcessId()}`).uid).toBe(NOBODY);
  await second.stop();

  vi.unstubAllEnvs();
  expect(await remembered(await start())).toEqual(['by root']);
  expect(statSync(join(dataDir, 'cluster')).uid).toBe(0);
});

test.runIf(IS_ROOT)('makes its data as nobody where root may not make a namespace', async () => {
  forbid('unshare');
  const first = await start();
  await remember(first, 'by nobody');
  await first.stop();
  expect(await remembered(await start())).toEqual(['by nobody']);
});

test.runIf(IS_ROOT)('works for root in the closed home of another user', async () => {
  const home = join(scratch.path, 'home');
  dataDir = join(home, 'numer');
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  chownSync(home, 1000, 1000);
  const server = await start();
  await remember(server, 'works');
  expect(await remembered(server)).toEqual(['works']);
});

test.runIf(IS_ROOT)('says what to do where root has no way at all', async () => {
  forbid('setpriv');
  await expect(startEmbeddedPostgres({ dataDir })).rejects.toThrow(/does not run on this machine.*DATABASE_URL/);
});

test.runIf(!IS_ROOT)('runs where setpriv is missing', async () => {
  forbid('setpriv');
  await remember(await start(), 'works');
});

const AS_NOBODY = ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'];

/** An ordinary user can run this only when the whole way to the programs is open to everybody. */
const CAN_BE_NOBODY = IS_ROOT && (await canNobodyRun());

async function canNobodyRun(): Promise<boolean> {
  const [command = '', ...args] = [...AS_NOBODY, findPostgresBinaries().postgres, '--version'];
  const [status] = await once(spawn(command, args, { stdio: 'ignore', cwd: '/' }), 'exit');
  return status === 0;
}

test.runIf(CAN_BE_NOBODY)('serves an ordinary user and root in turns on the same data', async () => {
  chmodSync(scratch.path, 0o711);
  mkdirSync(dataDir, { mode: 0o700 });
  chownSync(dataDir, NOBODY, NOBODY);
  const first = await startInChild(AS_NOBODY);
  await remember({ url: () => first.url }, 'by the user');
  first.child.kill('SIGKILL');
  await once(first.child, 'exit');

  const second = await start();
  expect(await remembered(second)).toEqual(['by the user']);
  await remember(second, 'by root');
  await second.stop();

  const third = await startInChild(AS_NOBODY);
  expect(await remembered({ url: () => third.url })).toEqual(['by the user', 'by root']);
});

test.runIf(CAN_BE_NOBODY)('tells an ordinary user that the data belongs to another', async () => {
  useData();
  chmodSync(scratch.path, 0o711);
  const script = `
    import { chooseRunAs } from ${JSON.stringify(new URL('run-as.ts', import.meta.url).href)};
    try { chooseRunAs(${JSON.stringify(dataDir)}, 'true') } catch (error) { console.log(error.message) }`;
  const [command = '', ...args] = [...AS_NOBODY, process.execPath, '--input-type=module', '--eval', script];
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'], cwd: '/' });
  const [message] = await once(createInterface({ input: child.stdout }), 'line');
  expect(message).toContain(`${dataDir} belongs to another user (uid 0)`);
});
