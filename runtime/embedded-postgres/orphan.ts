import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readlinkSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** How long each way of stopping gets, gentlest first. After any of them the server recovers from its log. */
const STOP_STEPS = [
  { signal: 'SIGINT', waitMs: 10_000 },
  { signal: 'SIGQUIT', waitMs: 3_000 },
  { signal: 'SIGKILL', waitMs: 3_000 },
] as const;

const POLL_MS = 20;

/**
 * Clears what a killed process left behind: stops a server that still runs on the cluster and removes its pid file,
 * socket and socket lock, which would otherwise keep the next server from starting when the process id was given to
 * another program. Assumes that the caller holds the folder's lock, so that nobody else is using that server.
 *
 * @throws Error when the server cannot be stopped
 */
export async function clearLeftovers(clusterDir: string, socketDir: string): Promise<void> {
  const pidFile = join(clusterDir, 'postmaster.pid');
  if (existsSync(pidFile)) {
    const pid = Number.parseInt(readFileSync(pidFile, 'utf8'), 10);
    if (pid > 1 && isServerOf(pid, clusterDir)) await stopServer(pid, clusterDir);
    rmSync(pidFile, { force: true });
  }
  for (const name of ['.s.PGSQL.5432', '.s.PGSQL.5432.lock']) rmSync(join(socketDir, name), { force: true });
}

async function stopServer(pid: number, clusterDir: string): Promise<void> {
  for (const { signal, waitMs } of STOP_STEPS) {
    try {
      process.kill(pid, signal);
    } catch {
      // Gone already, or not ours to signal; the check below tells.
    }
    const endMs = performance.now() + waitMs;
    while (performance.now() < endMs) {
      if (!isServerOf(pid, clusterDir)) return;
      await sleep(POLL_MS);
    }
  }
  throw new Error(`PostgreSQL (process ${pid}) still runs on ${clusterDir} and cannot be stopped; stop it and retry.`);
}

/** Process ids are given out again, so a live one counts only when it works on this very cluster. */
export function isServerOf(pid: number, clusterDir: string): boolean {
  try {
    if (process.platform === 'linux') return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(clusterDir);
    const command = execFileSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
    return command.includes(clusterDir);
  } catch {
    return false;
  }
}
