import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { makeScratchDir } from '../../../runtime/testing/scratch-dir.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const START_TIMEOUT_MS = 60_000;

/** The whole system as a user runs it: `numer start` in a process of its own, on a data directory that is thrown away. */
export interface Numer {
  /** Where the API is. It changes when the system is started again. */
  readonly url: string;
  readonly dataDir: string;
  /** Id of the process that was started. */
  readonly processId: number;
  /** What it printed on standard output. */
  readonly output: string;
  /** Kills it with SIGKILL, and waits until it is gone. */
  kill(): Promise<void>;
  /** Starts it again on the same data. */
  restart(): Promise<void>;
  /** Stops it in order; gives its exit code. */
  stop(): Promise<number>;
  /** Stops it if it runs, and removes its data. Call it in `afterAll`. */
  remove(): Promise<void>;
}

/** How to start it. */
export interface NumerOptions {
  /** Arguments of `numer start`. */
  readonly args?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

/**
 * Starts the system on a free port and waits for its banner.
 *
 * @throws Error with everything that it printed when it ends before that, or does not print it in time
 */
export async function startNumer(options: NumerOptions = {}): Promise<Numer> {
  const scratch = makeScratchDir('numer-system');
  let running = await run(scratch.path, options);
  return {
    get url() {
      return running.url;
    },
    get output() {
      return running.output();
    },
    get processId() {
      return running.child.pid ?? 0;
    },
    dataDir: scratch.path,
    async kill() {
      await end(running.child, 'SIGKILL');
    },
    async restart() {
      await end(running.child, 'SIGTERM');
      running = await run(scratch.path, options);
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

async function run(dataDir: string, { args = [], environment = {} }: NumerOptions): Promise<Running> {
  const child = spawn(process.execPath, ['cli/numer.mjs', 'start', ...args], {
    cwd: ROOT,
    env: { PATH: process.env.PATH ?? '', PORT: '0', DATA_DIR: dataDir, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
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
  });
  child.once('exit', (code) => reject(new Error(`numer start ended with ${code}:\n${output}${errors}`)));
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
