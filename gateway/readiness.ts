import { createClient, type Transport } from '@connectrpc/connect';
import { Health, HealthCheckResponse_ServingStatus as ServingStatus } from '../gen/grpc/health/v1/health_pb.ts';
import type { Clock } from '../runtime/clock.ts';
import { SERVICE_NAMES, type ServiceName } from '../runtime/process/service.ts';

/** Whether the services behind the gateway can take calls. */
export interface Readiness {
  /** The names of those that cannot. */
  unready(): Promise<readonly ServiceName[]>;
}

const TIMEOUT_MS = 3_000;
/** Anybody may ask, and an answer costs a call to every service, so an answer is reused for this long. */
const REMEMBER_MS = 1_000;

/** Readiness by gRPC health checks of all services. */
export function createReadiness(transportTo: (service: ServiceName) => Transport, clock: Clock): Readiness {
  const clients = SERVICE_NAMES.map((name) => ({ name, health: createClient(Health, transportTo(name)) }));
  let last: Promise<readonly ServiceName[]> | undefined;
  let lastMs = 0;
  const look = async () => {
    const looks = clients.map(async ({ name, health }) => {
      const { status } = await health.check({}, { timeoutMs: TIMEOUT_MS }).catch(() => ({ status: undefined }));
      return status === ServingStatus.SERVING ? [] : [name];
    });
    return (await Promise.all(looks)).flat();
  };
  return {
    unready() {
      const nowMs = clock.now().getTime();
      // When the clock is set back, an answer must not be kept until the clock has caught up.
      if (last === undefined || Math.abs(nowMs - lastMs) >= REMEMBER_MS) {
        last = look();
        lastMs = nowMs;
      }
      return last;
    },
  };
}
