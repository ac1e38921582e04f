import { expect, test } from 'vitest';
import { waitUntil } from './wait-until.ts';

test('gives the first truthy value, passing over falsy ones and errors', async () => {
  const looks = [
    () => 0,
    () => {
      throw new Error('not yet');
    },
    () => 'there',
  ];
  expect(await waitUntil(() => looks.shift()?.(), { intervalMs: 1 })).toBe('there');
  expect(looks).toEqual([]);
});

test('tells what was awaited and what the last look saw', async () => {
  const wait = waitUntil(() => undefined, { timeoutMs: 10, intervalMs: 1, what: 'a miracle' });
  await expect(wait).rejects.toThrow('Waited 10 ms in vain for: a miracle; the last look gave undefined.');
});

test('tells what the last look threw', async () => {
  const wait = waitUntil(() => Promise.reject(new Error('no table')), { timeoutMs: 10, intervalMs: 1, what: 'rows' });
  await expect(wait).rejects.toThrow('the last look threw Error: no table.');
});

test('gives up on a look that does not end', async () => {
  const wait = waitUntil(() => new Promise<boolean>(() => undefined), { timeoutMs: 10, what: 'an answer' });
  await expect(wait).rejects.toThrow('in vain for: an answer');
});
