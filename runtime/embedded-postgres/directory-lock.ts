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
 * @param owner whom a file that root makes shall belong to, so that the same folder still serves them afterwards
 */
export function lockFile(
  path: string,
  owner: { readonly uid: number; readonly gid: number },
): DirectoryLock | undefined {
  const file = new DatabaseSync(path, { timeout: 0 });
  try {
    file.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    file.close();
    if (error instanceof Error && 'errcode' in error && error.errcode === BUSY) return undefined;
    throw error;
  }
  if (process.getuid?.() === 0) chownSync(path, owner.uid, owner.gid);
  return {
    release() {
      if (file.isOpen) file.close();
    },
  };
}
