import { type Config, integer, oneOf, readConfig, text, url } from '../runtime/config.ts';
import { LOG_LEVELS } from '../runtime/log.ts';

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
