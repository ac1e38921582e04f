import { createHash } from 'node:crypto';
import { chownSync, lstatSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Longest socket path that every system takes, in bytes: macOS has 104 with the ending zero, Linux 108. */
const SOCKET_PATH_BYTES_MAX = 103;

/** The file Postgres makes in the folder for port 5432. */
const SOCKET_NAME = '.s.PGSQL.5432';

/**
 * Makes the closed folder for the server's socket and gives its path: within `homeDir`, or where that path is too long
 * for a socket, under the system's temporary folder, always the same one for the same `homeDir`.
 *
 * @param owner the account of the server
 * @throws Error when somebody else has made a folder of that name
 */
export function makeSocketDir(homeDir: string, owner: { readonly uid: number; readonly gid: number }): string {
  const near = join(homeDir, 'socket');
  const path = fits(near) ? near : join(tmpdir(), `numer-postgres-${digest(homeDir)}`);
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const { uid, mode } = lstatSync(path);
  // The name under the shared temporary folder can be guessed, so another user could have been there first.
  const ours = uid === process.getuid?.() || uid === owner.uid;
  if (!ours || (mode & 0o077) !== 0 || !fits(path)) {
    throw new Error(`${path} cannot hold the socket of the embedded PostgreSQL. Set DATA_DIR to a shorter path.`);
  }
  if (process.getuid?.() === 0) chownSync(path, owner.uid, owner.gid);
  return path;
}

function fits(dir: string): boolean {
  return Buffer.byteLength(join(dir, SOCKET_NAME)) <= SOCKET_PATH_BYTES_MAX;
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
