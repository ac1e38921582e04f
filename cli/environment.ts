import { join, resolve } from 'node:path';
import { clusterDirOf, hasCluster } from '../runtime/embedded-postgres/cluster.ts';
import { startEmbeddedPostgres } from '../runtime/embedded-postgres/embedded-postgres.ts';
import { findRunningPostgres } from '../runtime/embedded-postgres/running-postgres.ts';
import { httpUrl } from '../runtime/http-url.ts';
import { createLog, type LOG_LEVELS } from '../runtime/process/log.ts';
import { readStartConfig, type StartConfig } from './config.ts';
import { dataDirError, makeDataDir } from './data-dir.ts';
import { completeEnvironment, KEY_VARIABLES, keysOf, makeKeys } from './keys.ts';

/** The environment that a command of the system works in. */
export interface LocalEnvironment {
  readonly host: string;
  readonly port: number;
  /** Undefined when nothing is measured. */
  readonly metricsPort: number | undefined;
  readonly logLevel: (typeof LOG_LEVELS)[number];
  readonly databaseUrl: string;
  readonly amqpUrl: string | undefined;
  /** The environment variables, completed by keys and folders of the data directory. */
  readonly variables: NodeJS.ProcessEnv;
  /** Stops the embedded Postgres, if there is one. */
  close(): Promise<void>;
}

/** A Postgres in the data directory. */
interface LocalPostgres {
  url(database: string): string;
  stop?(): Promise<void>;
}

/**
 * Creates the data directory if something is kept there. Starts the embedded Postgres, unless DATABASE_URL names a server. `onSpawn`
 * is called once that is starting, so that other work can be done meanwhile.
 *
 * @throws Error saying what to do when the data directory cannot be used, or the embedded Postgres cannot start, e.g. because another
 * process runs it
 */
export async function openLocalEnvironment(config: StartConfig, onSpawn: () => void): Promise<LocalEnvironment> {
  const dataDir = resolve(config.DATA_DIR);
  try {
    return await openIn(dataDir, config, onSpawn);
  } catch (error) {
    throw dataDirError(dataDir, error);
  }
}

async function openIn(dataDir: string, config: StartConfig, onSpawn: () => void): Promise<LocalEnvironment> {
  if (usesDataDir(config)) await makeDataDir(dataDir);
  if (config.DATABASE_URL !== '') return describe(config, await completeVariables(dataDir, config), undefined);
  const log = createLog('numer', config.LOG_LEVEL);
  const onTrouble = (message: string) => log.error(message);
  const embedded = await startEmbeddedPostgres({ dataDir: postgresDirOf(dataDir), onSpawn, onTrouble });
  try {
    // The lock of Postgres is held here, so of two first starts at the same moment only the one that goes on makes the keys.
    return describe(config, await completeVariables(dataDir, config), embedded);
  } catch (error) {
    await embedded.stop();
    throw error;
  }
}

/** The environment variables, completed by keys and folders of the data directory. */
async function completeVariables(dataDir: string, config: StartConfig): Promise<NodeJS.ProcessEnv> {
  const keys = hasKeys() ? {} : await keysOf(dataDir);
  // Caught mails are read on this machine. In a mail that really leaves, a link to this machine would lead nowhere.
  const publicUrl = config.SMTP_URL === '' && config.PORT !== 0 ? { PUBLIC_URL: reachableUrl(config) } : {};
  const completed = completeEnvironment({ ...keys, MAIL_DIR: join(dataDir, 'mail'), ...publicUrl });
  // With a mail server, no mails are caught, so there is nothing to show.
  return config.SMTP_URL === '' ? completed : { ...completed, MAIL_DIR: '' };
}

/** The URL at which this machine reaches the gateway. */
function reachableUrl({ HOST, PORT }: StartConfig): string {
  return httpUrl(['0.0.0.0', '::'].includes(HOST) ? 'localhost' : HOST, PORT);
}

/**
 * The same for a command on existing data, whether or not the system runs: it uses an embedded Postgres that is already running, and
 * creates nothing. Its keys need not match those of others, because such a command calls only code in its own process.
 *
 * With `mustRun` it does not start Postgres itself, because that would keep the system from starting: the system must be running.
 *
 * @throws Error when there is no data, or with `mustRun` when the system does not run
 */
export async function joinLocalEnvironment({ mustRun = false } = {}): Promise<LocalEnvironment> {
  const config = readStartConfig();
  const variables = completeEnvironment(makeKeys());
  if (config.DATABASE_URL !== '') return describe(config, variables, undefined);
  const dataDir = postgresDirOf(resolve(config.DATA_DIR));
  if (!hasCluster(clusterDirOf(dataDir))) {
    throw new Error(
      `There is no data in ${resolve(config.DATA_DIR)}. Set DATA_DIR to the folder with the data, or DATABASE_URL to the server that has it.`,
    );
  }
  const running = findRunningPostgres(dataDir);
  if (running === undefined && mustRun) {
    throw new Error(`The system whose data is in ${resolve(config.DATA_DIR)} is not running.`);
  }
  return describe(config, variables, running ?? (await startEmbeddedPostgres({ dataDir })));
}

function describe(
  config: StartConfig,
  variables: NodeJS.ProcessEnv,
  embedded: LocalPostgres | undefined,
): LocalEnvironment {
  return {
    host: config.HOST,
    port: config.PORT,
    metricsPort: config.METRICS_PORT || undefined,
    logLevel: config.LOG_LEVEL,
    databaseUrl: embedded?.url('postgres') ?? config.DATABASE_URL,
    amqpUrl: config.AMQP_URL === '' ? undefined : config.AMQP_URL,
    variables,
    close: async () => embedded?.stop?.(),
  };
}

/** Whether the system keeps something in the data directory: the embedded Postgres, keys that are not given, or caught mails. */
export function usesDataDir({ DATABASE_URL, SMTP_URL, MAIL_DIR }: StartConfig): boolean {
  return DATABASE_URL === '' || (SMTP_URL === '' && MAIL_DIR === '') || !hasKeys();
}

function hasKeys(): boolean {
  return KEY_VARIABLES.every((name) => (process.env[name] ?? '') !== '');
}

/** The folder of the embedded Postgres in a data directory. */
export function postgresDirOf(dataDir: string): string {
  return join(dataDir, 'postgres');
}
