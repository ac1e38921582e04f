import { expect, test } from 'vitest';
import { waitUntil } from '../testing/wait-until.ts';
import { startLoop } from './loop.ts';

test('runs again at once while there is more, and when it is woken', async () => {
  let runs = 0;
  const loop = startLoop({ run: async () => ++runs < 3, pollMs: 60_000, onError: () => undefined });
  await waitUntil(() => runs === 3);
  loop.wake();
  await waitUntil(() => runs === 4);
  await loop.stop();
  expect(runs).toBe(4);
});

test('a wake-up during a run is not lost', async () => {
  let runs = 0;
  const hold = Promise.withResolvers<void>();
  const run = async () => {
    runs += 1;
    if (runs === 1) await hold.promise;
    return false;
  };
  const loop = startLoop({ run, pollMs: 60_000, onError: () => undefined });
  loop.wake();
  hold.resolve();
  await waitUntil(() => runs === 2);
  await loop.stop();
});

test('goes on after an error and tells how many there were in a row', async () => {
  const failures: number[] = [];
  let runs = 0;
  const run = async () => {
    runs += 1;
    if (runs < 3) throw new Error('no');
    return false;
  };
  const loop = startLoop({ run, pollMs: 1, onError: (_error, count) => failures.push(count) });
  await waitUntil(() => runs > 3);
  await loop.stop();
  expect(failures).toEqual([1, 2]);
});

test('stopping waits for the run under way, but not beyond the deadline', async () => {
  const hold = Promise.withResolvers<void>();
  let isDone = false;
  const run = async () => {
    await hold.promise;
    isDone = true;
    return false;
  };
  const loop = startLoop({ run, pollMs: 60_000, onError: () => undefined });
  await loop.stop(10);
  expect(isDone).toBe(false);
  hold.resolve();
  await loop.stop(1_000);
  expect(isDone).toBe(true);
});
