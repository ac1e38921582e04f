import type { DescService } from '@bufbuild/protobuf';
import { Code, ConnectError, createConnectRouter, type Transport } from '@connectrpc/connect';
import type { UniversalHandlerFn, UniversalServerResponse } from '@connectrpc/connect/protocol';
import {
  compressionBrotli,
  compressionGzip,
  universalRequestFromNodeRequest,
  universalResponseToNodeResponse,
} from '@connectrpc/connect-node';
import { getRequestListener } from '@hono/node-server';
import { DocumentLinkService } from '../gen/numer/notification/v1/document_link_service_pb.ts';
import type { InternalTokens } from '../runtime/call/identity.ts';
import { unknownRpcHandler } from '../runtime/call/unknown-rpc.ts';
import type { Clock } from '../runtime/clock.ts';
import { encodeStatusMessage } from '../runtime/grpc/status.ts';
import { handleErrors } from '../runtime/interceptors/handle-errors.ts';
import type { Metrics } from '../runtime/metrics/metrics.ts';
import { registerHealth } from '../runtime/process/health.ts';
import type { Logger } from '../runtime/process/log.ts';
import { registerReflection } from '../runtime/process/reflection.ts';
import type { ServiceName } from '../runtime/process/service.ts';
import { createApp } from './app.ts';
import type { GatewayConfig } from './config.ts';
import { answerCors } from './edge/cors.ts';
import { createCredentials } from './edge/credentials.ts';
import { createEdge } from './edge/edge.ts';
import { beginExchange, contextOf, noteRoute } from './edge/exchange.ts';
import { inBase64, isGrpcWebText, toBinaryType } from './edge/grpc-web-text.ts';
import type { IncomingRequest, OutgoingResponse } from './edge/http-message.ts';
import { hasGoodAuthority, malformedResponse, refuseMalformed } from './edge/malformed-request.ts';
import { measure } from './edge/measure.ts';
import { limitMessages } from './edge/message-limit.ts';
import { dropEndlessDeadline } from './edge/patience.ts';
import { hideInternals } from './edge/public-error.ts';
import { createRateLimit } from './edge/rate-limit.ts';
import { type Listener, listen, type RequestListener } from './listener.ts';
import { createLinkedDocuments } from './pages/linked-documents.ts';
import { createGate, registerPassThrough } from './pass-through.ts';
import { isPublished, PUBLIC_SERVICES } from './public-services.ts';
import { createReadiness } from './readiness.ts';

/** Requests for password resets per minute and address: enough for a front end that makes the calls of many people. */
const RESETS_PER_ADDRESS = 60;

/** What the gateway needs. */
export interface GatewayOptions {
  readonly config: GatewayConfig;
  transportTo(service: ServiceName): Transport;
  readonly tokens: InternalTokens;
  /** A log whose records name the gateway. */
  readonly log: Logger;
  /** Undefined when nobody reads metrics. */
  readonly metrics?: Pick<Metrics, 'requestAnswered'> | undefined;
  readonly clock: Clock;
  readonly host: string;
  readonly port: number;
}

/**
 * Opens the gateway: REST, Connect, gRPC-web and gRPC on one port. It holds no data, so any number of gateways may run.
 * Rejects when the port is taken.
 */
export async function startGateway(options: GatewayOptions): Promise<Listener> {
  const { config, metrics } = options;
  const serve = createRequestListener(options);
  return listen(
    (request, response) => {
      beginExchange(request, response, config.TRUSTED_PROXIES);
      if (metrics !== undefined) measure(request, response, metrics);
      if (answerCors(request, response, config.CORS_ORIGINS)) return;
      dropEndlessDeadline(request);
      if (hasGoodAuthority(request)) serve(request, response);
      else refuseMalformed(response);
    },
    options.host,
    options.port,
  );
}

