import { within } from '../within.ts';

/** A job that runs over and over in the background. */
export interface Loop {
  /** Makes the next run start at once, also when one is under way. */
  wake(): void;
  /** Starts no further run and resolves when the one under way has ended, or after `deadlineMs` at the latest. */
  stop(deadlineMs?: number): Promise<void>;
}

/** How a loop runs. */
export interface LoopOptions {
  /** One run; resolves to true when there is more to do right away. */
  readonly run: () => Promise<boolean>;
  /** Pause between runs when nothing wakes the loop. */
  readonly pollMs: number;
  /** Pause before the first run. Default none. */
  readonly delayMs?: number;
  /** Called after a run that rejected, with how many have done so in a row. The loop goes on after a growing pause. */
  readonly onError: (error: unknown, failures: number) => void;
}

const FIRST_ERROR_PAUSE_MS = 50;

/** Starts a loop. It never rejects: failures go to `onError`. */
export function startLoop(options: LoopOptions): Loop {
  let isStopping = false;
  let isWoken = false;
  let failures = 0;
  let endPause: (() => void) | undefined;

  const pause = (durationMs: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, durationMs);
      endPause = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  const once = async (): Promise<void> => {
    isWoken = false;
    try {
      const hasMore = await options.run();
      failures = 0;
      if (!hasMore && !isWoken && !isStopping) await pause(options.pollMs);
    } catch (error) {
      failures += 1;
      options.onError(error, failures);
      // A wake-up does not cut this pause short, or a busy table would turn an outage into a hot loop.
      isWoken = true;
      if (!isStopping) await pause(Math.min(options.pollMs, FIRST_ERROR_PAUSE_MS * 2 ** Math.min(failures, 10)));
    }
    endPause = undefined;
  };

  const ended = (async () => {
    if (options.delayMs !== undefined) await pause(options.delayMs);
    while (!isStopping) await once();
  })();

  return {
    wake() {
      if (isWoken) return;
      isWoken = true;
      endPause?.();
    },
    async stop(deadlineMs = 5_000) {
      isStopping = true;
      endPause?.();
      await within(deadlineMs, ended);
    },
  };
}
