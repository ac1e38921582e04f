import { Code, type ConnectError, createConnectRouter } from '@connectrpc/connect';
import type { UniversalHandler, UniversalHandlerFn } from '@connectrpc/connect/protocol';
import {
  type connectNodeAdapter,
  universalRequestFromNodeRequest,
  universalResponseToNodeResponse,
} from '@connectrpc/connect-node';
import { Health } from '../../gen/grpc/health/v1/health_pb.ts';
import { errorWithReason } from './errors.ts';

/** The error for an RPC that does not exist, or not for callers. */
export function noSuchRpc(): ConnectError {
  return errorWithReason(Code.Unimplemented, 'NOT_FOUND', 'There is no such RPC.');
}

/** Handlers of all protocols, of one RPC that streams and of one that does not, which refuse every call before they read of it. */
const REFUSALS: readonly UniversalHandler[] = createConnectRouter({
  requestGate() {
    throw noSuchRpc();
  },
}).service(Health, {}).handlers;

/** The path of an RPC whose service is in a package, as no path of REST is. */
const RPC_PATH = /^\/\w+([.]\w+)+\/\w+$/;

/**
 * The handler for a call of an RPC that nobody serves, which says so in the terms of its protocol: a client of gRPC must not have to
 * understand a 404. Undefined for a request that is none by its type of content, or by the path where that says too little.
 */
export function unknownRpcHandler(
  method: string | undefined,
  path: string,
  contentType: string | undefined,
): UniversalHandlerFn | undefined {
  if (method !== 'POST' || contentType === undefined) return undefined;
  if (!contentType.startsWith('application/grpc') && !RPC_PATH.test(path)) return undefined;
  return REFUSALS.find(({ supportedContentType }) => supportedContentType(contentType));
}

/** A request and its response, as the adapter of the library has them. */
type NodeExchange = Parameters<ReturnType<typeof connectNodeAdapter>>;

/** Answers a request to a server of RPCs that none of them takes. */
export async function answerUnknownRpc(...[request, response]: NodeExchange): Promise<void> {
  const handle = unknownRpcHandler(request.method, request.url ?? '', request.headers['content-type']);
  if (handle === undefined) {
    response.statusCode = 404;
    response.end();
    return;
  }
  const call = universalRequestFromNodeRequest(request, response, undefined, undefined);
  // That the caller has gone is all that can go wrong.
  await universalResponseToNodeResponse(await handle(call), response).catch(() => undefined);
}
