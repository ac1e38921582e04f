import { spawn, spawnSync } from 'node:child_process';
import {
  chownSync,
  closeSync,
  fsyncSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { USE_OWN_SERVER } from './binaries.ts';
import type { RunAs } from './run-as.ts';

/** The major version of the programs, which must also be the one that made the cluster. */
const POSTGRES_MAJOR = '18';

/** The only account of the server; it owns everything in it. */
export const POSTGRES_USER = 'postgres';

/** How often a removal is repeated, each time after a pause that is 100 ms longer. */
const REMOVALS_MAX = 5;

/** The folder of the cluster in `homeDir`, which also holds its lock and socket. */
export function clusterDirOf(homeDir: string): string {
  return join(homeDir, 'cluster');
}

/**
 * Whether there is a cluster at `clusterDir`.
 *
 * @throws Error when it was made by another major version, or may not be looked at
 */
export function hasCluster(clusterDir: string): boolean {
  if (!isThere(clusterDir)) return false;
  checkVersion(clusterDir);
  return true;
}

/**
 * Makes an empty cluster at `clusterDir` unless there is one. A crash at any moment leaves either none or a whole one:
 * it is made under another name, synced, and then renamed. Assumes that the caller holds the folder's lock.
 *
 * @throws Error when the cluster was made by another major version, or cannot be made
 */
export async function createCluster(clusterDir: string, initdb: string, runAs: RunAs, durable: boolean): Promise<void> {
  if (hasCluster(clusterDir)) {
    takeOver(clusterDir, runAs);
    return;
  }
  removeUnfinished(clusterDir);
  // A name of its own: the programs of a start that was killed may still write into theirs.
  const newDir = mkdtempSync(`${clusterDir}.new-`);
  if (process.getuid?.() === 0) chownSync(newDir, runAs.uid, runAs.gid);
  await runInitdb(newDir, initdb, runAs, durable);
  renameSync(newDir, clusterDir);
  // Without this a power cut could bring the old name back after people have stored data.
  syncDirectory(dirname(clusterDir));
  removeUnfinished(clusterDir);
}

/** Removes what interrupted starts have left. Their programs end soon, but may write once more during the removal. */
function removeUnfinished(clusterDir: string): void {
  const homeDir = dirname(clusterDir);
  for (const name of readdirSync(homeDir)) {
    if (!name.startsWith(`${basename(clusterDir)}.new`)) continue;
    rmSync(join(homeDir, name), { recursive: true, force: true, maxRetries: REMOVALS_MAX });
  }
}

/** Whether there is such a file. Unlike `existsSync` it takes none that may not be looked at for one that is missing. */
function isThere(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

function checkVersion(clusterDir: string): void {
  const path = join(clusterDir, 'PG_VERSION');
  const version = isThere(path) ? readFileSync(path, 'utf8').trim() : 'something else';
  if (version === POSTGRES_MAJOR) return;
  throw new Error(
    `${clusterDir} was made by PostgreSQL ${version}, the embedded one is ${POSTGRES_MAJOR}. ` +
      `Move the folder away or set DATA_DIR to start empty. ${USE_OWN_SERVER}`,
  );
}

/**
 * Gives root's cluster to the account of the server. That account changes when the folder comes to a machine where
 * Postgres cannot run on root's files, or back.
 */
function takeOver(clusterDir: string, runAs: RunAs): void {
  if (process.getuid?.() !== 0 || statSync(clusterDir).uid === runAs.uid) return;
  const result = spawnSync('chown', ['-R', `${runAs.uid}:${runAs.gid}`, clusterDir], { encoding: 'utf8' });
  if (result.status !== 0) throw new Error(`${clusterDir} cannot be given to the server: ${result.stderr.trim()}`);
}

async function runInitdb(newDir: string, initdb: string, runAs: RunAs, durable: boolean): Promise<void> {
  const words = [
    ...runAs.prefix,
    initdb,
    '-D',
    newDir,
    '-U',
    POSTGRES_USER,
    '--auth-local=trust',
    '--auth-host=reject',
  ];
  words.push('--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8');
  words.push('--no-instructions', ...(durable ? [] : ['--no-sync']));
  const [command = initdb, ...args] = words;
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'], env: programEnv(), detached: true });
  const exit = new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve));
  const [status, errors] = await Promise.all([exit, text(child.stderr)]);
  if (status !== 0) throw new Error(`PostgreSQL could not make its data directory ${newDir}: ${errors.trim()}`);
}

/** Waits until the names in a folder are on the disk. */
export function syncDirectory(path: string): void {
  const handle = openSync(path, 'r');
  fsyncSync(handle);
  closeSync(handle);
}

/** What Postgres programs see of the environment: no PG* variable meant for another server, and messages in English. */
export function programEnv(): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH, LC_ALL: 'C' };
}
