import { expect, test } from 'vitest';
import { eraseAccounts } from './erasure.ts';

/** Runs the job on a store with so many steps to take; gives how many it took. */
async function run(steps: number, signal = new AbortController().signal): Promise<number> {
  let taken = 0;
  const eraseNext = async () => {
    taken += 1;
    return taken <= steps;
  };
  await eraseAccounts.run({ store: { eraseNext } }, new Date(), signal);
  return taken;
}

test('goes on until there is nothing left to erase', async () => {
  expect(await run(3)).toBe(4);
  expect(await run(0)).toBe(1);
});

test('stops when it is told to', async () => {
  expect(await run(3, AbortSignal.abort())).toBe(0);
});
