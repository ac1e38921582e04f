import { timestampDate } from '@bufbuild/protobuf/wkt';
import { Code, ConnectError, createClient, type Transport } from '@connectrpc/connect';
import { LRUCache } from 'lru-cache';
import { type AuthenticateResponse, SessionService } from '../../gen/numer/user/v1/session_service_pb.ts';
import { HEADER } from '../../runtime/call/call.ts';
import { DomainError } from '../../runtime/call/errors.ts';
import type { InternalTokens, UserIdentity } from '../../runtime/call/identity.ts';
import type { Clock } from '../../runtime/clock.ts';

/** Finds out who a caller is. */
export interface Credentials {
  /**
   * The identity of an access token or API key.
   *
   * @throws DomainError UNAUTHENTICATED when the token is malformed, unknown or expired or its session has ended;
   * UNAVAILABLE when the user service cannot be asked.
   */
  identify(token: string, requestId: string): Promise<UserIdentity>;
  /** Uses no remembered answer about the user for a while, because a call is about to change what the answer would be. */
  distrust(userId: string): void;
}

/**
 * How long the answer for a token is remembered. A session that is ended through another gateway can go on here for this
 * long. A user is distrusted for as long: longer than any call takes, and until everything remembered before has expired.
 */
const REMEMBER_MS = 30_000;
const TOKENS_MAX = 10_000;
const TOKEN_LENGTH_MAX = 2_000;

interface Remembered {
  readonly identity: UserIdentity;
  readonly untilMs: number;
}

/** Credentials that the user service checks. Simultaneous calls with the same unknown token share one check. */
export function createCredentials(userService: Transport, tokens: InternalTokens, clock: Clock): Credentials {
  const sessions = createClient(SessionService, userService);
  const known = new LRUCache<string, Remembered>({ max: TOKENS_MAX });
  const distrustedUntilMs = new LRUCache<string, number>({ max: TOKENS_MAX });
  const underWay = new Map<string, Promise<UserIdentity>>();

  const isDistrusted = (userId: string) => (distrustedUntilMs.get(userId) ?? 0) > clock.now().getTime();
  const isFresh = ({ untilMs }: Remembered) => {
    const leftMs = untilMs - clock.now().getTime();
    // More is left only when the clock has been set back since.
    return leftMs > 0 && leftMs <= REMEMBER_MS;
  };
  const rememberUntilMs = ({ userId, expireTime }: AuthenticateResponse) =>
    Math.min(
      clock.now().getTime() + REMEMBER_MS,
      expireTime === undefined ? Number.POSITIVE_INFINITY : timestampDate(expireTime).getTime(),
      // An answer given during a change may be the one from before it.
      isDistrusted(userId) ? 0 : Number.POSITIVE_INFINITY,
    );

  const ask = async (token: string, requestId: string): Promise<UserIdentity> => {
    const internal = await tokens.issue({ kind: 'service', name: 'gateway' });
    const headers = { [HEADER.authorization]: `Bearer ${internal}`, [HEADER.requestId]: requestId };
    const answer = await sessions.authenticate({ token }, { headers }).catch((cause: unknown) => {
      throw failureOf(cause);
    });
    const identity = identityOf(answer);
    known.set(token, { identity, untilMs: rememberUntilMs(answer) });
    return identity;
  };

  return {
    async identify(token, requestId) {
      if (token.length > TOKEN_LENGTH_MAX) throw invalidCredentials();
      const remembered = known.get(token);
      // A check that began before the change may give the answer from before it, so none is shared.
      if (remembered !== undefined && isDistrusted(remembered.identity.userId)) return ask(token, requestId);
      if (remembered !== undefined && isFresh(remembered)) return remembered.identity;
      const asking = underWay.get(token) ?? ask(token, requestId).finally(() => underWay.delete(token));
      underWay.set(token, asking);
      return asking;
    },
    distrust(userId) {
      distrustedUntilMs.set(userId, clock.now().getTime() + REMEMBER_MS);
    },
  };
}

/** The error for credentials that are not valid. It does not say why. */
export function invalidCredentials(): DomainError {
  return new DomainError(
    'unauthenticated',
    'UNAUTHENTICATED',
    'The access token or API key is invalid or has expired.',
  );
}

/** The codes of a user service that cannot be reached or does not answer. */
const UNREACHABLE: ReadonlySet<Code> = new Set([Code.Unavailable, Code.Canceled, Code.DeadlineExceeded]);

function failureOf(cause: unknown): Error {
  const { code } = ConnectError.from(cause);
  if (code === Code.Unauthenticated) return invalidCredentials();
  if (!UNREACHABLE.has(code)) return new Error('the user service could not check credentials', { cause });
  const error = new DomainError(
    'unavailable',
    'UNAVAILABLE',
    'Credentials cannot be checked at the moment; try again.',
    { metadata: { retryAfterSeconds: '1' } },
  );
  error.cause = cause;
  return error;
}

function identityOf(answer: AuthenticateResponse): UserIdentity {
  return {
    kind: 'user',
    userId: answer.userId,
    actor: answer.apiKeyId === '' ? `user:${answer.userId}` : `api-key:${answer.apiKeyId}`,
    sessionId: answer.sessionId,
    canWrite: answer.canWrite,
    timeZone: answer.timeZone,
    defaultCurrencyCode: answer.defaultCurrencyCode,
  };
}
