import { Session } from 'node:inspector/promises';
import { constants } from 'node:os';
import { getSystemErrorMessage } from 'node:util';
import { ConfigError, loadEnvFile } from './config.ts';
import { describeError, type Logger } from './log.ts';

/** Longest time a process takes to stop; after that it ends with what is still under way. */
const STOP_TIMEOUT_MS = 10_000;

/**
 * Runs the start of a process, whose variables may be in a file `.env`. What keeps it from starting is told on standard
 * error, and the process exits with 1.
 */
export async function exitOnMistake(start: () => Promise<void>): Promise<void> {
  try {
    loadEnvFile();
    await start();
  } catch (error) {
    process.stderr.write(`${explain(error)}\n`);
    process.exit(1);
  }
}

/**
 * An error for the terminal. One that was written for people is told as it is, one of a file in a sentence that names the file; of
 * all others everything is shown, for a bug report.
 */
export function explain(error: unknown): string {
  if (error instanceof ConfigError) return error.message;
  if (!(error instanceof Error) || error.constructor !== Error) return JSON.stringify(describeError(error), null, 2);
  const { path, errno, code }: NodeJS.ErrnoException = error;
  return path === undefined || errno === undefined
    ? error.message
    : `${path}: ${getSystemErrorMessage(errno)} (${code}).`;
}

/** How long after the start of a process its memory is given back: not while the first requests are answered. */
const RELEASE_AFTER_MS = 1_000;

/**
 * Gives back, a moment later, the memory that only the start of the process needed. What it leaves behind is several times what is
 * still in use, and the engine would keep it until a heap of that size is full.
 */
export function releaseStartMemory(log: Logger): void {
  const release = async () => {
    const session = new Session();
    session.connect();
    try {
      await session.post('HeapProfiler.collectGarbage');
    } finally {
      session.disconnect();
    }
  };
  const warn = (err: unknown) => log.warn({ err }, 'the memory of the start was not given back');
  setTimeout(() => void release().catch(warn), RELEASE_AFTER_MS).unref();
}

const STOP_SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/**
 * Until a process can stop in order, SIGTERM and SIGINT end it at once, as they do by default, but with what it has to do at its
 * exit: that takes an embedded Postgres along.
 */
export function exitOnSignal(): void {
  for (const signal of STOP_SIGNALS) process.on(signal, exitFor);
}

function exitFor(signal: (typeof STOP_SIGNALS)[number]): never {
  process.exit(128 + constants.signals[signal]);
}

/**
 * Stops in order on SIGTERM and SIGINT, and ends the process. A second signal ends it at once, and so does an error that
 * nobody caught: whatever was under way is safe to start over. A process that was started with a channel to its parent
 * stops with it too.
 */
export function stopOnSignal(log: Logger, stop: () => Promise<void>): void {
  let isStopping = false;
  const onSignal = (signal: string) => {
    if (isStopping) process.exit(1);
    isStopping = true;
    log.info({ signal }, 'stopping');
    setTimeout(() => process.exit(1), STOP_TIMEOUT_MS).unref();
    stop().then(
      () => process.exit(0),
      (err: unknown) => {
        log.error({ err }, 'stopping failed');
        process.exit(1);
      },
    );
  };
  for (const signal of STOP_SIGNALS) process.off(signal, exitFor).on(signal, onSignal);
  const onParentGone = () => {
    if (!isStopping) onSignal('parent gone');
  };
  if (process.connected === false) onParentGone();
  else process.once('disconnect', onParentGone);
  process.on('uncaughtException', (err) => {
    log.fatal({ err }, 'uncaught');
    process.exit(1);
  });
}
