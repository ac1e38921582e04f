import { access, constants, mkdir, stat } from 'node:fs/promises';
import { dirname, sep } from 'node:path';

/** Error codes of Node and of Postgres for a full disk. */
const DISK_FULL = /no space left on device|disk quota exceeded/i;

/** What to do when the folder that DATA_DIR names cannot be used. */
const CHANGE_DATA_DIR = 'Set DATA_DIR to a folder of your own.';

/**
 * Creates a data directory, closed to other users, unless it exists.
 *
 * @throws Error when it cannot be created or written; it says what to do: `todo`, by default to change DATA_DIR
 */
export async function makeDataDir(path: string, todo: string = CHANGE_DATA_DIR): Promise<void> {
  try {
    await makeFolder(path);
  } catch (cause) {
    throw notFolder(path, cause, todo);
  }
  await requireWritable(path, todo);
}

/** @throws Error saying who cannot write to a folder, and what to do: `todo`, by default to change DATA_DIR */
export async function requireWritable(path: string, todo: string = CHANGE_DATA_DIR): Promise<void> {
  await access(path, constants.W_OK | constants.X_OK).catch((cause: NodeJS.ErrnoException) => {
    const reason = cause.code === 'EROFS' ? 'its file system is read-only' : cause.code;
    throw new Error(`${path} cannot be written by user ${process.getuid?.()} (${reason}). ${todo}`, { cause });
  });
}

function notFolder(path: string, cause: unknown, todo = CHANGE_DATA_DIR): Error {
  const code = cause instanceof Error && 'code' in cause ? cause.code : cause;
  return new Error(`${path} cannot be made a folder (${code}). ${todo}`, { cause });
}

/** Like `mkdir -p`. That of Node never ends in a file system such as /proc, which reports a missing folder where none can be made. */
async function makeFolder(path: string): Promise<void> {
  const make = () => mkdir(path, { mode: 0o700 });
  await make().catch(async (error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST' && (await stat(path)).isDirectory()) return;
    if (error.code !== 'ENOENT' || path === dirname(path)) throw error;
    await makeFolder(dirname(path));
    await make();
  });
}

/**
 * The data directory, or the nearest folder above it that is already there, in which it would be created.
 *
 * @throws Error when there is something else in its place; it says to change DATA_DIR
 */
export async function nearestFolder(path: string): Promise<string> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT' || path === dirname(path)) throw notFolder(path, error);
    return undefined;
  });
  if (found === undefined) return nearestFolder(dirname(path));
  if (!found.isDirectory()) throw notFolder(path, 'ENOTDIR');
  return path;
}

/** Turns an error of using the data directory into one that names it and DATA_DIR and says what to do; leaves others as they are. */
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
