import { Session } from 'node:inspector/promises';
import { constants } from 'node:os';
import { getSystemErrorMessage } from 'node:util';
import { ConfigError, loadEnvFile } from './config.ts';
import { describeError, type Logger } from './log.ts';

/** Longest time a process takes to stop. After that it exits, even if work is still under way. */
const STOP_TIMEOUT_MS = 10_000;

/**
 * Runs the start of a process, after loading the file `.env` if there is one. When the start fails, the reason goes to
 * standard error and the process exits with 1.
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
 * An error as text for the terminal. An error written for people gives its message, and a file system error a sentence
 * that names the file. Any other error is shown in full, for a bug report.
 */
export function explain(error: unknown): string {
  if (error instanceof ConfigError) return error.message;
  if (!(error instanceof Error) || error.constructor !== Error) return JSON.stringify(describeError(error), null, 2);
  const { path, errno, code }: NodeJS.ErrnoException = error;
  return path === undefined || errno === undefined
    ? error.message
    : `${path}: ${getSystemErrorMessage(errno)} (${code}).`;
}

/** How long after its start a process gives memory back. It must not do so while it answers the first requests. */
const RELEASE_AFTER_MS = 1_000;

/**
 * Gives back, a moment later, the memory that only the start of the process needed. The start leaves behind several
 * times the memory that is still in use, and the engine would keep it until a heap of that size is full.
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
 * Until a process can stop in order, SIGTERM and SIGINT end it at once. Unlike by default, its exit handlers run; they
 * stop an embedded Postgres.
 */
export function exitOnSignal(): void {
  for (const signal of STOP_SIGNALS) process.on(signal, exitFor);
}

function exitFor(signal: (typeof STOP_SIGNALS)[number]): never {
  process.exit(128 + constants.signals[signal]);
}

/**
 * Stops in order on SIGTERM and SIGINT, then ends the process. A second signal ends it at once, and so does an uncaught
 * error: whatever was under way is safe to start over. A process that was started with a channel to its parent also
 * stops when the parent is gone.
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
