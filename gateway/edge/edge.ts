import type { DescMethod } from '@bufbuild/protobuf';
import { Code, type ConnectError } from '@connectrpc/connect';
import { RpcOptions_Access } from '../../gen/numer/options/v1/options_pb.ts';
import { ApiKeyService } from '../../gen/numer/user/v1/api_key_service_pb.ts';
import { PasswordResetService } from '../../gen/numer/user/v1/password_reset_service_pb.ts';
import { SessionService } from '../../gen/numer/user/v1/session_service_pb.ts';
import { UserService } from '../../gen/numer/user/v1/user_service_pb.ts';
import { accessOf } from '../../runtime/call/access.ts';
import { HEADER } from '../../runtime/call/call.ts';
import { DomainError, errorWithReason, toConnectError } from '../../runtime/call/errors.ts';
import type { InternalTokens, UserIdentity } from '../../runtime/call/identity.ts';
import { networkOf } from './caller-address.ts';
import { type Credentials, invalidCredentials } from './credentials.ts';
import type { Exchange } from './exchange.ts';
import { type Allowance, type RateLimit, rateLimitHeaders } from './rate-limit.ts';

/** The way in, the same for every protocol: who is calling, whether they may call now, and what the service is told. */
export interface Edge {
  /**
   * Replaces the caller's credentials in the metadata of a call with an internal token, sets the caller's address there in
   * place of any that the call claims, and says in the answer's headers what is left of the limits. Credentials sent to a
   * public RPC are dropped unread.
   *
   * @throws ConnectError UNAUTHENTICATED; RATE_LIMITED with `retry-after`; UNAVAILABLE when credentials cannot be checked.
   */
  enter(method: DescMethod, header: Headers, exchange: Exchange): Promise<void>;
  /**
   * Lets in a request for a page that anybody may see, unless too many come from its address.
   *
   * @throws ConnectError RATE_LIMITED with `retry-after`.
   */
  enterPage(exchange: Exchange): Promise<void>;
}

/** What the edge needs. */
export interface EdgeOptions {
  readonly credentials: Credentials;
  readonly tokens: InternalTokens;
  readonly perUser: RateLimit;
  readonly perAddress: RateLimit;
  /** Limits requests for password resets, each of which costs a row and perhaps a mail. */
  readonly resetsPerAddress: RateLimit;
}

const BEARER = /^Bearer +([!-~]+)$/i;

/** The RPCs that may end credentials of a user, or change what they say about the user. */
const IDENTITY_CHANGES: ReadonlySet<DescMethod> = new Set([
  SessionService.method.deleteSession,
  UserService.method.updateUser,
  UserService.method.changePassword,
  UserService.method.deleteUser,
  ApiKeyService.method.deleteApiKey,
]);

/** Makes the edge. */
export function createEdge({ credentials, tokens, perUser, perAddress, resetsPerAddress }: EdgeOptions): Edge {
  const identify = async (authorization: string | null, exchange: Exchange): Promise<UserIdentity> => {
    if (authorization === null) throw missingCredentials();
    const token = BEARER.exec(authorization.trim())?.[1];
    if (token === undefined) throw invalidCredentials();
    return credentials.identify(token, exchange.requestId);
  };

  return {
    async enterPage(exchange) {
      tell(await takeFrom(perAddress, networkOfCaller(exchange), exchange), exchange);
    },
    async enter(method, header, exchange) {
      const authorization = header.get(HEADER.authorization);
      header.delete(HEADER.authorization);
      header.delete(HEADER.callerAddress);
      const { callerAddress } = exchange;
      if (callerAddress !== undefined) header.set(HEADER.callerAddress, callerAddress);
      const ofAddress = await takeFrom(perAddress, networkOfCaller(exchange), exchange);
      if (accessOf(method) === RpcOptions_Access.PUBLIC) {
        const isReset = method === PasswordResetService.method.requestPasswordReset;
        tell(isReset ? await takeFrom(resetsPerAddress, networkOfCaller(exchange), exchange) : ofAddress, exchange);
        return;
      }
      const identity = await identify(authorization, exchange).catch((cause: unknown) => {
        tell(ofAddress, exchange);
        throw withChallenge(cause, authorization !== null);
      });
      tell(await takeFrom(perUser, identity.userId, exchange), exchange);
      if (IDENTITY_CHANGES.has(method)) credentials.distrust(identity.userId);
      header.set(HEADER.authorization, `Bearer ${await tokens.issue(identity)}`);
    },
  };
}

function networkOfCaller({ callerAddress }: Exchange): string {
  return callerAddress === undefined ? 'unknown' : networkOf(callerAddress);
}

/** What is left of a limit after this request. When the request is one too many, sets the headers and throws RATE_LIMITED. */
async function takeFrom(limit: RateLimit, key: string, exchange: Exchange): Promise<Allowance> {
  const allowance = await limit.take(key);
  if (!allowance.isExceeded) return allowance;
  tell(allowance, exchange);
  throw rateLimited(allowance);
}

/** Sets the headers about a limit. When several limits count a request, the answer tells of the last one. */
function tell(allowance: Allowance, exchange: Exchange): void {
  for (const [name, value] of rateLimitHeaders(allowance)) exchange.setHeader(name, value);
}

/** Says how to authenticate, as a 401 has to (RFC 6750, 3). */
function withChallenge(cause: unknown, hasCredentials: boolean): ConnectError {
  const error = toConnectError(cause);
  error.cause ??= cause;
  if (error.code !== Code.Unauthenticated) return error;
  error.metadata.set('www-authenticate', hasCredentials ? 'Bearer error="invalid_token"' : 'Bearer');
  return error;
}

function missingCredentials(): DomainError {
  return new DomainError(
    'unauthenticated',
    'UNAUTHENTICATED',
    'This call needs an access token or an API key, as `Authorization: Bearer ...`.',
  );
}

function rateLimited({ resetSeconds }: Allowance): ConnectError {
  return errorWithReason(Code.ResourceExhausted, 'RATE_LIMITED', 'Too many requests; slow down.', {
    metadata: { retryAfterSeconds: String(resetSeconds) },
  });
}
