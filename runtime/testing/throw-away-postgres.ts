import { join } from 'node:path';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../embedded-postgres/embedded-postgres.ts';
import { makeScratchDir } from './scratch-dir.ts';

/**
 * Starts an empty Postgres that keeps nothing: not synced to disk, and removed by `stop` or when this process dies.
 * For tests that need a server of their own; others share one through `createTestDatabase`.
 */
export async function startThrowAwayPostgres(): Promise<EmbeddedPostgres> {
  const scratch = makeScratchDir('numer-test-postgres');
  try {
    const server = await startEmbeddedPostgres({ dataDir: join(scratch.path, 'data'), durable: false });
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
