import { createClient, createContextValues, type Transport } from '@connectrpc/connect';
import { connectNodeAdapter } from '@connectrpc/connect-node';
import { getRequestListener } from '@hono/node-server';
import { Health, HealthCheckResponse_ServingStatus as ServingStatus } from '../gen/grpc/health/v1/health_pb.ts';
import type { Clock } from '../runtime/clock.ts';
import { registerHealth } from '../runtime/health.ts';
import type { InternalTokens } from '../runtime/identity.ts';
import { handleErrors } from '../runtime/interceptors/handle-errors.ts';
import type { Logger } from '../runtime/log.ts';
import { SERVER_LIMITS } from '../runtime/server.ts';
import { SERVICE_NAMES, type ServiceName } from '../runtime/service.ts';
import { createApp } from './app.ts';
import { callerAddress } from './caller-address.ts';
import type { GatewayConfig } from './config.ts';
import { answerCors, type IncomingRequest, type OutgoingResponse } from './cors.ts';
import { createCredentials } from './credentials.ts';
import { createEdge } from './edge.ts';
import { type Listener, listen } from './listener.ts';
import { addressKey, enterEdge, registerPassThrough } from './pass-through.ts';
import { PUBLIC_SERVICES } from './public-services.ts';
import { createRateLimit } from './rate-limit.ts';

/** What the gateway runs on. */
export interface GatewayOptions {
  readonly config: GatewayConfig;
  transportTo(service: ServiceName): Transport;
  readonly tokens: InternalTokens;
  readonly log: Logger;
  readonly clock: Clock;
  readonly host: string;
  readonly port: number;
}

const READY_TIMEOUT_MS = 3_000;

/**
 * Opens the gateway: REST, Connect, gRPC-web and gRPC on one port. It holds no data and may run any number of times.
 * Rejects when the port is taken.
 */
export async function startGateway(options: GatewayOptions): Promise<Listener> {
  const { config, tokens, clock } = options;
  const log = options.log.child({ service: 'gateway' });
  const credentials = createCredentials(options.transportTo('user'), tokens, clock);
  const edge = createEdge({
    credentials,
    tokens,
    perUser: createRateLimit(config.RATE_LIMIT_PER_USER),
    perAddress: createRateLimit(config.RATE_LIMIT_PER_ADDRESS),
  });
  const transports = new Map([...PUBLIC_SERVICES].map(([service, name]) => [service, options.transportTo(name)]));
  const transportOf = (service: Parameters<typeof transports.get>[0]) => {
    const transport = transports.get(service);
    if (transport === undefined) throw new Error(`${service.typeName} is not a public service`);
    return transport;
  };
  const unready = () => findUnready(options.transportTo);
  const addressOf = (request: IncomingRequest) =>
    callerAddress(request.socket.remoteAddress, headerOf(request, 'x-forwarded-for'), config.TRUSTED_PROXIES);
  const app = createApp({
    edge,
    transportOf,
    unready,
    addressOf,
    bodyBytesMax: config.BODY_BYTES_MAX,
    mailDir: config.MAIL_DIR,
    log,
  });
  const rest = getRequestListener((request, env) => app.fetch(request, env), { overrideGlobalObjects: false });
  const serviceNames = [...PUBLIC_SERVICES.keys()].map(({ typeName }) => typeName);
  const rpc = connectNodeAdapter({
    routes(router) {
      registerPassThrough(router, PUBLIC_SERVICES.keys(), transportOf);
      registerHealth(router, serviceNames, async () => (await unready()).length === 0);
    },
    interceptors: [handleErrors(log), enterEdge(edge)],
    readMaxBytes: config.BODY_BYTES_MAX,
    maxTimeoutMs: SERVER_LIMITS.maxTimeoutMs,
    contextValues: (request) => createContextValues().set(addressKey, addressOf(request)),
    // The adapter's types for the two HTTP versions say the same as Node's, but not under exactOptionalPropertyTypes.
    fallback: (request, response) => void rest(request, response as OutgoingResponse),
  });
  return listen(
    (request, response) => {
      if (!answerCors(request, response, config.CORS_ORIGINS)) rpc(request, response);
    },
    options.host,
    options.port,
  );
}

async function findUnready(transportTo: (service: ServiceName) => Transport): Promise<readonly string[]> {
  const looks = SERVICE_NAMES.map(async (name) => {
    const health = createClient(Health, transportTo(name));
    const status = await health.check({}, { timeoutMs: READY_TIMEOUT_MS }).then(
      (answer) => answer.status,
      () => ServingStatus.UNKNOWN,
    );
    return status === ServingStatus.SERVING ? [] : [name];
  });
  return (await Promise.all(looks)).flat();
}

function headerOf(request: IncomingRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(',') : value;
}
