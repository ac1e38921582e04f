import type { Transport } from '@connectrpc/connect';
import { createNetworkTransport } from '../call/client.ts';
import { type Config, integer, key, oneOf, text, url } from './config.ts';
import { LOG_LEVELS } from './log.ts';
import type { ServiceName } from './service.ts';

/** Port at which a process serves its metrics. */
export const METRICS_PORT = integer({
  description: 'Port where Prometheus reads metrics; without it, nothing is measured',
  fallback: 0,
  min: 1,
  max: 65_535,
});

/** Variables of every process. */
export const PROCESS_CONFIG = {
  HOST: text({ description: 'Address to listen on', fallback: '127.0.0.1' }),
  PORT: integer({ description: 'Port to listen on', fallback: 8080, min: 0, max: 65_535 }),
  METRICS_PORT,
  LOG_LEVEL: oneOf(LOG_LEVELS, { description: 'Least severe messages to log', fallback: 'info' }),
  INTERNAL_TOKEN_KEY: key({ description: 'Key under which services trust each other; `npx numer keys` prints one' }),
} as const;

/** Variables of every process that keeps data. */
export const STORAGE_CONFIG = {
  DATABASE_URL: url({
    description: 'Postgres server, where each service uses its own database numer_<service>',
    schemes: ['postgres:', 'postgresql:'],
  }),
  AMQP_URL: url({ description: 'RabbitMQ server', schemes: ['amqp:', 'amqps:'] }),
} as const;

function serviceUrl(service: ServiceName) {
  return url({ description: `URL of the ${service} service`, schemes: ['http:'] });
}

/** Where the services are. */
export const SERVICE_URLS_CONFIG = {
  USER_SERVICE_URL: serviceUrl('user'),
  INVOICE_SERVICE_URL: serviceUrl('invoice'),
  ACTIVITY_SERVICE_URL: serviceUrl('activity'),
  NOTIFICATION_SERVICE_URL: serviceUrl('notification'),
  STATS_SERVICE_URL: serviceUrl('stats'),
  REMINDER_SERVICE_URL: serviceUrl('reminder'),
} as const;

/** The variable that holds a service's URL. */
export const SERVICE_URL_VARIABLES = {
  user: 'USER_SERVICE_URL',
  invoice: 'INVOICE_SERVICE_URL',
  activity: 'ACTIVITY_SERVICE_URL',
  notification: 'NOTIFICATION_SERVICE_URL',
  stats: 'STATS_SERVICE_URL',
  reminder: 'REMINDER_SERVICE_URL',
} as const satisfies Record<ServiceName, keyof typeof SERVICE_URLS_CONFIG>;

/** Transports to the services, one connection each, opened on first use. */
export function createNetworkTransports(
  config: Config<typeof SERVICE_URLS_CONFIG>,
): (service: ServiceName) => Transport {
  const transports = new Map<ServiceName, Transport>();
  return (service) => {
    const transport = transports.get(service) ?? createNetworkTransport(config[SERVICE_URL_VARIABLES[service]]);
    transports.set(service, transport);
    return transport;
  };
}
