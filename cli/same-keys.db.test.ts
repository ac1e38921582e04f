import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { openConnection } from '../runtime/database/open-connection.ts';
import type { EmbeddedPostgres } from '../runtime/embedded-postgres/embedded-postgres.ts';
import { makeScratchDir } from '../runtime/testing/scratch-dir.ts';
import { startEmptyPostgres } from '../runtime/testing/start-empty-postgres.ts';
import { readStartConfig } from './config.ts';
import { openLocalEnvironment } from './environment.ts';
import { KEY_VARIABLES, KEYS_FILE, makeKeys } from './keys.ts';
import { requireSameKeys } from './same-keys.ts';

const scratch = makeScratchDir('numer-same-keys');
let server: EmbeddedPostgres;
beforeAll(async () => {
  server = await startEmptyPostgres();
});
afterAll(async () => {
  await server.stop();
  scratch.remove();
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await run('drop database numer_user with (force)');
});

async function run(statement: string): Promise<void> {
  const sql = openConnection(server.url('postgres'));
  await sql.unsafe(statement);
  await sql.end();
}

/** The part of a start that is about keys, on the server with a data directory. */
async function start(task: { readonly id: string }, folder: string, given: Readonly<Record<string, string>> = {}) {
  const none = Object.fromEntries(KEY_VARIABLES.map((name) => [name, '']));
  const dataDir = join(scratch.path, `${task.id}-${folder}`);
  const variables = { ...none, ...given, DATABASE_URL: server.url('postgres'), DATA_DIR: dataDir };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  const environment = await openLocalEnvironment(readStartConfig(), () => undefined);
  await requireSameKeys(environment, dataDir);
  return environment.variables;
}

const keysIn = (task: { readonly id: string }, folder: string): Record<string, string> =>
  JSON.parse(readFileSync(join(scratch.path, `${task.id}-${folder}`, KEYS_FILE), 'utf8'));

const REFUSAL =
  /has data of a system whose keys differ from those in \S+-b\/keys\.json \(INTERNAL_TOKEN_KEY, ACCESS_TOKEN_KEY, WEBHOOK_SECRET_KEY\)\. Copy/;

test('of first starts at the same moment with two data directories one runs, and the other is told what to do', async ({
  task,
}) => {
  // They read their environments one after the other, and then use the database at the same time.
  const results = await Promise.allSettled([start(task, 'a'), start(task, 'b')]);
  expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  const [refusal] = results.flatMap((result) => (result.status === 'rejected' ? [result.reason.message] : []));
  expect(refusal).toMatch(/has data of a system whose keys differ from those in/);
});

test('a second data directory is refused until it has the keys of the first, by a copy or by the environment', async ({
  task,
}) => {
  const { ACCESS_TOKEN_KEY } = await start(task, 'a');
  await start(task, 'a');
  await expect(start(task, 'b')).rejects.toThrow(REFUSAL);
  await expect(start(task, 'b', { INTERNAL_TOKEN_KEY: keysIn(task, 'a').INTERNAL_TOKEN_KEY ?? '' })).rejects.toThrow(
    /\(ACCESS_TOKEN_KEY, WEBHOOK_SECRET_KEY\)/,
  );
  expect(await start(task, 'b', keysIn(task, 'a'))).toMatchObject({ ACCESS_TOKEN_KEY });
});

test('a system that came second keeps its keys when they are set as the refusal says', async ({ task }) => {
  await start(task, 'a');
  await expect(start(task, 'b')).rejects.toThrow(/To keep the keys in this file instead, set the variables to them/);
  const kept = keysIn(task, 'b');
  await start(task, 'b', kept);
  expect(await start(task, 'b')).toMatchObject(kept);
  await expect(start(task, 'a')).rejects.toThrow(/whose keys differ from those in/);
});

test('keys of the environment may change, and count from then on', async ({ task }) => {
  await start(task, 'a', makeKeys());
  const fresh = makeKeys();
  await start(task, 'a', fresh);
  await expect(start(task, 'b')).rejects.toThrow(REFUSAL);
  await start(task, 'b', fresh);
});

test('a start that is refused changes nothing, whatever it is given', async ({ task }) => {
  await start(task, 'a');
  const { ACCESS_TOKEN_KEY = '' } = makeKeys();
  await expect(start(task, 'b', { ACCESS_TOKEN_KEY })).rejects.toThrow(/\(INTERNAL_TOKEN_KEY, WEBHOOK_SECRET_KEY\)/);
  await start(task, 'a');
});

test('a server that takes no changes runs a system with the same keys, and refuses one with others for that', async ({
  task,
}) => {
  await start(task, 'a');
  await run('alter database numer_user set default_transaction_read_only = on');
  await start(task, 'a');
  await expect(start(task, 'b')).rejects.toThrow(REFUSAL);
});
