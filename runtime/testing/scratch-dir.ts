import { spawn } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A temporary folder that does not outlive this process, however the process ends. */
export interface ScratchDir {
  readonly path: string;
  /** Names all processes that must be killed before the folder is removed; replaces those named before. */
  guard(processIds: readonly number[]): void;
  /** Removes the folder now. */
  remove(): void;
}

/** Reads lists of process ids until the pipe ends, kills those of the last list and removes the folder. */
const WATCHER = `
  while read -r line; do pids=$line; done
  [ -z "$pids" ] || kill -9 $pids
  tries=0
  while [ -e "$1" ] && [ $tries -lt 50 ]; do rm -rf "$1"; tries=$((tries + 1)); sleep 0.1; done
`;

/** Makes an empty folder of that prefix under the system's temporary folder, closed to other users. */
export function makeScratchDir(prefix: string): ScratchDir {
  const path = realpathSync(mkdtempSync(join(tmpdir(), `${prefix}-`)));
  // A shell at the other end of a pipe: the pipe ends with this process even when it is killed with -9.
  const watcher = spawn('sh', ['-c', WATCHER, 'sh', path], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  watcher.stdin.on('error', () => undefined);
  watcher.unref();
  if ('unref' in watcher.stdin && typeof watcher.stdin.unref === 'function') watcher.stdin.unref();
  return {
    path,
    guard: (processIds) => void watcher.stdin.write(`${processIds.join(' ')}\n`),
    remove() {
      watcher.stdin.end('\n');
      rmSync(path, { recursive: true, force: true, maxRetries: 10 });
    },
  };
}
