import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type Config, integer, oneOf, readConfig, text, url } from '../runtime/config.ts';
import { startEmbeddedPostgres } from '../runtime/embedded-postgres/embedded-postgres.ts';
import { LOG_LEVELS } from '../runtime/log.ts';
import { keysOf } from './keys.ts';

/** Variables of `numer start` and of the commands that work on its data. */
export const START_CONFIG = {
  HOST: text({ description: 'Address to listen on', fallback: '127.0.0.1' }),
  PORT: integer({ description: 'Port to listen on', fallback: 8080, min: 0, max: 65_535 }),
  DATA_DIR: text({ description: 'Folder of the embedded Postgres, the caught mails and the keys', fallback: '.numer' }),
  LOG_LEVEL: oneOf(LOG_LEVELS, { description: 'Least severe messages to log', fallback: 'warn' }),
  DATABASE_URL: url({
    description: 'Postgres server to use in place of the embedded one',
    schemes: ['postgres:', 'postgresql:'],
    fallback: '',
    secret: true,
  }),
  AMQP_URL: url({
    description: 'RabbitMQ server; without it events are handed over in the process',
    schemes: ['amqp:', 'amqps:'],
    fallback: '',
    secret: true,
  }),
} as const;

/** Their values. */
export type StartConfig = Config<typeof START_CONFIG>;

/** Reads them. @throws ConfigError */
export function readStartConfig(): StartConfig {
  return readConfig(START_CONFIG, process.env);
}

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

/**
 * Makes the data directory and, unless DATABASE_URL names a server, starts the embedded Postgres.
 *
 * @throws Error with what to do when the embedded Postgres cannot start
 */
export async function openLocalEnvironment(config: StartConfig): Promise<LocalEnvironment> {
  const dataDir = resolve(config.DATA_DIR);
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const mailDir = join(dataDir, 'mail');
  const variables = {
    ...(await keysOf(dataDir)),
    ...((process.env.SMTP_URL ?? '') === '' ? { MAIL_DIR: mailDir } : {}),
    ...process.env,
  };
  const embedded =
    config.DATABASE_URL === '' ? await startEmbeddedPostgres({ dataDir: join(dataDir, 'postgres') }) : undefined;
  return {
    host: config.HOST,
    port: config.PORT,
    dataDir,
    logLevel: config.LOG_LEVEL,
    databaseUrl: embedded?.url('postgres') ?? config.DATABASE_URL,
    amqpUrl: config.AMQP_URL === '' ? undefined : config.AMQP_URL,
    variables,
    close: async () => embedded?.stop(),
  };
}
