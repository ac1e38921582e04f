import type { DescMethod } from '@bufbuild/protobuf';
import type { Interceptor } from '@connectrpc/connect';
import { RpcOptions_Access } from '../../gen/numer/options/v1/options_pb.ts';
import { accessOf, isReadOnly } from '../call/access.ts';
import { HEADER, identityKey } from '../call/call.ts';
import { DomainError } from '../call/errors.ts';
import type { Identity, InternalTokens } from '../call/identity.ts';

const BEARER = /^Bearer ([A-Za-z0-9_.-]+)$/;

/** Prefix of the services of gRPC itself, such as health, whose RPCs carry none of our options and are open to all. */
export const OPEN_PACKAGE = 'grpc.';

/**
 * Lets a call in only with a valid internal token, and only as the RPC's `access` option says. A call without a token
 * reaches nothing but public RPCs.
 *
 * Throws UNAUTHENTICATED for a missing or bad token and PERMISSION_DENIED for one that does not allow the RPC.
 */
export function authenticate(tokens: InternalTokens): Interceptor {
  return (next) => async (request) => {
    if (request.service.typeName.startsWith(OPEN_PACKAGE)) return next(request);
    const identity = await identify(tokens, request.header.get(HEADER.authorization));
    requireAccess(request.method, identity);
    request.contextValues.set(identityKey, identity);
    return next(request);
  };
}

async function identify(tokens: InternalTokens, header: string | null): Promise<Identity | undefined> {
  if (header === null) return undefined;
  const token = BEARER.exec(header)?.[1];
  const identity = token === undefined ? undefined : await tokens.verify(token);
  if (identity === undefined) throw unauthenticated('The internal token is invalid or has expired.');
  return identity;
}

function requireAccess(method: DescMethod, identity: Identity | undefined): void {
  const access = accessOf(method);
  if (access === RpcOptions_Access.PUBLIC) return;
  if (identity === undefined) throw unauthenticated('This call needs an access token or an API key.');
  const kind = access === RpcOptions_Access.INTERNAL ? 'service' : 'user';
  if (identity.kind !== kind) throw forbidden('These credentials do not allow this call.');
  if (identity.kind === 'user' && !identity.canWrite && !isReadOnly(method)) {
    throw forbidden('This API key is read-only.');
  }
}

function unauthenticated(message: string): DomainError {
  return new DomainError('unauthenticated', 'UNAUTHENTICATED', message);
}

function forbidden(message: string): DomainError {
  return new DomainError('forbidden', 'PERMISSION_DENIED', message);
}
