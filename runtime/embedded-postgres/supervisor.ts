import { setTimeout as sleep } from 'node:timers/promises';
import type { ServerProcess } from './server-process.ts';

/** A server that is started again whenever it dies. */
export interface Supervised {
  /** Stops it for good. Safe to repeat. */
  stop(): Promise<void>;
}

/**
 * A server that died is started again at once. Each further start within a minute waits a second longer than the one
 * before: a server that cannot run, e.g. on a full disk, is tried some ten times a minute until it can.
 */
const RESTARTS_WINDOW_MS = 60_000;
const PAUSE_STEP_MS = 1_000;

/**
 * Runs the server that `start` gives. When it ends by itself, starts it again, however often that has to be tried.
 *
 * @param onTrouble called for each such end, and for each start that failed
 * @throws what `start` throws the first time
 */
export async function keepRunning(
  start: () => Promise<ServerProcess>,
  onTrouble: (message: string) => void,
): Promise<Supervised> {
  const stopping = new AbortController();
  let server = await start();
  let starts: number[] = [];

  /** Gives undefined when the server is not to run any more. */
  const startAgain = async (): Promise<ServerProcess | undefined> => {
    for (;;) {
      starts = starts.filter((startMs) => startMs > performance.now() - RESTARTS_WINDOW_MS);
      await sleep(starts.length * PAUSE_STEP_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
      if (stopping.signal.aborted) return undefined;
      starts.push(performance.now());
      try {
        return await start();
      } catch (error) {
        onTrouble(`${error instanceof Error ? error.message : String(error)}; it is tried again.`);
      }
    }
  };

  const supervise = async () => {
    for (;;) {
      const how = await server.ended;
      if (stopping.signal.aborted) return;
      onTrouble(`PostgreSQL ended by itself (${how}); it is started again.`);
      const next = await startAgain();
      if (next === undefined) return;
      server = next;
      if (stopping.signal.aborted) await server.stop();
    }
  };
  const supervised = supervise();

  return {
    stop: async () => {
      stopping.abort();
      await server.stop();
      await supervised;
    },
  };
}
