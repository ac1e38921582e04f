/** A call that waits for its batch. */
interface Waiting<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Makes a function whose calls run in batches: calls that arrive while a batch is under way form the next one. The
 * first call after a pause runs at once, together with others of the same turn of the event loop.
 *
 * `run` takes at most `sizeMax` items and gives a result for each, in their order. When it rejects, so do all calls of
 * that batch.
 */
export function batchCalls<Item, Result>(
  run: (items: readonly Item[]) => Promise<readonly Result[]>,
  sizeMax: number,
): (item: Item) => Promise<Result> {
  const waiting: Waiting<Item, Result>[] = [];
  let isRunning = false;

  const runOne = async (batch: readonly Waiting<Item, Result>[]): Promise<void> => {
    try {
      const results = await run(batch.map(({ item }) => item));
      if (results.length !== batch.length) throw new Error(`a batch of ${batch.length} gave ${results.length} results`);
      for (const [index, { resolve }] of batch.entries()) resolve(results[index] as Result); // there are as many
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  };
  const runAll = async (): Promise<void> => {
    isRunning = true;
    await Promise.resolve(); // lets in the calls of the same turn
    while (waiting.length > 0) await runOne(waiting.splice(0, sizeMax));
    isRunning = false;
  };

  return (item) => {
    const { promise, resolve, reject } = Promise.withResolvers<Result>();
    waiting.push({ item, resolve, reject });
    if (!isRunning) void runAll();
    return promise;
  };
}
