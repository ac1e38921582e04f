import type { ServerProcess } from './server-process.ts';

/** A server that is started again whenever it dies. */
export interface Supervised {
  /** Stops it for good. Safe to repeat. */
  stop(): Promise<void>;
}

/** A server that dies more often than this is broken, and starting it again would only hide it. */
const RESTARTS_MAX = 5;
const RESTARTS_WINDOW_MS = 60_000;

/**
 * Runs what `start` gives and starts it again when it ends by itself.
 *
 * @param log told of each such end
 * @param onFailure called once when it is given up
 * @throws what `start` throws the first time
 */
export async function keepRunning(
  start: () => Promise<ServerProcess>,
  log: (line: string) => void,
  onFailure: (error: Error) => void,
): Promise<Supervised> {
  let stopping = false;
  let server = await start();

  const supervise = async () => {
    const restarts: number[] = [];
    for (;;) {
      const how = await server.ended;
      if (stopping) return;
      const now = Date.now();
      restarts.push(now);
      const recent = restarts.filter((time) => time > now - RESTARTS_WINDOW_MS).length;
      if (recent > RESTARTS_MAX)
        throw new Error(`PostgreSQL ended ${recent} times within a minute, at last by ${how}.`);
      log(`PostgreSQL ended by itself (${how}); starting it again`);
      server = await start();
      if (stopping) await server.stop();
    }
  };
  const supervised = supervise().catch((error: unknown) => {
    const failure = error instanceof Error ? error : new Error(String(error));
    log(failure.message);
    if (!stopping) onFailure(failure);
  });

  return {
    stop: async () => {
      stopping = true;
      await server.stop();
      await supervised;
    },
  };
}
