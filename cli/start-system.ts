import { GATEWAY_CONFIG } from '../gateway/config.ts';
import { startGateway } from '../gateway/gateway.ts';
import { readConfig } from '../runtime/process/config.ts';
import { openServices, type ServicesOptions } from './open-services.ts';

/** Where the whole system in one process runs. */
export interface SystemOptions extends ServicesOptions {
  readonly host: string;
  /** 0 means any free port. */
  readonly port: number;
}

/** The running system. */
export interface RunningSystem {
  /** The URL at which the gateway listens. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts all services and the gateway in this process. When one cannot start, it rejects and leaves nothing running. */
export async function startSystem(options: SystemOptions): Promise<RunningSystem> {
  const config = readConfig(GATEWAY_CONFIG, options.environment);
  const services = await openServices(options);
  try {
    const log = options.log.child({ service: 'gateway' });
    const gateway = await startGateway({ ...options, config, log, transportTo: services.transportTo });
    services.begin();
    return {
      url: gateway.url,
      async stop() {
        await gateway.stop();
        await services.stop();
      },
    };
  } catch (error) {
    await services.stop();
    throw error;
  }
}
