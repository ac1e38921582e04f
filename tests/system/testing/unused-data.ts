import type { Fixture } from '../../../runtime/testing/fixture-host.ts';
import { startNumer } from './start-numer.ts';

/**
 * The data directory of a system that was started once and never used. A start on a copy of it has no cluster to make and nothing to
 * migrate, and so takes half the time.
 */
export async function makeUnusedData(): Promise<Fixture> {
  const numer = await startNumer();
  await numer.stop();
  return { answer: () => numer.dataDir, stop: numer.remove };
}
