import { existsSync, lstatSync, realpathSync } from 'node:fs';
import { copyFile, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { backUpCluster } from '../runtime/embedded-postgres/back-up-cluster.ts';
import { clusterDirOf, syncDirectory } from '../runtime/embedded-postgres/cluster.ts';
import { UsageError } from './command.ts';
import { readStartConfig } from './config.ts';
import { makeDataDir } from './data-dir.ts';
import { joinLocalEnvironment, postgresDirOf } from './environment.ts';
import { KEYS_FILE } from './keys.ts';

/** What to do when the named folder cannot be created. */
const NAME_ANOTHER = 'Name another folder.';

/**
 * `numer backup FOLDER`: copies the keys and the databases of the embedded Postgres, all as of the same moment, whether or not the
 * system runs. The folder becomes a data directory like the original. It appears only once it is complete and written to disk.
 *
 * @throws UsageError when no folder is named; Error when it exists, cannot be created, or the data is on another Postgres server
 */
export async function backUp(folder: string | undefined): Promise<void> {
  if (folder === undefined) throw new UsageError('Name the folder to make.');
  const config = readStartConfig();
  if (config.DATABASE_URL !== '') {
    throw new Error('DATABASE_URL names a server of your own; back it up as docs/operations.md describes.');
  }
  const target = resolve(folder);
  const isThere = lstatSync(target, { throwIfNoEntry: false }) !== undefined;
  if (isThere) throw new Error(`${target} already exists. Name a folder that does not exist yet.`);
  const environment = await joinLocalEnvironment();
  try {
    await makeDataDir(dirname(target), NAME_ANOTHER);
    const data = realpathSync(clusterDirOf(postgresDirOf(resolve(config.DATA_DIR))));
    // The copy would be copied too, endlessly.
    if (`${realpathSync(dirname(target))}${sep}`.startsWith(`${data}${sep}`)) {
      throw new Error(`${target} is inside the folder of the databases. ${NAME_ANOTHER}`);
    }
    // It has another name until it is complete, so that nobody mistakes half a backup for a whole one.
    const unfinished = await mkdtemp(`${target}.unfinished-`);
    try {
      await copyData(resolve(config.DATA_DIR), environment.databaseUrl, unfinished);
      await rename(unfinished, target);
    } catch (error) {
      // Copies in progress may still write while it is removed.
      await rm(unfinished, { recursive: true, force: true, maxRetries: 5 });
      throw error;
    }
    syncDirectory(dirname(target));
  } finally {
    await environment.close();
  }
  process.stdout.write(`Backed up to ${target}. With DATA_DIR set to it, \`npx numer start\` runs it.\n`);
}

async function copyData(dataDir: string, databaseUrl: string, target: string): Promise<void> {
  await makeDataDir(postgresDirOf(target));
  await backUpCluster(databaseUrl, clusterDirOf(postgresDirOf(dataDir)), clusterDirOf(postgresDirOf(target)));
  const keys = join(dataDir, KEYS_FILE);
  // There are none when the environment gives them.
  if (existsSync(keys)) await copyFile(keys, join(target, KEYS_FILE));
  syncDirectory(target);
}
