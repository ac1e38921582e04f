import { GATEWAY_CONFIG } from '../gateway/config.ts';
import { type Config, integer, key, oneOf, readConfig, text, url } from '../runtime/process/config.ts';
import { LOG_LEVELS } from '../runtime/process/log.ts';
import { METRICS_PORT } from '../runtime/process/process-config.ts';
import { NOTIFICATION_CONFIG } from '../services/notification/config.ts';
import { userConfig } from '../services/user/config.ts';
import { completeEnvironment, makeKeys } from './keys.ts';

/** The key of the services of one process. */
export const INTERNAL_KEY_CONFIG = {
  INTERNAL_TOKEN_KEY: key({ description: 'Key under which services trust each other; `npx numer keys` prints one' }),
} as const;

/** Variables of `numer start` and of the commands that use its data, including those of all services and the gateway. */
export const START_CONFIG = {
  HOST: text({ description: 'Address to listen on', fallback: '127.0.0.1' }),
  PORT: integer({ description: 'Port to listen on', fallback: 8080, min: 0, max: 65_535 }),
  METRICS_PORT,
  DATA_DIR: text({
    description: 'Folder for the embedded Postgres, the caught mails and the keys',
    fallback: '.numer',
  }),
  LOG_LEVEL: oneOf(LOG_LEVELS, { description: 'Least severe messages to log', fallback: 'warn' }),
  DATABASE_URL: url({
    description: 'Postgres server to use instead of the embedded one',
    schemes: ['postgres:', 'postgresql:'],
    fallback: '',
  }),
  AMQP_URL: url({
    description: 'RabbitMQ server; without it, events are passed on within the process',
    schemes: ['amqp:', 'amqps:'],
    fallback: '',
  }),
  ...INTERNAL_KEY_CONFIG,
  ...userConfig,
  ...NOTIFICATION_CONFIG,
  ...GATEWAY_CONFIG,
} as const;

/** Their values. */
export type StartConfig = Config<typeof START_CONFIG>;

/**
 * Reads them before anything starts, so that all mistakes are reported at once. The data directory may hold keys that are not given;
 * fresh ones stand in for them here.
 *
 * @throws ConfigError
 */
export function readStartConfig(): StartConfig {
  return readConfig(START_CONFIG, completeEnvironment(makeKeys()));
}
