import { setTimeout as sleep } from 'node:timers/promises';
import { Code, ConnectError, type ConnectRouter } from '@connectrpc/connect';
import { Health, HealthCheckResponse_ServingStatus as ServingStatus } from '../../gen/grpc/health/v1/health_pb.ts';

const WATCH_INTERVAL_MS = 1_000;

/**
 * gRPC health checking (grpc.health.v1): Check and Watch for the server as a whole (`service` empty) and for each of
 * its services by full name. All of them share one status.
 */
export function registerHealth(
  router: ConnectRouter,
  serviceNames: readonly string[],
  isReady: () => Promise<boolean>,
): void {
  const statusOf = async (service: string): Promise<ServingStatus | undefined> => {
    if (service !== '' && !serviceNames.includes(service)) return undefined;
    return (await isReady()) ? ServingStatus.SERVING : ServingStatus.NOT_SERVING;
  };
  router.service(Health, {
    async check(request) {
      const status = await statusOf(request.service);
      if (status === undefined) throw new ConnectError(`There is no service ${request.service} here.`, Code.NotFound);
      return { status };
    },
    async *watch(request, context) {
      let last: ServingStatus | undefined;
      while (!context.signal.aborted) {
        const status = (await statusOf(request.service)) ?? ServingStatus.SERVICE_UNKNOWN;
        if (status !== last) yield { status };
        last = status;
        // The sleep rejects when the caller leaves. The loop then ends.
        await sleep(WATCH_INTERVAL_MS, undefined, { signal: context.signal }).catch(() => undefined);
      }
    },
  });
}
