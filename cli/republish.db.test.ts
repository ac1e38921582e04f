import { randomUUIDv7 } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { closeDatabase, openDatabase } from '../runtime/database/database.ts';
import { databaseUrlOf, ensureDatabase } from '../runtime/database/ensure-database.ts';
import { migrate } from '../runtime/database/migrate.ts';
import type { EmbeddedPostgres } from '../runtime/embedded-postgres/embedded-postgres.ts';
import { SERVICE_NAMES } from '../runtime/process/service.ts';
import { makeScratchDir } from '../runtime/testing/scratch-dir.ts';
import { startEmptyPostgres } from '../runtime/testing/start-empty-postgres.ts';
import { runCommand } from './commands.ts';

const scratch = makeScratchDir('numer-republish');
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
  vi.restoreAllMocks();
});

test('events of all services go back into their outboxes, those of the given time alone', async () => {
  await ensureDatabase(server.url('postgres'), 'user');
  await migrate(databaseUrlOf(server.url('postgres'), 'user'), [
    new URL('../runtime/database/migrations/', import.meta.url),
  ]);
  const admin = openDatabase({ url: server.url('postgres'), applicationName: 'test', connectionsMax: 1 });
  for (const service of SERVICE_NAMES.filter((name) => name !== 'user')) {
    await admin.execute(sql.raw(`create database numer_${service} template numer_user`));
  }
  await closeDatabase(admin);
  const url = databaseUrlOf(server.url('postgres'), 'invoice');
  const db = openDatabase({ url, applicationName: 'test', connectionsMax: 1 });
  const ids = [randomUUIDv7(), randomUUIDv7()];
  await db.execute(sql`
    insert into published_events (id, topic, type, source, subject, version, actor, request_id, create_time, body, publish_time)
    select id, 'invoice.sent', 'numer.invoice.v1.InvoiceSent', 'invoice', 'i', 1, 'user:1', '', now(), '', now() - age
    from (values (${ids[0]}::uuid, interval '3 days'), (${ids[1]}::uuid, interval '1 day')) as given (id, age)`);
  const waiting = async () =>
    (await db.execute<{ id: string }>(sql`select id from outbox order by id`)).map(({ id }) => id);
  const print = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  vi.stubEnv('DATABASE_URL', server.url('postgres'));
  vi.stubEnv('DATA_DIR', scratch.path);

  await runCommand(['republish', '--since', new Date(Date.now() - 2 * 86_400_000).toISOString()]);
  expect(await waiting()).toEqual([ids[1]]);
  expect(print.mock.calls.map(([line]) => line)).toEqual(
    SERVICE_NAMES.map(
      (service) => `${service}: ${service === 'invoice' ? '1 event' : '0 events'} to be published again\n`,
    ),
  );
  await runCommand(['republish']);
  expect(await waiting()).toEqual(ids.toSorted());
  await closeDatabase(db);
});
