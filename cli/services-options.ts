import { createInternalTokens, type InternalTokens } from '../runtime/call/identity.ts';
import { systemClock } from '../runtime/clock.ts';
import { readConfig } from '../runtime/process/config.ts';
import { createLog } from '../runtime/process/log.ts';
import { INTERNAL_KEY_CONFIG } from './config.ts';
import type { LocalEnvironment } from './environment.ts';
import type { ServicesOptions } from './open-services.ts';

/** The resources that the services of a local environment run on. */
export function servicesOptionsOf(environment: LocalEnvironment): ServicesOptions {
  const { INTERNAL_TOKEN_KEY: secret } = readConfig(INTERNAL_KEY_CONFIG, environment.variables);
  const tokens: InternalTokens = createInternalTokens(secret, systemClock);
  return {
    databaseUrl: environment.databaseUrl,
    amqpUrl: environment.amqpUrl,
    tokens,
    secret,
    environment: environment.variables,
    log: createLog('numer', environment.logLevel),
    clock: systemClock,
  };
}
