import { mkdirSync, realpathSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { findPostgresBinaries } from './binaries.ts';
import { clusterDirOf, createCluster } from './cluster.ts';
import { databaseUrl } from './database-url.ts';
import { type DirectoryLock, lockFile } from './directory-lock.ts';
import { clearLeftovers } from './orphan.ts';
import { postgresSettings } from './postgres-settings.ts';
import { chooseRunAs } from './run-as.ts';
import { type ServerOptions, startServer } from './server-process.ts';
import { makeSocketDir } from './socket-dir.ts';
import { keepRunning } from './supervisor.ts';

/** How to start an embedded Postgres. */
export interface EmbeddedPostgresOptions {
  /** Folder of its own for the cluster, its lock and its socket; made when missing, closed to other users. */
  readonly dataDir: string;
  /** Receives each line the server writes. */
  readonly log?: (line: string) => void;
  /** False only for clusters that are thrown away: faster, but a crash of the machine may lose everything. */
  readonly durable?: boolean;
  /** Called each time the server's process has been started, before it accepts connections. */
  readonly onSpawn?: () => void;
  /** Called each time that the server died, and each time that it could not be started again, with the reason. */
  readonly onTrouble?: (message: string) => void;
}

/** A running Postgres that belongs to this process. */
export interface EmbeddedPostgres {
  /** Connection string of a database, with the socket's folder as `host` parameter as in libpq. */
  url(database: string): string;
  /** Stops the server, within a few seconds, and lets others use the folder. What was committed is kept. Safe to repeat. */
  stop(): Promise<void>;
}

/**
 * Starts Postgres from the programs that npm installed, on a folder that is made at the first start.
 *
 * It is reached only through a Unix socket in a closed folder, so it needs no port and no password. It never outlives
 * this process on Linux; elsewhere the next start stops what was left. A server that dies is started again.
 *
 * @throws Error with what to do about it: no programs for this platform, folder in use or of another user or version
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const binaries = findPostgresBinaries();
  mkdirSync(options.dataDir, { recursive: true, mode: 0o700 });
  const homeDir = realpathSync(options.dataDir);
  const runAs = chooseRunAs(homeDir, binaries.postgres);
  const lock = lockFile(join(homeDir, 'lock'), statSync(homeDir));
  if (lock === undefined) {
    throw new Error(`${homeDir} is in use by another running process. Stop it, or set DATA_DIR to another folder.`);
  }
  try {
    const clusterDir = clusterDirOf(homeDir);
    const durable = options.durable ?? true;
    const socketDir = makeSocketDir(homeDir, runAs);
    await createCluster(clusterDir, binaries.initdb, runAs, durable);
    const settings = postgresSettings({ socketDir, durable });
    const { log = () => {}, onSpawn = () => {} } = options;
    const server = { program: binaries.postgres, runAs, clusterDir, settings, log, onSpawn };
    return await run(server, socketDir, lock, options);
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function run(
  server: ServerOptions,
  socketDir: string,
  lock: DirectoryLock,
  options: EmbeddedPostgresOptions,
): Promise<EmbeddedPostgres> {
  const start = async () => {
    await clearLeftovers(server.clusterDir, socketDir);
    return startServer(server);
  };
  const running = await keepRunning(start, options.onTrouble ?? (() => {}));
  return {
    url: (database) => databaseUrl(socketDir, database),
    stop: async () => {
      await running.stop();
      rmSync(socketDir, { recursive: true, force: true });
      lock.release();
    },
  };
}
