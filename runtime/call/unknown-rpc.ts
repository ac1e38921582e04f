import { Code, type ConnectError, createConnectRouter } from '@connectrpc/connect';
import type { UniversalHandler, UniversalHandlerFn } from '@connectrpc/connect/protocol';
import {
  type connectNodeAdapter,
  universalRequestFromNodeRequest,
  universalResponseToNodeResponse,
} from '@connectrpc/connect-node';
import { Health } from '../../gen/grpc/health/v1/health_pb.ts';
import { errorWithReason } from './errors.ts';

/** The error for an RPC that does not exist, or that callers must not see. */
export function noSuchRpc(): ConnectError {
  return errorWithReason(Code.Unimplemented, 'NOT_FOUND', 'There is no such RPC.');
}

/**
 * Handlers for all protocols, of one streaming and one unary RPC, which refuse every call before they read any of it.
 */
const REFUSALS: readonly UniversalHandler[] = createConnectRouter({
  requestGate() {
    throw noSuchRpc();
  },
}).service(Health, {}).handlers;

/** The path of an RPC whose service is in a package. No REST path looks like it. */
const RPC_PATH = /^\/\w+([.]\w+)+\/\w+$/;

/**
 * The handler for a call of an RPC that nobody serves. It answers in the caller's protocol: a gRPC client must not have
 * to understand a 404. Undefined for a request that is no RPC by its content type or, where that says too little, by
 * its path.
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

/** A request and its response, in the types of the library's adapter. */
type NodeExchange = Parameters<ReturnType<typeof connectNodeAdapter>>;

/** Answers a request that no RPC of a server takes. */
export async function answerUnknownRpc(...[request, response]: NodeExchange): Promise<void> {
  const handle = unknownRpcHandler(request.method, request.url ?? '', request.headers['content-type']);
  if (handle === undefined) {
    response.statusCode = 404;
    response.end();
    return;
  }
  const call = universalRequestFromNodeRequest(request, response, undefined, undefined);
  // It can fail only because the caller has gone.
  await universalResponseToNodeResponse(await handle(call), response).catch(() => undefined);
}
