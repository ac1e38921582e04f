import { expect, test } from 'vitest';
import { waitUntil } from '../testing/wait-until.ts';
import { keepRunning } from './supervisor.ts';

test('stops at once while it waits to start a server again that could not be started', async () => {
  let starts = 0;
  const troubles: string[] = [];
  const start = async () => {
    starts += 1;
    if (starts > 1) throw new Error('No space left on device');
    return { ended: Promise.resolve('SIGABRT'), stop: async () => undefined };
  };
  const supervised = await keepRunning(start, (message) => troubles.push(message));
  await waitUntil(() => starts === 2);
  await supervised.stop();
  expect(starts).toBe(2);
  expect(troubles).toEqual([
    'PostgreSQL ended by itself (SIGABRT); it is started again.',
    'No space left on device; it is tried again.',
  ]);
});
