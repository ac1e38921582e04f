import { spawn } from 'node:child_process';
import { randomUUIDv7 } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { closeDatabase, type Database, openDatabase } from '../runtime/database/database.ts';
import { databaseUrlOf, ensureDatabase } from '../runtime/database/ensure-database.ts';
import { migrate } from '../runtime/database/migrate.ts';
import type { EmbeddedPostgres } from '../runtime/embedded-postgres/embedded-postgres.ts';
import { makeScratchDir } from '../runtime/testing/scratch-dir.ts';
import { startEmptyPostgres } from '../runtime/testing/start-empty-postgres.ts';
import { recordReport } from '../services/notification/record-report.ts';

const PROGRAM = fileURLToPath(new URL('numer.mjs', import.meta.url));
const SAMPLES = new URL('../services/notification/mail/testdata/', import.meta.url);
/** The mail that the samples are about. */
const SAMPLE_ID = '019ab3f0-1c2d-7e3f-8a4b-000000000006';

const scratch = makeScratchDir('numer-bounce');
let server: EmbeddedPostgres;
let db: Database;

beforeAll(async () => {
  server = await startEmptyPostgres();
  await ensureDatabase(server.url('postgres'), 'notification');
  const url = databaseUrlOf(server.url('postgres'), 'notification');
  const folders = ['../runtime/database/migrations/', '../services/notification/migrations/'];
  await migrate(
    url,
    folders.map((folder) => new URL(folder, import.meta.url)),
  );
  db = openDatabase({ url, applicationName: 'test', connectionsMax: 1 });
});
afterAll(async () => {
  await closeDatabase(db);
  await server.stop();
  scratch.remove();
});

/** Adds a mail in the given state; gives its id. */
async function addMail(state: 'QUEUED' | 'SENT'): Promise<string> {
  const id = randomUUIDv7();
  await db.execute(sql`
    insert into notifications (id, owner_id, invoice_id, kind, recipient, sender_name, reply_to, subject, text_body, html_body,
      request_id, state, create_time, next_attempt_time, send_time)
    select ${id}::uuid, ${id}::uuid, ${id}::uuid, 'INVOICE_SENT', '', '', '', '', '', '', '', ${state}::text, now(),
      case ${state}::text when 'QUEUED' then now() end, case ${state}::text when 'SENT' then now() end`);
  return id;
}

function sample(name: string, id: string): string {
  return readFileSync(new URL(`${name}.eml`, SAMPLES), 'utf8').replaceAll(SAMPLE_ID, id);
}

/** Runs the command as a mail server does; gives its exit code and what it said. */
async function run(message: string, variables: Readonly<Record<string, string>> = {}) {
  const { PATH = '' } = process.env;
  const env = { PATH, DATABASE_URL: server.url('postgres'), DATA_DIR: scratch.path, ...variables };
  const child = spawn(process.execPath, [PROGRAM, 'bounce'], {
    env,
    cwd: scratch.path,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.end(message);
  const [said, printed, [exitCode]] = await Promise.all([text(child.stderr), text(child.stdout), once(child, 'exit')]);
  expect(printed).toBe('');
  return { exitCode, said };
}

test('a bounce is recorded, once, however often it is given', async () => {
  const id = await addMail('SENT');
  const message = sample('postfix-unknown-user', id);
  expect(await run(message)).toEqual({ exitCode: 0, said: `The mail ${id} has bounced (5.1.1).\n` });
  expect(await run(message)).toEqual({
    exitCode: 0,
    said: `Nothing is recorded: what the report says about the mail ${id} is already recorded.\n`,
  });
  const [row] = await db.execute(sql`
    select state, reports, (select count(*)::integer from outbox where subject = ${id}) as events from notifications where id = ${id}`);
  expect(row).toEqual({ state: 'BOUNCED', reports: 1, events: 1 });
});

test('what is no report is taken, so that it does not bounce', async () => {
  expect(await run('')).toEqual({ exitCode: 0, said: expect.stringMatching(/^Nothing is recorded: .+\.\n$/) });
  for (const message of [sample('out-of-office', SAMPLE_ID), '\0', sample('postfix-delayed', SAMPLE_ID)]) {
    const recorded = await recordReport(db, Buffer.from(message), new Date());
    expect(recorded).toEqual({ isEarly: false, text: expect.stringMatching(/^Nothing is recorded: .+\.$/) });
  }
});

test('a message that is longer than is read is taken to its end', async () => {
  const id = await addMail('SENT');
  const long = `${sample('exim-mailbox-full', id).replace('\n--1793703852-eximdsn-904166--\n', '')}${'x'.repeat(30_000_000)}`;
  expect(await run(long)).toMatchObject({ exitCode: 0, said: `The mail ${id} has bounced (5.2.2).\n` });
});

test('the mail server is asked to try again while a mail is being sent', async () => {
  const id = await addMail('QUEUED');
  const said = `The mail ${id} is still being sent; read its report again later.\n`;
  expect(await run(sample('postfix-unknown-user', id))).toEqual({ exitCode: 75, said });
});

test('the mail server is asked to try again while the database is away, or not up to date', async () => {
  const message = sample('postfix-unknown-user', SAMPLE_ID);
  expect(await run(message, { DATABASE_URL: 'postgres://numer:secret@127.0.0.1:1/postgres' })).toEqual({
    exitCode: 75,
    said: 'Postgres at 127.0.0.1:1 (DATABASE_URL) cannot be reached (ECONNREFUSED).\n',
  });
  await db.execute(sql`alter table notifications rename to away`);
  const said = 'The notification database is not up to date; run `npx numer migrate`.\n';
  expect(await run(message)).toEqual({ exitCode: 75, said });
  await db.execute(sql`alter table away rename to notifications`);
});

test('the mail server is asked to try again while the system is down, which is not started', async () => {
  mkdirSync(join(scratch.path, 'down/postgres/cluster'), { recursive: true });
  writeFileSync(join(scratch.path, 'down/postgres/cluster/PG_VERSION'), '18\n');
  const variables = { DATABASE_URL: '', DATA_DIR: join(scratch.path, 'down') };
  const said = `The system whose data is in ${variables.DATA_DIR} is not running.\n`;
  expect(await run(sample('postfix-unknown-user', SAMPLE_ID), variables)).toEqual({ exitCode: 75, said });
});

test('a mistake in the configuration is the operator’s', async () => {
  const { exitCode, said } = await run(sample('postfix-unknown-user', SAMPLE_ID), { PORT: 'x' });
  expect({ exitCode, said }).toEqual({ exitCode: 78, said: expect.stringContaining('PORT must be a whole number') });
});
