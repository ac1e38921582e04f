import type { DescMethod, DescMethodUnary, DescService, Message } from '@bufbuild/protobuf';
import {
  type ConnectRouter,
  createContextKey,
  type HandlerContext,
  type Interceptor,
  type ServiceImpl,
  type Transport,
} from '@connectrpc/connect';
import { HEADER } from '../runtime/call.ts';
import { OPEN_PACKAGE } from '../runtime/interceptors/authenticate.ts';
import type { Edge } from './edge.ts';
import { isPublished } from './public-services.ts';

/** Address of the caller. */
export const addressKey = createContextKey('');

/** Metadata of a caller that services are given. Everything else stays at the edge. */
const FORWARDED_HEADERS = Object.values(HEADER).filter((name) => name !== HEADER.idempotentReplayed);

/** Metadata of a service that callers are given. */
const RETURNED_HEADERS = [HEADER.idempotentReplayed];

/**
 * Registers the published RPCs of services for gRPC, gRPC-web and Connect: each call goes on to the service as it came.
 *
 * @throws Error when a published RPC streams: there is none yet, and none shall be left out unnoticed.
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
    // Methods left out answer `unimplemented`, as for an RPC that does not exist.
    router.service(service, Object.fromEntries(forwarded) as Partial<ServiceImpl<DescService>>);
  }
}

/** Lets a call through the edge before it goes on. */
export function enterEdge(edge: Edge): Interceptor {
  return (next) => async (request) => {
    if (request.service.typeName.startsWith(OPEN_PACKAGE)) return next(request);
    const address = request.contextValues.get(addressKey);
    const answerHeaders = await edge.enter(request.method, request.header, address);
    const response = await next(request);
    for (const [name, value] of Object.entries(answerHeaders)) response.header.set(name, value);
    response.header.set(HEADER.requestId, request.header.get(HEADER.requestId) ?? '');
    return response;
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
    const response = await transport.unary(unary, context.signal, context.timeoutMs(), header, message);
    for (const name of RETURNED_HEADERS) {
      const value = response.header.get(name);
      if (value !== null) context.responseHeader.set(name, value);
    }
    return response.message;
  };
}
