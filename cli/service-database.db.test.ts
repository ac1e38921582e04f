import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { openConnection } from '../runtime/database/open-connection.ts';
import type { EmbeddedPostgres } from '../runtime/embedded-postgres/embedded-postgres.ts';
import { makeScratchDir } from '../runtime/testing/scratch-dir.ts';
import { startEmptyPostgres } from '../runtime/testing/start-empty-postgres.ts';
import { runCommand } from './commands.ts';

const scratch = makeScratchDir('numer-service-database');
let server: EmbeddedPostgres;
beforeAll(async () => {
  server = await startEmptyPostgres();
});
afterAll(async () => {
  await server.stop();
  scratch.remove();
});
afterEach(() => {
  vi.unstubAllEnvs();
});

/** Runs statements on the server; gives the result of the last one. */
async function ask(...statements: string[]): Promise<readonly object[]> {
  const sql = openConnection(server.url('postgres'));
  const answers = [];
  for (const statement of statements) answers.push([...(await sql.unsafe(statement))]);
  await sql.end();
  return answers.at(-1) ?? [];
}

function run(...words: string[]): Promise<void> {
  vi.stubEnv('DATABASE_URL', server.url('postgres'));
  vi.stubEnv('DATA_DIR', scratch.path);
  return runCommand(words);
}

test.each([
  ['rebuild-stats', 'invoice'],
  ['verify-activities', 'activity'],
  ['dead-letters', 'user'],
])('%s on a server that is not that of Numer says so and makes nothing', async (name, service) => {
  await expect(run(name)).rejects.toThrow(
    new RegExp(
      `^There is no database numer_${service} at .+; if that is the right server, run \`npx numer migrate\`.$`,
    ),
  );
  expect(await ask("select datname from pg_database where datname like 'numer%'")).toEqual([]);
});

test.each([
  ['rebuild-stats', 'invoice'],
  ['dead-letters', 'user'],
])('%s on a database without tables asks for migrations and makes nothing', async (name, service) => {
  await ask(`create database numer_${service}`, 'create database numer_stats');
  await expect(run(name)).rejects.toThrow(`The ${service} database is not up to date; run \`npx numer migrate\`.`);
  await ask(`drop database numer_${service}`, 'drop database numer_stats');
});
