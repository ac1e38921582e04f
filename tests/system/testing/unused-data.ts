import type { Fixture } from '../../../runtime/testing/fixture-host.ts';
import { startNumer } from './start-numer.ts';

/**
 * The data directory of a system that was started once and never used. A start on a copy of it takes half the time, because it has no
 * cluster to create and nothing to migrate.
 */
export async function makeUnusedData(): Promise<Fixture> {
  const numer = await startNumer();
  // It stops in order when told to stop as soon as it says that it runs.
  const code = await numer.stop();
  if (code !== 0) throw new Error(`numer start ended with ${code} when it was told to stop`);
  return { answer: () => numer.dataDir, stop: numer.remove };
}
