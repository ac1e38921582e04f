import { mkdir, stat } from 'node:fs/promises';
import { dirname, sep } from 'node:path';

/** What a full disk is called by Node and by Postgres. */
const DISK_FULL = /no space left on device|disk quota exceeded/i;

/** What to do when the folder that DATA_DIR names is of no use. */
const CHANGE_DATA_DIR = 'Set DATA_DIR to a folder of your own.';

/**
 * Makes a data directory, closed to other users, unless it is there.
 *
 * @throws Error when it cannot be made, with what to do: `todo`, by default to change DATA_DIR
 */
export async function makeDataDir(path: string, todo: string = CHANGE_DATA_DIR): Promise<void> {
  try {
    await makeFolder(path);
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : cause;
    throw new Error(`${path} cannot be made a folder (${code}). ${todo}`, { cause });
  }
}

/** As `mkdir -p`. Node's own never ends in a file system, such as /proc, that tells of a missing folder where none can be made. */
async function makeFolder(path: string): Promise<void> {
  const make = () => mkdir(path, { mode: 0o700 });
  await make().catch(async (error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST' && (await stat(path)).isDirectory()) return;
    if (error.code !== 'ENOENT' || path === dirname(path)) throw error;
    await makeFolder(dirname(path));
    await make();
  });
}

/** An error of using the data directory as one that names it and DATA_DIR, and says what to do; any other as it is. */
export function dataDirError(dataDir: string, cause: unknown): unknown {
  if (!(cause instanceof Error)) return cause;
  const full = DISK_FULL.exec(cause.message)?.[0].toLowerCase();
  if (full !== undefined) {
    const todo = 'Make room on it, or set DATA_DIR to a folder on another one.';
    return new Error(`The disk that ${dataDir} is on is full (${full}). ${todo}`, { cause });
  }
  const { path, code }: NodeJS.ErrnoException = cause;
  if (code === undefined || path === undefined || !path.startsWith(dataDir + sep)) return cause;
  return new Error(`${dataDir} cannot be used (${cause.message}). ${CHANGE_DATA_DIR}`, { cause });
}
