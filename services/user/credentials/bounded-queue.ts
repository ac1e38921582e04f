import { DomainError } from '../../../runtime/call/errors.ts';

/** Bounds of a queue. */
export interface QueueLimits {
  /** Tasks that run at once. */
  readonly runningMax: number;
  /** Tasks that wait for their turn. */
  readonly waitingMax: number;
}

/** Runs a task when it is its turn. Throws RATE_LIMITED at once when too many are waiting. */
export type BoundedQueue = <T>(task: () => Promise<T>) => Promise<T>;

/** Makes a queue that is first in, first out. */
export function createBoundedQueue({ runningMax, waitingMax }: QueueLimits): BoundedQueue {
  const waiting: (() => void)[] = [];
  let running = 0;

  return async (task) => {
    if (running < runningMax) {
      running++;
    } else {
      if (waiting.length >= waitingMax) throw overloaded();
      // A task that ends hands its place over, so `running` stays the same.
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
    try {
      return await task();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running--;
      else next();
    }
  };
}

function overloaded(): DomainError {
  return new DomainError('exhausted', 'RATE_LIMITED', 'Too many people are signing in at the moment; try again.', {
    metadata: { retryAfterSeconds: '1' },
  });
}
