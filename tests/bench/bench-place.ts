import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../runtime/embedded-postgres/embedded-postgres.ts';
import { makeScratchDir } from '../../runtime/testing/scratch-dir.ts';
import {
  findRabbitmqProgram,
  startThrowAwayRabbitmq,
  type ThrowAwayRabbitmq,
} from '../../runtime/testing/throw-away-rabbitmq.ts';
import type { DatasetSize } from './dataset.ts';
import { runCommand, type TargetPlace } from './running-target.ts';
import type { TargetFile } from './target-file.ts';

/** Where the targets of a run have their data and servers. */
export interface BenchPlace {
  /** A loaded place for a target; undefined when it needs a broker and none is installed. */
  placeOf(file: TargetFile): Promise<TargetPlace | undefined>;
  close(): Promise<void>;
}

/** Opens a place under the system's temporary folder. It does not outlive this process. */
export function openBenchPlace(size: DatasetSize): BenchPlace {
  const scratch = makeScratchDir('numer-bench');
  const loadedByCommand = new Map<string, string>();
  const servers: EmbeddedPostgres[] = [];
  let broker: ThrowAwayRabbitmq | undefined;

  /** Folder of a Postgres that the command has filled. The same command does not run twice. */
  const load = async (file: TargetFile): Promise<string> => {
    const key = JSON.stringify([file.folder, file.load]);
    const known = loadedByCommand.get(key);
    if (known !== undefined) return known;
    const folder = join(scratch.path, `loaded-${loadedByCommand.size}`);
    const server = await startEmbeddedPostgres({ dataDir: folder, durable: false });
    try {
      await runCommand(file, file.load, {
        DATABASE_URL: server.url('postgres'),
        BENCH_USERS: String(size.users),
        BENCH_INVOICES: String(size.invoices),
      });
    } finally {
      await server.stop();
    }
    loadedByCommand.set(key, folder);
    return folder;
  };

  return {
    async placeOf(file) {
      const program = file.rabbitmq ? findRabbitmqProgram() : undefined;
      if (file.rabbitmq && program === undefined) return undefined;
      const dataDir = join(scratch.path, file.name);
      mkdirSync(dataDir);
      // Unlike the copying of Node, it keeps the permissions that Postgres needs to start.
      execFileSync('cp', ['-a', await load(file), join(dataDir, 'postgres')]);
      if (program !== undefined) broker ??= await startThrowAwayRabbitmq(program);
      let databaseUrl: string | undefined;
      if (file.postgres === 'given') {
        const server = await startEmbeddedPostgres({ dataDir: join(dataDir, 'postgres') });
        servers.push(server);
        databaseUrl = server.url('postgres');
      }
      return { dataDir, databaseUrl, amqpUrl: program === undefined ? undefined : broker?.nextUrl() };
    },
    async close() {
      await Promise.all(servers.map((server) => server.stop()));
      await broker?.remove();
      scratch.remove();
    },
  };
}
