import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { startEmbeddedPostgres } from '../runtime/embedded-postgres/embedded-postgres.ts';
import { findRunningPostgres } from '../runtime/embedded-postgres/running-postgres.ts';
import type { LOG_LEVELS } from '../runtime/log.ts';
import type { StartConfig } from './config.ts';
import { keysOf } from './keys.ts';

/** What a command of the system works on. */
export interface LocalEnvironment {
  readonly host: string;
  readonly port: number;
  readonly dataDir: string;
  readonly logLevel: (typeof LOG_LEVELS)[number];
  readonly databaseUrl: string;
  readonly amqpUrl: string | undefined;
  /** The environment, completed by keys and folders of the data directory. */
  readonly variables: NodeJS.ProcessEnv;
  /** Stops the embedded Postgres, if there is one. */
  close(): Promise<void>;
}

/** Where a command gets its Postgres from, when DATABASE_URL names none. */
type PostgresSource = (dataDir: string) => Promise<{ url(database: string): string; stop?(): Promise<void> }>;

/**
 * Makes the data directory and, unless DATABASE_URL names a server, starts the embedded Postgres. `onSpawn` is called when that
 * has begun to start: something else can be done meanwhile.
 *
 * @throws Error with what to do when the embedded Postgres cannot start, e.g. because another process runs it
 */
export function openLocalEnvironment(config: StartConfig, onSpawn: () => void): Promise<LocalEnvironment> {
  return open(config, (dataDir) => startEmbeddedPostgres({ dataDir, onSpawn }));
}

/** The same for a command that may run beside the system: an embedded Postgres that runs already is used as it is. */
export function joinLocalEnvironment(config: StartConfig): Promise<LocalEnvironment> {
  return open(config, async (dataDir) => findRunningPostgres(dataDir) ?? startEmbeddedPostgres({ dataDir }));
}

async function open(config: StartConfig, source: PostgresSource): Promise<LocalEnvironment> {
  const dataDir = resolve(config.DATA_DIR);
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const variables = {
    ...(await keysOf(dataDir)),
    ...((process.env.SMTP_URL ?? '') === '' ? { MAIL_DIR: join(dataDir, 'mail') } : {}),
    ...process.env,
  };
  const embedded = config.DATABASE_URL === '' ? await source(join(dataDir, 'postgres')) : undefined;
  return {
    host: config.HOST,
    port: config.PORT,
    dataDir,
    logLevel: config.LOG_LEVEL,
    databaseUrl: embedded?.url('postgres') ?? config.DATABASE_URL,
    amqpUrl: config.AMQP_URL === '' ? undefined : config.AMQP_URL,
    variables,
    close: async () => embedded?.stop?.(),
  };
}
