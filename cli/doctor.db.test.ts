import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { databaseUrlOf, ensureDatabase } from '../runtime/database/ensure-database.ts';
import { migrate } from '../runtime/database/migrate.ts';
import { openConnection } from '../runtime/database/open-connection.ts';
import type { EmbeddedPostgres } from '../runtime/embedded-postgres/embedded-postgres.ts';
import { SERVICE_NAMES } from '../runtime/process/service.ts';
import { makeScratchDir } from '../runtime/testing/scratch-dir.ts';
import { startEmptyPostgres } from '../runtime/testing/start-empty-postgres.ts';
import { doctor } from './doctor.ts';

const scratch = makeScratchDir('numer-doctor');
let server: EmbeddedPostgres;
beforeAll(async () => {
  server = await startEmptyPostgres();
  await run('create role plain login');
});
afterAll(async () => {
  await server.stop();
  scratch.remove();
});
afterEach(() => {
  vi.unstubAllEnvs();
});

async function run(...statements: string[]): Promise<void> {
  const sql = openConnection(server.url('postgres'));
  for (const statement of statements) await sql.unsafe(statement);
  await sql.end();
}

/** What the doctor says about one check. */
async function ask(name: string, environment: Readonly<Record<string, string>>): Promise<string | undefined> {
  for (const [variable, value] of Object.entries({ PORT: '0', DATA_DIR: scratch.path, ...environment })) {
    vi.stubEnv(variable, value);
  }
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  await doctor().catch(() => undefined);
  const lines = write.mock.calls.map(([line]) => String(line));
  write.mockRestore();
  return lines.find((line) => line.includes(`  ${name}: `));
}

test('a role that may not create databases will do only when they are there', async () => {
  const url = new URL(server.url('postgres'));
  url.username = 'plain';
  const environment = { DATABASE_URL: url.href };
  expect(await ask('Postgres', environment)).toMatch(
    /^FAIL {2}Postgres: "plain" may not create numer_user, numer_invoice/,
  );
  await run(...SERVICE_NAMES.map((service) => `create database numer_${service}`));
  expect(await ask('Postgres', environment)).toMatch(/^ok {4}Postgres: 18/);
});

test('a server that accepts no changes is told', async () => {
  const url = new URL(server.url('postgres'));
  url.username = 'read_only';
  await run('create role read_only login createdb', 'alter role read_only set default_transaction_read_only = on');
  expect(await ask('Postgres', { DATABASE_URL: url.href })).toMatch(
    /^FAIL {2}Postgres: Postgres at .+ \(DATABASE_URL\) accepts no changes: it is a standby, or default_transaction_read_only is on/,
  );
});

test('a data directory that is not there is told, and not created', async () => {
  const directory = join(scratch.path, 'not/yet');
  const before = readdirSync(scratch.path);
  const answer = await ask('Data directory', { DATABASE_URL: '', DATA_DIR: directory });
  expect(answer).toBe(`ok    Data directory: ${directory}, which the first start creates\n`);
  expect([existsSync(directory), readdirSync(scratch.path)]).toEqual([false, before]);
});

test('a data directory that cannot be created is told', async () => {
  writeFileSync(join(scratch.path, 'file'), '');
  for (const [name, code] of [
    ['file', 'ENOTDIR'],
    ['file/data', 'ENOTDIR'],
  ] as const) {
    const directory = join(scratch.path, name);
    expect(await ask('Data directory', { DATABASE_URL: '', DATA_DIR: directory })).toBe(
      `FAIL  Data directory: ${directory} cannot be made a folder (${code}). Set DATA_DIR to a folder of your own.\n`,
    );
  }
});

test('a folder of another Postgres is told', async () => {
  const clusterDir = join(scratch.path, 'other/postgres/cluster');
  mkdirSync(clusterDir, { recursive: true });
  writeFileSync(join(clusterDir, 'PG_VERSION'), '17\n');
  const answer = await ask('Postgres', { DATABASE_URL: '', DATA_DIR: join(scratch.path, 'other') });
  expect(answer).toMatch(/^FAIL {2}Postgres: .* was made by PostgreSQL 17/);
});

test('a server that cannot be reached is named', async () => {
  const answer = await ask('Postgres', { DATABASE_URL: 'postgres://127.0.0.1:1/postgres' });
  expect(answer).toBe('FAIL  Postgres: Postgres at 127.0.0.1:1 (DATABASE_URL) cannot be reached (ECONNREFUSED).\n');
});

test('a system that runs at an IPv6 address is found', async () => {
  const running = createServer((_, answer) => answer.end('{"status": "ok"}'));
  await once(running.listen(0, '::1'), 'listening');
  try {
    const { port } = running.address() as AddressInfo; // a TCP server that listens has one
    expect(await ask('Port', { HOST: '::1', PORT: String(port) })).toBe(
      `ok    Port: Numer runs on ::1:${port} and is ready\n`,
    );
  } finally {
    running.close();
  }
});

test('dead letters, and events that wait for long, are told by service, where there are databases', async () => {
  const url = server.url('postgres');
  const environment = { DATABASE_URL: url };
  expect(await ask('Dead letters', { DATABASE_URL: '', DATA_DIR: join(scratch.path, 'none') })).toBe(
    'ok    Dead letters: not checked: no running Postgres was found\n',
  );
  for (const service of SERVICE_NAMES) await ensureDatabase(url, service);
  expect(await ask('Dead letters', environment)).toMatch(
    /^ok {4}Dead letters: cannot be checked: The user database is/,
  );
  const migrations = [new URL('../runtime/database/migrations/', import.meta.url)];
  for (const service of SERVICE_NAMES) await migrate(databaseUrlOf(url, service), migrations);
  expect(await ask('Dead letters', environment)).toBe('ok    Dead letters: none\n');
  const sql = openConnection(databaseUrlOf(url, 'stats'));
  await sql`
    insert into dead_letters (event_id, topic, type, source, subject, version, actor, request_id, create_time, body, reason,
      attempts)
    select gen_random_uuid(), 'a.b', 'A', 'user', 'u', 1, 'service:user', '', now(), '', 'no', 1 from generate_series(1, 2)`;
  expect(await ask('Dead letters', environment)).toMatch(
    /^FAIL {2}Dead letters: 2 of stats; `npx numer dead-letters` lists them with the reason, and `npx/,
  );

  await sql`
    insert into outbox (id, topic, type, source, subject, version, actor, request_id, create_time, body)
    select gen_random_uuid(), 'a.b', 'A', 'user', 'u', 1, 'service:user', '', now(), '' from generate_series(1, 3)`;
  expect(await ask('Waiting events', environment)).toBe('ok    Waiting events: none for long\n');
  await sql`update outbox set create_time = now() - interval '1 hour'`;
  expect(await ask('Waiting events', environment)).toMatch(
    /^FAIL {2}Waiting events: 3 of stats, the oldest for 36\d\d s; they are published once RabbitMQ and all services run/,
  );
  await sql.end();
});
