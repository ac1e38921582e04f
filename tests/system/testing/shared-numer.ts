import type { Fixture } from '../../../runtime/testing/fixture-host.ts';
import { type Numer, startNumer } from './start-numer.ts';

/** A running system as tests of several files use it at once, and its log so far. */
export type SharedNumer = Pick<Numer, 'url' | 'dataDir' | 'log'>;

/**
 * Starts a system for the tests that only send requests to it, each file with accounts of its own. That takes half the CPU of a system
 * for each, since V8 has compiled what they all use after the first.
 */
export async function startSharedNumer(): Promise<Fixture> {
  const numer = await startNumer();
  const answer = () => {
    const { url, dataDir, log } = numer;
    return JSON.stringify({ url, dataDir, log } satisfies SharedNumer);
  };
  return { answer, stop: numer.remove };
}
