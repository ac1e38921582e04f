import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeScratchDir } from '../../../runtime/testing/scratch-dir.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const START_TIMEOUT_MS = 120_000;

/** The whole system as a user runs it: `numer start` in a process of its own, on a temporary data directory. */
export interface Numer {
  /** The URL of the API. It changes when the system is started again. */
  readonly url: string;
  readonly dataDir: string;
  /** Its standard output since it was last started. */
  readonly output: string;
  /** Its standard error in all its runs: its log. */
  readonly log: string;
  /** With `--split`, the process id of each service and of the gateway, by name. */
  processes(): ReadonlyMap<string, number>;
  /** The file names of the mails that it caught. */
  mailFiles(): readonly string[];
  /** Kills it with SIGKILL, and waits until it has ended. */
  kill(): Promise<void>;
  /** Starts it again on the same data. */
  restart(): Promise<void>;
  /** Stops it in order; gives its exit code. */
  stop(): Promise<number>;
  /** Stops it if it is running, and removes its data. Call it in `afterAll`. */
  remove(): Promise<void>;
}

/** How to start it. */
export interface NumerOptions {
  /** Arguments of `numer start`. */
  readonly args?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** A data directory to copy first. Default: it starts without data. */
  readonly copyOf?: string;
}

/**
 * Starts the system on a free port and waits for its banner.
 *
 * @throws Error with its whole output when it ends before that, or does not print the banner in time
 */
export async function startNumer(options: NumerOptions = {}): Promise<Numer> {
  const scratch = makeScratchDir('numer-system');
  // Unlike the copying of Node, this keeps the permissions.
  if (options.copyOf !== undefined) execFileSync('cp', ['-a', `${options.copyOf}/.`, scratch.path]);
  let log = '';
  const start = () =>
    run(scratch.path, options, {
      onStart: (processId) => scratch.guard([processId]),
      onLog: (text) => {
        log += text;
      },
    });
  let running = await start();
  return {
    get url() {
      return running.url;
    },
    get output() {
      return running.output();
    },
    get log() {
      return log;
    },
    dataDir: scratch.path,
    processes: () =>
      new Map(
        [...running.output().matchAll(/^Started (\S+) as process (\d+)/gm)].map(([, name = '', id]) => [
          name,
          Number(id),
        ]),
      ),
    mailFiles: () => readdirSync(join(scratch.path, 'mail')).filter((name) => name.endsWith('.eml')),
    async kill() {
      await end(running.child, 'SIGKILL');
    },
    async restart() {
      await end(running.child, 'SIGTERM');
      running = await start();
    },
    stop: () => end(running.child, 'SIGTERM'),
    async remove() {
      await end(running.child, 'SIGTERM');
      scratch.remove();
    },
  };
}

interface Running {
  readonly child: ChildProcess;
  readonly url: string;
  output(): string;
}

interface Listeners {
  onStart(processId: number): void;
  onLog(text: string): void;
}

async function run(
  dataDir: string,
  { args = [], environment = {} }: NumerOptions,
  listeners: Listeners,
): Promise<Running> {
  const child = spawn(process.execPath, ['cli/numer.mjs', 'start', ...args], {
    cwd: ROOT,
    env: { PATH: process.env.PATH ?? '', PORT: '0', DATA_DIR: dataDir, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (child.pid !== undefined) listeners.onStart(child.pid);
  let output = '';
  let errors = '';
  const { promise: banner, resolve, reject } = Promise.withResolvers<string>();
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
    const url = /^ {2}API +(http:\S+)/m.exec(output)?.[1];
    if (url !== undefined && output.includes('Ctrl-C')) resolve(url);
  });
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
    listeners.onLog(chunk.toString());
  });
  child.once('close', (code) => reject(new Error(`numer start ended with ${code}:\n${output}${errors}`)));
  const timer = setTimeout(() => {
    child.kill('SIGKILL');
    reject(new Error(`numer start printed no banner in time:\n${output}${errors}`));
  }, START_TIMEOUT_MS);
  const url = await banner.finally(() => clearTimeout(timer));
  return { child, url, output: () => output };
}

async function end(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<number> {
  if (child.exitCode === null && child.signalCode === null) {
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  }
  return child.exitCode ?? -1;
}
