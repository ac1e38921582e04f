import { SUBSCRIPTIONS } from '../../gen/subscriptions.ts';
import { createInternalTokens } from '../call/identity.ts';
import { systemClock } from '../clock.ts';
import { databaseUrlOf, withDatabase } from '../database/ensure-database.ts';
import { createAmqpBus } from '../events/amqp-bus.ts';
import { serveMetrics } from '../metrics/metrics-server.ts';
import { readConfig } from './config.ts';
import { createLog } from './log.ts';
import { createNetworkTransports, PROCESS_CONFIG, SERVICE_URLS_CONFIG, STORAGE_CONFIG } from './process-config.ts';
import { exitOnMistake, releaseStartMemory, stopOnSignal } from './process-life.ts';
import { startServer } from './server.ts';
import type { AnyServiceDefinition } from './service.ts';
import { startService } from './start-service.ts';

/** Runs one service alone, configured by the environment, until the process is told to stop. */
export async function runService(definition: AnyServiceDefinition): Promise<void> {
  await exitOnMistake(async () => {
    const config = readConfig({ ...PROCESS_CONFIG, ...SERVICE_URLS_CONFIG, ...STORAGE_CONFIG }, process.env);
    const log = createLog('numer', config.LOG_LEVEL).child({ service: definition.name });
    const served = config.METRICS_PORT === 0 ? undefined : await serveMetrics(config.HOST, config.METRICS_PORT);
    const bus = createAmqpBus({
      url: config.AMQP_URL,
      name: definition.name,
      subscribers: SUBSCRIPTIONS,
      log,
      metrics: served?.metrics,
    });
    const platform = {
      databaseUrl: databaseUrlOf(config.DATABASE_URL, definition.name),
      bus,
      transportTo: createNetworkTransports(config),
      tokens: createInternalTokens(config.INTERNAL_TOKEN_KEY, systemClock),
      secret: config.INTERNAL_TOKEN_KEY,
      log,
      clock: systemClock,
      metrics: served?.metrics.ofService(definition.name),
      environment: process.env,
    };
    const service = await withDatabase(config.DATABASE_URL, definition.name, () => startService(definition, platform));
    const server = await startServer({
      routes: service.routes,
      interceptors: service.interceptors,
      host: config.HOST,
      port: config.PORT,
    });
    service.begin();
    log.info({ url: server.url }, 'ready');
    releaseStartMemory(log);
    stopOnSignal(log, async () => {
      await server.stop();
      await service.stop();
      await bus.close();
      await served?.stop();
    });
  });
}
