import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { waitUntil } from '../testing/wait-until.ts';
import { backUpCluster } from './back-up-cluster.ts';
import { findPostgresBinaries } from './binaries.ts';
import { clusterDirOf } from './cluster.ts';
import { databaseUrl } from './database-url.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres.ts';
import { postgresSettings } from './postgres-settings.ts';
import { chooseRunAs } from './run-as.ts';
import { startServer } from './server-process.ts';
import { makeSocketDir } from './socket-dir.ts';
import { useDataDir, withSql } from './testing/use-data-dir.ts';

const place = useDataDir();

/** What is in the table of {@link count} and of its rows. */
interface Counted {
  readonly rows: number;
  readonly last: number;
  readonly sum: string;
}

/** Writes one row after the other to both databases, of which the second is never ahead, until it is told to stop. */
async function count(server: EmbeddedPostgres, isOver: () => boolean, onWritten: (n: number) => void): Promise<void> {
  await withSql(server.url('postgres'), (first) =>
    withSql(server.url('template1'), async (second) => {
      for (let n = 1; !isOver(); n++) {
        // A row is changed as well, so that pages are written over while they are copied.
        for (const sql of [first, second]) {
          await sql`with added as (insert into counted values (${n}, repeat(md5(${n}::text), 20)) returning n)
            update counter set sum = sum + added.n from added`;
        }
        if (n % 50 === 0) await first`checkpoint`;
        onWritten(n);
      }
    }),
  );
}

async function counted(server: EmbeddedPostgres, database: string): Promise<Counted> {
  const rows = await withSql(
    server.url(database),
    (sql) => sql<Counted[]>`
      select count(*)::int as rows, max(n) as last, (select sum::text from counter) as sum from counted`,
  );
  return rows[0] ?? { rows: 0, last: 0, sum: '' };
}

test('a copy that is made while others write holds all that was there, whole, and of one moment', async () => {
  place.useData();
  const server = await place.start();
  for (const database of ['postgres', 'template1']) {
    await withSql(server.url(database), async (sql) => {
      await sql`create table counted (n int primary key, filler text)`;
      await sql`create table counter (sum bigint)`;
      await sql`insert into counter values (0)`;
    });
  }
  let [written, isOver] = [0, false];
  const writer = count(
    server,
    () => isOver,
    (n) => {
      written = n;
    },
  );
  await waitUntil(() => written >= 100, { timeoutMs: 30_000 });

  const before = written;
  const copy = join(place.scratchDir, 'copy');
  await backUpCluster(server.url('postgres'), clusterDirOf(place.dataDir), clusterDirOf(copy));
  const after = written;
  isOver = true;
  await writer;
  // None of its slots keeps the log from then on.
  const slots = await withSql(server.url('postgres'), (sql) => sql`select from pg_replication_slots`);
  expect(slots).toHaveLength(0);
  await server.stop();

  const copied = await startEmbeddedPostgres({ dataDir: copy });
  place.cleanups.push(() => copied.stop());
  const [first, second] = [await counted(copied, 'postgres'), await counted(copied, 'template1')];
  for (const { rows, last, sum } of [first, second]) {
    expect({ rows, sum }).toEqual({ rows: last, sum: String((last * (last + 1)) / 2) });
    expect(last).toBeGreaterThanOrEqual(before);
    expect(last).toBeLessThanOrEqual(after + 1);
  }
  expect([0, 1]).toContain(first.last - second.last);
});

/**
 * Ends the session of a backup as soon as its server knows that the backup is over, while the log is still to be
 * copied.
 */
async function endSessionAfterStop(server: EmbeddedPostgres, isOver: () => boolean): Promise<number> {
  return withSql(server.url('postgres'), async (sql) => {
    let ended = 0;
    while (!isOver() && ended === 0) {
      const rows = await sql`
        select pg_terminate_backend(pid) from pg_stat_activity
        where application_name = 'numer-backup' and state = 'idle' and query like '%pg_backup_stop%'`;
      ended = rows.length;
    }
    return ended;
  });
}

test('a copy whose server ended before the log was copied, and so may have removed it, is none', async () => {
  place.useData();
  const server = await place.start();
  let isOver = false;
  // Each switch leaves one more segment to be copied.
  const log = withSql(server.url('postgres'), async (sql) => {
    while (!isOver) await sql`select pg_logical_emit_message(false, 'numer', 'x'), pg_switch_wal()`;
  });
  const ended = endSessionAfterStop(server, () => isOver);
  const copy = join(place.scratchDir, 'copy');
  const copying = backUpCluster(server.url('postgres'), clusterDirOf(place.dataDir), clusterDirOf(copy));
  const outcome = await copying.then(
    () => 'copied',
    (error: Error) => error.message,
  );
  isOver = true;
  await log;
  expect(await ended).toBe(1);
  expect(outcome).toBe('Postgres ended during the backup. Try again.');
});

test('a server of an earlier version, which keeps too little in its log, is left as it is', async () => {
  place.useData();
  const runAs = chooseRunAs(place.dataDir, findPostgresBinaries().postgres);
  const socketDir = makeSocketDir(place.dataDir, runAs);
  const server = await startServer({
    program: findPostgresBinaries().postgres,
    runAs,
    clusterDir: clusterDirOf(place.dataDir),
    settings: [...postgresSettings({ socketDir, durable: true }), 'wal_level=minimal'],
    log: () => undefined,
    onSpawn: () => undefined,
  });
  place.cleanups.push(() => server.stop());
  const copy = join(place.scratchDir, 'copy');
  await expect(
    backUpCluster(databaseUrl(socketDir, 'postgres'), clusterDirOf(place.dataDir), clusterDirOf(copy)),
  ).rejects.toThrow('Restart it first');
  expect(existsSync(copy)).toBe(false);
});
