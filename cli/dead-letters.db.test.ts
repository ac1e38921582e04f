import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { closeDatabase, type Database, openDatabase } from '../runtime/database/database.ts';
import { databaseUrlOf, ensureDatabase } from '../runtime/database/ensure-database.ts';
import { migrate } from '../runtime/database/migrate.ts';
import type { EmbeddedPostgres } from '../runtime/embedded-postgres/embedded-postgres.ts';
import { listDeadLetters } from '../runtime/events/dead-letters.ts';
import { makeScratchDir } from '../runtime/testing/scratch-dir.ts';
import { startEmptyPostgres } from '../runtime/testing/start-empty-postgres.ts';
import { runCommand } from './commands.ts';

const scratch = makeScratchDir('numer-dead-letters');
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

async function countLetters(db: Database): Promise<number> {
  return (await listDeadLetters(db, 1_000)).length;
}

test('resend sends each event once, also those that are given up again at once, and drop forgets them', async () => {
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
  // It acts like a running service whose consumer gives up each event before the command looks again.
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
  const [letter] = await listDeadLetters(db, 1_000);
  expect(await countLetters(db)).toBe(150);

  for (const id of [letter?.eventId ?? '', randomUUID()]) await runCommand(['dead-letters', 'drop', 'user', id]);
  expect(await countLetters(db)).toBe(149);
  await runCommand(['dead-letters', 'drop', 'user']);
  expect(await countLetters(db)).toBe(0);
  const dropped = [1, 0, 149].map((count) => [`user: ${count} dropped\n`]);
  expect(print.mock.calls.slice(1)).toEqual(dropped);
  await closeDatabase(db);
});