/** Handles RPCs of all three protocols by their paths. Everything else goes to the HTTP application. */
function createRequestListener(options: GatewayOptions): RequestListener {
  const { config, tokens, clock, log } = options;
  const edge = createEdge({
    credentials: createCredentials(options.transportTo('user'), tokens, clock),
    tokens,
    perUser: createRateLimit('user', config.RATE_LIMIT_PER_USER),
    perAddress: createRateLimit('address', config.RATE_LIMIT_PER_ADDRESS),
    resetsPerAddress: createRateLimit('password-resets', RESETS_PER_ADDRESS),
  });
  const transports = new Map(
    [...PUBLIC_SERVICES].map(([service, name]) => [service, hideInternals(options.transportTo(name))]),
  );
  const transportOf = (service: DescService) => {
    const transport = transports.get(service);
    if (transport === undefined) throw new Error(`${service.typeName} is not a public service`);
    return transport;
  };
  const linkedDocuments = createLinkedDocuments(transportOf(DocumentLinkService), tokens);
  const readiness = createReadiness(options.transportTo, clock);
  const app = createApp({
    edge,
    transportOf,
    linkedDocuments,
    readiness,
    bodyBytesMax: config.BODY_BYTES_MAX,
    mailDir: config.MAIL_DIR,
    log,
  });
  // This replaces the global Request and Response with its own. With the original ones every body would be a stream, and a
  // small answer would cost half as much again.
  const rest = getRequestListener((request, env) => app.fetch(request, env), { errorHandler: malformedResponse });
  const serviceNames = [...PUBLIC_SERVICES.keys()].map(({ typeName }) => typeName);
  const limits = { maxBytes: config.BODY_BYTES_MAX, compressions: COMPRESSIONS };
  const router = createConnectRouter({
    requestGate: createGate(edge, limits, log),
    interceptors: [handleErrors(log)],
    readMaxBytes: config.BODY_BYTES_MAX,
    acceptCompression: COMPRESSIONS,
  });
  registerPassThrough(router, PUBLIC_SERVICES.keys(), transportOf);
  registerHealth(router, serviceNames, async () => (await readiness.unready()).length === 0);
  registerReflection(router, [...PUBLIC_SERVICES.keys()], isPublished);
  const handlers = new Map(router.handlers.map((handler) => [handler.requestPath, limitMessages(handler, limits)]));
  return (request, response) => {
    const path = request.url?.split('?', 1)[0] ?? '';
    const known = handlers.get(path);
    if (known !== undefined) noteRoute(request, path);
    const contentType = request.headers['content-type'];
    const isText = isGrpcWebText(contentType);
    const handle = known ?? unknownRpcHandler(request.method, path, isText ? toBinaryType(contentType) : contentType);
    if (handle === undefined) void rest(request, response);
    else void answer(isText ? inBase64(handle) : handle, request, response, log);
  };
}

const GRPC_MESSAGE = 'grpc-message';
const COMPRESSIONS = [compressionGzip, compressionBrotli];

/** Handles an RPC. Its failures are in its answer. Only writing the answer can fail, mostly because the caller has left. */
async function answer(
  handle: UniversalHandlerFn,
  request: IncomingRequest,
  response: OutgoingResponse,
  log: Logger,
): Promise<void> {
  try {
    const call = universalRequestFromNodeRequest(request, response, undefined, contextOf(request));
    await universalResponseToNodeResponse(withPlainMessage(await handle(call)), response);
  } catch (err) {
    if (ConnectError.from(err).code !== Code.Aborted) log.error({ err }, 'an RPC could not be answered');
  }
}

/**
 * The answer with no more of `grpc-message` encoded than gRPC asks for. Connect encodes as much as in a URL, and grpc-js does
 * not decode punctuation: its users would read `%2C` for every comma.
 */
function withPlainMessage(answered: UniversalServerResponse): UniversalServerResponse {
  const { trailer } = answered;
  if (trailer === undefined) return answered;
  return {
    ...answered,
    // Read once the body is written, when the message is there.
    get trailer() {
      const message = trailer.get(GRPC_MESSAGE);
      if (message?.includes('%')) trailer.set(GRPC_MESSAGE, encodeStatusMessage(decodeURIComponent(message)));
      return trailer;
    },
  };
}
