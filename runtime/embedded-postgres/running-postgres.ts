import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { clusterDirOf } from './cluster.ts';
import { databaseUrl } from './database-url.ts';
import { isServerOf } from './orphan.ts';

/** Lines of postmaster.pid, from 0. */
const PID_LINE = 0;
const SOCKET_DIR_LINE = 4;

/** An embedded Postgres that another process runs. */
export interface RunningPostgres {
  /** Connection string of a database, as `EmbeddedPostgres.url` gives it. */
  url(database: string): string;
}

/** The embedded Postgres that another process runs on `dataDir`, for a command beside it; undefined when none does. */
export function findRunningPostgres(dataDir: string): RunningPostgres | undefined {
  const pidFile = join(clusterDirOf(dataDir), 'postmaster.pid');
  if (!existsSync(pidFile)) return undefined;
  const lines = readFileSync(pidFile, 'utf8').split('\n');
  const pid = Number.parseInt(lines[PID_LINE] ?? '', 10);
  const socketDir = lines[SOCKET_DIR_LINE] ?? '';
  if (!(pid > 1) || socketDir === '' || !isServerOf(pid, clusterDirOf(realpathSync(dataDir)))) return undefined;
  return { url: (database) => databaseUrl(socketDir, database) };
}
