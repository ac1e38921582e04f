/** Does something for an owner when it is the owner's turn. Rejects with the reason of `signal` when that is aborted before. */
export type Turns = <Result>(
  ownerId: string,
  signal: AbortSignal | undefined,
  work: () => Promise<Result>,
) => Promise<Result>;

/**
 * Lets the tasks of an owner begin one after the other, each when the one before is done. Where the tasks of all owners end up in one
 * queue, each owner has at most one there: the owners take turns, however much one of them wants.
 */
export function createTurns(): Turns {
  /** The owners that have a task under way, each with the functions that begin the next ones. */
  const lines = new Map<string, (() => void)[]>();
  return async (ownerId, signal, work) => {
    signal?.throwIfAborted();
    const line = lines.get(ownerId);
    if (line === undefined) lines.set(ownerId, []);
    else await untilBegun(line, signal);
    try {
      return await work();
    } finally {
      const next = lines.get(ownerId)?.shift();
      if (next === undefined) lines.delete(ownerId);
      else next();
    }
  };
}

/** Waits at the end of a line, and leaves it when the signal is aborted. */
function untilBegun(line: (() => void)[], signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const begin = () => {
      signal?.removeEventListener('abort', leave);
      resolve();
    };
    const leave = () => {
      line.splice(line.indexOf(begin), 1);
      reject(signal?.reason);
    };
    line.push(begin);
    signal?.addEventListener('abort', leave, { once: true });
  });
}
