import { describe, expect, test } from 'vitest';
import { createBoundedQueue } from './bounded-queue.ts';

/** A task that ends when it is told to. */
function openTask() {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let isRunning = false;
  return {
    task: () => {
      isRunning = true;
      return promise;
    },
    end: resolve,
    fail: reject,
    get isRunning() {
      return isRunning;
    },
  };
}

describe('a bounded queue', () => {
  test('runs no more tasks at once than allowed, and the next one when one ends', async () => {
    const enqueue = createBoundedQueue({ runningMax: 1, waitingMax: 1 });
    const [first, second] = [openTask(), openTask()];
    const results = [enqueue(first.task), enqueue(second.task)];
    expect([first.isRunning, second.isRunning]).toEqual([true, false]);
    first.end('first');
    await results[0];
    expect(second.isRunning).toBe(true);
    second.end('second');
    expect(await Promise.all(results)).toEqual(['first', 'second']);
  });

  test('refuses a task when too many are waiting', async () => {
    const enqueue = createBoundedQueue({ runningMax: 1, waitingMax: 0 });
    const first = openTask();
    const result = enqueue(first.task);
    await expect(enqueue(async () => 'late')).rejects.toMatchObject({ kind: 'exhausted', reason: 'RATE_LIMITED' });
    first.end('first');
    await result;
    expect(await enqueue(async () => 'later')).toBe('later');
  });

  test('goes on after a task that fails', async () => {
    const enqueue = createBoundedQueue({ runningMax: 1, waitingMax: 1 });
    const first = openTask();
    const results = [enqueue(first.task), enqueue(async () => 'second')];
    first.fail(new Error('broken'));
    await expect(results[0]).rejects.toThrow('broken');
    expect(await results[1]).toBe('second');
  });
});
