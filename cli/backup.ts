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

/** What to do when the folder that was named cannot be made. */
const NAME_ANOTHER = 'Name another folder.';

/**
 * `numer backup FOLDER`: copies the databases of the embedded Postgres, all of the same moment, and the keys, while the system runs or
 * without it. The folder is a data directory like the one it was made from, there only once it is complete and on the disk.
 *
 * @throws UsageError when no folder is named; Error when it is there already, cannot be made, or the data is on a server of its own
 */
export async function backUp(folder: string | undefined): Promise<void> {
  if (folder === undefined) throw new UsageError('Name the folder to make.');
  const config = readStartConfig();
  if (config.DATABASE_URL !== '') {
    throw new Error('DATABASE_URL names a server of its own: back it up as docs/operations.md says.');
  }
  const target = resolve(folder);
  const isThere = lstatSync(target, { throwIfNoEntry: false }) !== undefined;
  if (isThere) throw new Error(`${target} is there already. Name a folder that is not.`);
  const environment = await joinLocalEnvironment();
  try {
    await makeDataDir(dirname(target), NAME_ANOTHER);
    const data = realpathSync(clusterDirOf(postgresDirOf(resolve(config.DATA_DIR))));
    // The copy would be copied as well, without end.
    if (`${realpathSync(dirname(target))}${sep}`.startsWith(`${data}${sep}`)) {
      throw new Error(`${target} is within the databases themselves. ${NAME_ANOTHER}`);
    }
    // Under another name until it is complete, so that nobody takes half a backup for one.
    const unfinished = await mkdtemp(`${target}.unfinished-`);
    try {
      await copyData(resolve(config.DATA_DIR), environment.databaseUrl, unfinished);
      await rename(unfinished, target);
    } catch (error) {
      // Copies that were under way may write once more while it is removed.
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
  // There are none where they are given by the environment.
  if (existsSync(keys)) await copyFile(keys, join(target, KEYS_FILE));
  syncDirectory(target);
}
