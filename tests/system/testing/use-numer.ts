import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { askFixture } from '../../../runtime/testing/ask-fixture.ts';
import type { SharedNumer } from './shared-numer.ts';
import { type Numer, type NumerOptions, startNumer } from './start-numer.ts';

/** Size of the end of the log that a failed test shows. */
const LOG_LENGTH_MAX = 20_000;

/**
 * Uses, in the tests of a file or `describe`, the system that all tests share which only send requests to it. Whatever those are, its
 * log must have no failure after them. Each failed test shows the log.
 *
 * @returns the system, for tests and hooks
 */
export function useSharedNumer(): () => Omit<SharedNumer, 'log'> {
  let numer: SharedNumer | undefined;
  const ask = async (): Promise<SharedNumer> => JSON.parse(await askFixture('numer'));
  beforeAll(async () => {
    numer = await ask();
  });
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') showLog(await ask());
  });
  afterAll(async () => {
    const { log } = await ask();
    expect(log.split('\n').filter((line) => /"level":[56]0/.test(line))).toEqual([]);
  });
  return () => {
    if (numer === undefined) throw new Error('the system has not been started');
    return numer;
  };
}

/**
 * Starts the system before the tests of a file or `describe`, on unused data, and removes it after them. Each failed test shows its
 * log.
 *
 * @param options a function when the options are known only after an earlier `beforeAll`
 * @returns the system, for tests and hooks
 */
export function useNumer(options: NumerOptions | (() => NumerOptions) = {}): () => Numer {
  let numer: Numer | undefined;
  const started = () => {
    if (numer === undefined) throw new Error('the system has not been started');
    return numer;
  };
  beforeAll(async () => {
    const chosen = typeof options === 'function' ? options() : options;
    const keepsOwnData = chosen.environment?.DATABASE_URL === undefined;
    numer = await startNumer({ ...chosen, ...(keepsOwnData && { copyOf: await askFixture('unused-data') }) });
  });
  afterEach(({ task }) => {
    if (task.result?.state === 'fail') showLog(started());
  });
  afterAll(() => numer?.remove());
  return started;
}

function showLog({ log }: Pick<Numer, 'log'>): void {
  process.stderr.write(log.slice(-LOG_LENGTH_MAX));
}
