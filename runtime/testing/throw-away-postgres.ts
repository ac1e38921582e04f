import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../embedded-postgres/embedded-postgres.ts';
import { makeScratchDir } from './scratch-dir.ts';

/**
 * Starts a Postgres that keeps nothing: not synced to disk, and removed by `stop` or when this process dies.
 * Tests that need a server of their own use `startEmptyPostgres`; others share one through `createTestDatabase`.
 *
 * @param copyOf folder of a stopped one to begin with a copy of; otherwise it is empty
 */
export async function startThrowAwayPostgres(copyOf?: string): Promise<EmbeddedPostgres> {
  const scratch = makeScratchDir('numer-test-postgres');
  const dataDir = join(scratch.path, 'data');
  try {
    // Keeps permissions, which Node's own copy does not.
    if (copyOf !== undefined) execFileSync('cp', ['-a', copyOf, dataDir]);
    const server = await startEmbeddedPostgres({ dataDir, durable: false });
    return {
      url: server.url,
      async stop() {
        await server.stop();
        scratch.remove();
      },
    };
  } catch (error) {
    scratch.remove();
    throw error;
  }
}
