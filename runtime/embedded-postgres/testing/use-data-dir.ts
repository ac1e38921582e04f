import { type ChildProcess, type ChildProcessByStdio, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { Sql } from 'postgres';
import { afterEach, beforeAll, beforeEach } from 'vitest';
import { openConnection } from '../../database/open-connection.ts';
import { askFixture } from '../../testing/ask-fixture.ts';
import { makeScratchDir, type ScratchDir } from '../../testing/scratch-dir.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../embedded-postgres.ts';

/** Where a test has its server. */
export interface DataDir {
  /** The folder of the server, which does not exist yet; a test may choose another one. */
  dataDir: string;
  /** The folder that it is in, removed after the test. */
  readonly scratchDir: string;
  /** Called after the test, in reverse order. */
  readonly cleanups: (() => unknown)[];
  /** Begins with the data of an earlier start: for tests that are not about the first one, which takes its time. */
  useData(): void;
  /** Starts the server. Durable, as for people: what is tested here is that nothing is lost. */
  start(): Promise<EmbeddedPostgres>;
  /** Another Node that starts the server on the same folder and holds it; `prefix` runs it under another account. */
  startInChild(prefix?: readonly string[]): Promise<{ readonly child: ChildProcess; readonly url: string }>;
  /** The same, not waiting until the server has started. */
  spawnStart(prefix?: readonly string[]): ChildProcessByStdio<null, Readable, null>;
  /** The id of the server's main process. */
  mainProcessId(): number;
}

/** Gives each test of a file a folder for a server of its own. */
export function useDataDir(): DataDir {
  /** A data directory that was started once. */
  let made: string;
  let scratch: ScratchDir;

  beforeAll(async () => {
    made = await askFixture('empty-postgres');
  });

  beforeEach(() => {
    scratch = makeScratchDir('numer-test-embedded');
    place.dataDir = join(scratch.path, 'data');
  });
  afterEach(async () => {
    for (const cleanup of place.cleanups.splice(0).reverse()) await cleanup();
    scratch.remove();
  });

  const place: DataDir = {
    dataDir: '',
    get scratchDir() {
      return scratch.path;
    },
    cleanups: [],
    useData() {
      execFileSync('cp', ['-a', made, place.dataDir]); // keeps permissions, which Node's own copy does not
    },
    async start() {
      const server = await startEmbeddedPostgres({ dataDir: place.dataDir });
      place.cleanups.push(() => server.stop());
      return server;
    },
    async startInChild(prefix) {
      const child = place.spawnStart(prefix);
      const [url] = await once(createInterface({ input: child.stdout }), 'line');
      return { child, url: String(url) };
    },
    spawnStart(prefix = []) {
      const script = `
        import { startEmbeddedPostgres } from ${JSON.stringify(new URL('../embedded-postgres.ts', import.meta.url).href)};
        const server = await startEmbeddedPostgres({ dataDir: ${JSON.stringify(place.dataDir)} });
        console.log(server.url('postgres'));`;
      const words = [...prefix, process.execPath, '--input-type=module', '--eval', script];
      const [command = '', ...args] = words;
      const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'], cwd: '/' });
      place.cleanups.push(() => child.kill('SIGKILL'));
      return child;
    },
    mainProcessId() {
      return Number.parseInt(readFileSync(join(place.dataDir, 'cluster/postmaster.pid'), 'utf8'), 10);
    },
  };
  return place;
}

/** Uses a connection to a database of a server. */
export async function withSql<T>(url: string, use: (sql: Sql) => Promise<T>): Promise<T> {
  const sql = openConnection(url, { backoff: () => 0.05 });
  try {
    return await use(sql);
  } finally {
    await sql.end({ timeout: 1 });
  }
}

/** Stores a note. */
export async function remember(server: Pick<EmbeddedPostgres, 'url'>, note: string): Promise<void> {
  await withSql(server.url('postgres'), async (sql) => {
    await sql`create table if not exists notes (note text)`;
    await sql`insert into notes values (${note})`;
  });
}

/** The notes that are stored. */
export async function remembered(server: Pick<EmbeddedPostgres, 'url'>): Promise<string[]> {
  const rows = await withSql(server.url('postgres'), (sql) => sql<{ note: string }[]>`select note from notes`);
  return rows.map((row) => row.note);
}
