import type { DescMethod, DescMethodUnary, DescService, Message } from '@bufbuild/protobuf';
import {
  Code,
  ConnectError,
  type ConnectRouter,
  type HandlerContext,
  type ServiceImpl,
  type Transport,
} from '@connectrpc/connect';
import { noSuchRpc } from '../runtime/call/unknown-rpc.ts';
import { OPEN_PACKAGE } from '../runtime/interceptors/authenticate.ts';
import type { Logger } from '../runtime/process/log.ts';
import { SERVER_LIMITS } from '../runtime/process/server.ts';
import type { Edge } from './edge/edge.ts';
import { exchangeOf } from './edge/exchange.ts';
import { limitQuery, type MessageLimits } from './edge/message-limit.ts';
import { FORWARDED_HEADERS, RETURNED_HEADERS } from './edge/passed-headers.ts';
import { badConnectTimeout } from './edge/patience.ts';
import { explainProtocolError } from './edge/public-error.ts';
import { isPublished } from './public-services.ts';

/**
 * Registers the published RPCs of services for gRPC, gRPC-web and Connect. Each call is passed on to the service as it came.
 *
 * @throws Error when a published RPC streams: there are none yet, and one must not be left out unnoticed.
 */
export function registerPassThrough(
  router: ConnectRouter,
  services: Iterable<DescService>,
  transportOf: (service: DescService) => Transport,
): void {
  for (const service of services) {
    const transport = transportOf(service);
    const forwarded = service.methods
      .filter(isPublished)
      .map((method) => [method.localName, forwardTo(transport, method)]);
    // The gate refuses the methods left out.
    router.service(service, Object.fromEntries(forwarded) as Partial<ServiceImpl<DescService>>);
  }
}

/** Lets a call through the edge before its message is read, so that strangers cannot make us read it. Then checks a message in a URL. */
export function createGate(edge: Edge, limits: MessageLimits, log: Logger): (context: HandlerContext) => Promise<void> {
  return async (context) => {
    const { service, method, requestHeader, values, signal } = context;
    // No interceptor sees a failure to read the message, but the failure aborts the call before it is answered.
    signal.addEventListener('abort', () => explainProtocolError(signal.reason));
    if (service.typeName.startsWith(OPEN_PACKAGE)) return;
    if (!isPublished(method)) throw noSuchRpc();
    const exchange = exchangeOf(values);
    try {
      await edge.enter(method, requestHeader, exchange);
    } catch (err) {
      const rpc = `${service.typeName}/${method.name}`;
      const isOurs = err instanceof ConnectError && (err.code === Code.Unavailable || err.code === Code.Internal);
      log[isOurs ? 'error' : 'debug']({ rpc, requestId: exchange.requestId, err }, 'call refused');
      throw err;
    }
    const badTimeout = badConnectTimeout(context);
    if (badTimeout !== undefined) throw badTimeout;
    await limitQuery(context, limits);
  };
}

function forwardTo(transport: Transport, method: DescMethod) {
  if (method.methodKind !== 'unary') throw new Error(`${method.parent.typeName}.${method.name} streams`);
  const unary = method as DescMethodUnary; // as its methodKind says
  return async (message: Message, context: HandlerContext) => {
    const header = new Headers();
    for (const name of FORWARDED_HEADERS) {
      const value = context.requestHeader.get(name);
      if (value !== null) header.set(name, value);
    }
    const patienceMs = context.timeoutMs();
    // Services refuse longer deadlines, but a caller who sets one makes no mistake.
    const timeoutMs = patienceMs === undefined ? undefined : Math.min(patienceMs, SERVER_LIMITS.maxTimeoutMs);
    const response = await transport.unary(unary, context.signal, timeoutMs, header, message);
    for (const name of RETURNED_HEADERS) {
      const value = response.header.get(name);
      if (value !== null) context.responseHeader.set(name, value);
    }
    return response.message;
  };
}
