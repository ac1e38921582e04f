import { createInternalTokens } from '../runtime/call/identity.ts';
import { systemClock } from '../runtime/clock.ts';
import { serveMetrics } from '../runtime/metrics/metrics-server.ts';
import { readConfig } from '../runtime/process/config.ts';
import { createLog } from '../runtime/process/log.ts';
import { createNetworkTransports, PROCESS_CONFIG, SERVICE_URLS_CONFIG } from '../runtime/process/process-config.ts';
import { exitOnMistake, releaseStartMemory, stopOnSignal } from '../runtime/process/process-life.ts';
import { GATEWAY_CONFIG } from './config.ts';
import { startGateway } from './gateway.ts';

/** Runs the gateway alone, configured by the environment, until the process is told to stop. */
export async function runGateway(): Promise<void> {
  await exitOnMistake(async () => {
    const config = readConfig({ ...PROCESS_CONFIG, ...SERVICE_URLS_CONFIG, ...GATEWAY_CONFIG }, process.env);
    const log = createLog('numer', config.LOG_LEVEL).child({ service: 'gateway' });
    const served = config.METRICS_PORT === 0 ? undefined : await serveMetrics(config.HOST, config.METRICS_PORT);
    const gateway = await startGateway({
      config,
      transportTo: createNetworkTransports(config),
      tokens: createInternalTokens(config.INTERNAL_TOKEN_KEY, systemClock),
      log,
      metrics: served?.metrics,
      clock: systemClock,
      host: config.HOST,
      port: config.PORT,
    });
    log.info({ url: gateway.url }, 'ready');
    releaseStartMemory(log);
    stopOnSignal(log, async () => {
      await gateway.stop();
      await served?.stop();
    });
  });
}
