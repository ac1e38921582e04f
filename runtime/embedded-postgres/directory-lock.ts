import { chownSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

/** Held until `release` is called or the process ends, however it ends. */
export interface DirectoryLock {
  /** Lets others in. Safe to repeat. */
  release(): void;
}

/** SQLITE_BUSY: the lock is held by somebody else. */
const BUSY = 5;

/**
 * Takes an exclusive lock on the file `path`, made when missing, or gives undefined when another holder has it.
 *
 * Node has no call for file locks. SQLite takes one for an exclusive transaction, and the system releases it when the
 * process dies, so there are no stale locks and no process ids to mistrust. The file stays empty.
 *
 * @throws Error when the file cannot be made or its file system has no locks
 * @param owner of a file that root makes, so that this account can still use the folder afterwards
 */
export function lockFile(
  path: string,
  owner: { readonly uid: number; readonly gid: number },
): DirectoryLock | undefined {
  let file: DatabaseSync | undefined;
  try {
    file = new DatabaseSync(path, { timeout: 0 });
    file.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    file?.close();
    if (error instanceof Error && 'errcode' in error && error.errcode === BUSY) return undefined;
    throw new Error(`${path} cannot be locked. Set DATA_DIR to a folder that is writable and on a local disk.`, {
      cause: error,
    });
  }
  const held = file;
  if (process.getuid?.() === 0) chownSync(path, owner.uid, owner.gid);
  return {
    release() {
      if (held.isOpen) held.close();
    },
  };
}
