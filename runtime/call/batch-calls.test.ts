import { expect, test } from 'vitest';
import { batchCalls } from './batch-calls.ts';

/** Batches that end when a test says so. */
function createRuns() {
  const runs: { readonly items: readonly number[]; readonly end: PromiseWithResolvers<void> }[] = [];
  const run = async (items: readonly number[]): Promise<readonly string[]> => {
    const end = Promise.withResolvers<void>();
    runs.push({ items, end });
    await end.promise;
    return items.map((item) => `result ${item}`);
  };
  return { runs, run };
}

test('calls of one turn are one batch, and each gets its own result', async () => {
  const { runs, run } = createRuns();
  const call = batchCalls(run, 10);
  const results = Promise.all([call(1), call(2)]);
  await Promise.resolve();
  expect(runs.map(({ items }) => items)).toEqual([[1, 2]]);
  runs[0]?.end.resolve();
  expect(await results).toEqual(['result 1', 'result 2']);
});

test('calls that come while a batch is under way make up the next ones, none larger than allowed', async () => {
  const { runs, run } = createRuns();
  const call = batchCalls(run, 2);
  const first = call(1);
  await Promise.resolve();
  const others = [call(2), call(3), call(4)];
  expect(runs).toHaveLength(1);
  runs[0]?.end.resolve();
  expect(await first).toBe('result 1');
  await expect.poll(() => runs.length).toBe(2);
  runs[1]?.end.resolve();
  await expect.poll(() => runs.length).toBe(3);
  runs[2]?.end.resolve();
  expect(await Promise.all(others)).toEqual(['result 2', 'result 3', 'result 4']);
  expect(runs.map(({ items }) => items)).toEqual([[1], [2, 3], [4]]);
});

test('a batch that fails fails all of its calls, and the next one runs', async () => {
  const { runs, run } = createRuns();
  const call = batchCalls(run, 2);
  const failed = Promise.allSettled([call(1), call(2)]);
  const next = call(3);
  await Promise.resolve();
  runs[0]?.end.reject(new Error('no'));
  expect(await failed).toMatchObject([{ reason: { message: 'no' } }, { reason: { message: 'no' } }]);
  await expect.poll(() => runs.length).toBe(2);
  runs[1]?.end.resolve();
  expect(await next).toBe('result 3');
});
