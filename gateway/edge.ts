import { randomUUID } from 'node:crypto';
import { type DescMethod, getOption } from '@bufbuild/protobuf';
import { Code, type ConnectError } from '@connectrpc/connect';
import { RpcOptions_Access, rpc } from '../gen/numer/options/v1/options_pb.ts';
import { SessionService } from '../gen/numer/user/v1/session_service_pb.ts';
import { HEADER } from '../runtime/call.ts';
import { DomainError, errorWithReason } from '../runtime/errors.ts';
import type { InternalTokens } from '../runtime/identity.ts';
import { type Credentials, invalidCredentials } from './credentials.ts';
import { type Allowance, type RateLimit, rateLimitHeaders } from './rate-limit.ts';

/** The way in, the same for every protocol: who calls, whether they may now, and what the service is told. */
export interface Edge {
  /**
   * Rewrites the metadata of a call for the services: the caller's credentials become an internal token. Gives the
   * headers that the answer shall carry.
   *
   * @throws DomainError UNAUTHENTICATED; ConnectError RATE_LIMITED with `retry-after` in its metadata.
   */
  enter(method: DescMethod, header: Headers, address: string): Promise<Record<string, string>>;
}

/** What the edge needs. */
export interface EdgeOptions {
  readonly credentials: Credentials;
  readonly tokens: InternalTokens;
  readonly perUser: RateLimit;
  readonly perAddress: RateLimit;
}

const BEARER = /^Bearer +([!-~]+)$/i;
const REQUEST_ID = /^[A-Za-z0-9._:-]{1,100}$/;

/** Makes the edge. */
export function createEdge({ credentials, tokens, perUser, perAddress }: EdgeOptions): Edge {
  return {
    async enter(method, header, address) {
      const requestId = requestIdOf(header.get(HEADER.requestId));
      header.set(HEADER.requestId, requestId);
      const forAddress = await perAddress.take(address);
      if (forAddress.isExceeded) throw rateLimited(forAddress);
      const token = bearerOf(header.get(HEADER.authorization));
      header.delete(HEADER.authorization);
      if (getOption(method, rpc).access === RpcOptions_Access.PUBLIC) return rateLimitHeaders(forAddress);
      if (token === undefined) throw missingCredentials();
      const identity = await credentials.identify(token, requestId);
      const forUser = await perUser.take(identity.userId);
      if (forUser.isExceeded) throw rateLimited(forUser);
      if (method === SessionService.method.deleteSession) credentials.forget(token);
      header.set(HEADER.authorization, `Bearer ${await tokens.issue(identity)}`);
      return rateLimitHeaders(forUser);
    },
  };
}

/** The caller's request id when it is one, else a new one. */
export function requestIdOf(header: string | null): string {
  return header !== null && REQUEST_ID.test(header) ? header : randomUUID();
}

function bearerOf(header: string | null): string | undefined {
  if (header === null) return undefined;
  const token = BEARER.exec(header.trim())?.[1];
  if (token === undefined) throw invalidCredentials();
  return token;
}

function missingCredentials(): DomainError {
  return new DomainError(
    'unauthenticated',
    'UNAUTHENTICATED',
    'This call needs an access token or an API key, as `Authorization: Bearer ...`.',
  );
}

function rateLimited(allowance: Allowance): ConnectError {
  const error = errorWithReason(Code.ResourceExhausted, 'RATE_LIMITED', 'Too many requests; slow down.', {
    metadata: { retryAfterSeconds: String(allowance.resetSeconds) },
  });
  error.metadata.set('retry-after', String(allowance.resetSeconds));
  for (const [name, value] of Object.entries(rateLimitHeaders(allowance))) error.metadata.set(name, value);
  return error;
}
