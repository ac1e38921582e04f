import { createClient } from '@connectrpc/connect';
import { Health, HealthCheckResponse_ServingStatus as ServingStatus } from '../gen/grpc/health/v1/health_pb.ts';
import { createNetworkTransport } from './call/client.ts';

const TIMEOUT_MS = 3_000;

/**
 * Asks the server that listens on PORT of this machine whether it is serving, and exits with 0 when it is: the health
 * check of every container.
 */
const health = createClient(Health, createNetworkTransport(`http://127.0.0.1:${process.env.PORT ?? '8080'}`));
const status = await health.check({}, { timeoutMs: TIMEOUT_MS }).then(
  (answer) => answer.status,
  () => ServingStatus.UNKNOWN,
);
process.exit(status === ServingStatus.SERVING ? 0 : 1);
