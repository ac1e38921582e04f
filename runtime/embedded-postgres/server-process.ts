import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { programEnv } from './cluster.ts';
import type { RunAs } from './run-as.ts';

/** What a server is started with. */
export interface ServerOptions {
  /** Path of the `postgres` program. */
  readonly program: string;
  readonly runAs: RunAs;
  readonly clusterDir: string;
  /** `name=value`, see postgres-settings.ts. */
  readonly settings: readonly string[];
  /** Receives each line the server writes. */
  readonly log: (line: string) => void;
  /** Called when the process has been started. */
  readonly onSpawn: () => void;
}

/** A server that accepts connections. */
export interface ServerProcess {
  /** Settles when the process has ended, with how it ended; never rejects. */
  readonly ended: Promise<string>;
  /** Disconnects everybody and stops. Bounded in time; what was committed is kept in every case. */
  stop(): Promise<void>;
}

/** Recovery after a crash replays at most `max_wal_size` of log. If it takes more than a minute, the disk is broken. */
const READY_TIMEOUT_MS = 120_000;

/** How long a fast shutdown may take before the rest is left to recovery at the next start. People wait for it. */
const FAST_SHUTDOWN_MS = 1_500;
const IMMEDIATE_SHUTDOWN_MS = 2_000;

/** When only the main process was killed, its children notice soon; until then they hold the shared memory. */
const CHILDREN_END_MS = 10_000;
const CHILDREN_POLL_MS = 100;
const CHILDREN_STILL_RUN = /(still in use|lock file ".*" already exists)/;

/** Lines kept to tell why a start failed. */
const LINES_KEPT = 20;
/** What the server writes about each connection while it takes none. It would leave no room for the reason. */
const CONNECTION_REFUSED = /^(FATAL: +the database system is|DETAIL: +Consistent recovery state)/;

/**
 * Starts the server and waits until it accepts connections.
 *
 * @throws Error with the server's own last lines when it ends before that
 */
export async function startServer(options: ServerOptions): Promise<ServerProcess> {
  const endMs = performance.now() + CHILDREN_END_MS;
  for (;;) {
    try {
      return await startOnce(options);
    } catch (error) {
      const passing = error instanceof Error && CHILDREN_STILL_RUN.test(error.message);
      if (!passing || performance.now() > endMs) throw error;
      await sleep(CHILDREN_POLL_MS);
    }
  }
}

async function startOnce(options: ServerOptions): Promise<ServerProcess> {
  const { program, runAs, clusterDir, settings } = options;
  const [command = program, ...args] = [...runAs.prefix, program, '-D', clusterDir];
  for (const setting of settings) args.push('-c', setting);
  // Detached: Ctrl-C in a terminal goes to the whole process group, and the application needs the server to stop well.
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'], env: programEnv(), detached: true });
  child.once('spawn', options.onSpawn);
  const stopWithNode = () => void child.kill('SIGINT');
  process.once('exit', stopWithNode);
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (status, signal) => resolve(signal ?? `exit status ${status}`));
  });
  void ended.then(() => process.off('exit', stopWithNode));
  await becomeReady(child, ended, options.log);
  return { ended, stop: () => stop(child, ended) };
}

async function becomeReady(child: ChildProcess, ended: Promise<string>, log: (line: string) => void): Promise<void> {
  const lastLines: string[] = [];
  const ready = Promise.withResolvers<'ready'>();
  if (child.stderr !== null) {
    createInterface({ input: child.stderr }).on('line', (line) => {
      if (!CONNECTION_REFUSED.test(line)) lastLines.push(line);
      if (lastLines.length > LINES_KEPT) lastLines.shift();
      if (line.includes('database system is ready to accept connections')) ready.resolve('ready');
      log(line);
    });
  }
  const timer = setTimeout(() => child.kill('SIGQUIT'), READY_TIMEOUT_MS);
  const outcome = await Promise.race([ready.promise, ended]);
  clearTimeout(timer);
  if (outcome !== 'ready') throw new Error(`PostgreSQL did not start (${outcome}): ${lastLines.join('\n')}`);
}

async function stop(child: ChildProcess, ended: Promise<string>): Promise<void> {
  child.kill('SIGINT');
  const immediate = setTimeout(() => child.kill('SIGQUIT'), FAST_SHUTDOWN_MS);
  const kill = setTimeout(() => child.kill('SIGKILL'), FAST_SHUTDOWN_MS + IMMEDIATE_SHUTDOWN_MS);
  await ended;
  clearTimeout(immediate);
  clearTimeout(kill);
}
