import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { closeDatabase, openDatabase } from '../runtime/database/database.ts';
import { databaseUrlOf, ensureDatabase } from '../runtime/database/ensure-database.ts';
import { migrate } from '../runtime/database/migrate.ts';
import type { EmbeddedPostgres } from '../runtime/embedded-postgres/embedded-postgres.ts';
import { listDeadLetters } from '../runtime/events/dead-letters.ts';
import { makeScratchDir } from '../runtime/testing/scratch-dir.ts';
import { startThrowAwayPostgres } from '../runtime/testing/throw-away-postgres.ts';
import { runCommand } from './commands.ts';

const scratch = makeScratchDir('numer-dead-letters');
let server: EmbeddedPostgres;
beforeAll(async () => {
  server = await startThrowAwayPostgres();
});
afterAll(async () => {
  await server.stop();
  scratch.remove();
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

test('resend sends each event once, also those that are given up again at once', async () => {
  await ensureDatabase(server.url('postgres'), 'user');
  const url = databaseUrlOf(server.url('postgres'), 'user');
  await migrate(url, [new URL('../runtime/database/migrations/', import.meta.url)]);
  const db = openDatabase({ url, applicationName: 'test', connectionsMax: 1 });
  await db.execute(sql`
    insert into dead_letters (event_id, topic, type, source, subject, version, actor, request_id, create_time, body, reason,
      attempts)
    select gen_random_uuid(), 'user.updated', 'numer.user.v1.UserUpdated', 'user', 'u', 1, 'service:user', '', now(), '',
      'cannot be decoded', 1
    from generate_series(1, 150)`);
  // A running service whose consumer gives up each event before the command looks again.
  await db.execute(sql`
    create function give_up() returns trigger language plpgsql as $$ begin
      insert into dead_letters (event_id, topic, type, source, subject, version, actor, request_id, create_time, body, reason,
        attempts, dead_time)
      values (new.id, new.topic, new.type, new.source, new.subject, new.version, new.actor, new.request_id,
        new.create_time, new.body, 'cannot be decoded', 1, clock_timestamp());
      return null;
    end $$`);
  await db.execute(sql`create trigger give_up after insert on outbox for each row execute function give_up()`);
  const print = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  vi.stubEnv('DATABASE_URL', server.url('postgres'));
  vi.stubEnv('DATA_DIR', scratch.path);

  await runCommand(['dead-letters', 'resend', 'user']);

  expect(print.mock.calls).toEqual([['user: 150 sent again\n']]);
  expect(await listDeadLetters(db, 1_000)).toHaveLength(150);
  await closeDatabase(db);
});
