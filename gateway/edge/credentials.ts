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
   * @throws DomainError UNAUTHENTICATED when it is malformed, unknown, expired or its session has ended, UNAVAILABLE when
   * the user service cannot tell.
   */
  identify(token: string, requestId: string): Promise<UserIdentity>;
  /** Believes nothing remembered of the user for a while, because a call is about to change what it says. */
  distrust(userId: string): void;
}

/**
 * How long the answer for a token is remembered: as long as a session can outlive its end on another gateway. It is also
 * how long a user is distrusted: longer than any call takes, and until everything remembered before has expired.
 */
const REMEMBER_MS = 30_000;
const TOKENS_MAX = 10_000;
const TOKEN_LENGTH_MAX = 2_000;

interface Remembered {
  readonly identity: UserIdentity;
  readonly untilMs: number;
}

/** Credentials checked by the user service. Calls for the same unknown token at the same time share one check. */
export function createCredentials(userService: Transport, tokens: InternalTokens, clock: Clock): Credentials {
  const sessions = createClient(SessionService, userService);
  const known = new LRUCache<string, Remembered>({ max: TOKENS_MAX });
  const distrustedUntilMs = new LRUCache<string, number>({ max: TOKENS_MAX });
  const underWay = new Map<string, Promise<UserIdentity>>();

  const isDistrusted = (userId: string) => (distrustedUntilMs.get(userId) ?? 0) > clock.now().getTime();
  const isFresh = ({ untilMs }: Remembered) => {
    const leftMs = untilMs - clock.now().getTime();
    // There is more left only when the clock was set back since.
    return leftMs > 0 && leftMs <= REMEMBER_MS;
  };
  const rememberUntilMs = ({ userId, expireTime }: AuthenticateResponse) =>
    Math.min(
      clock.now().getTime() + REMEMBER_MS,
      expireTime === undefined ? Number.POSITIVE_INFINITY : timestampDate(expireTime).getTime(),
      // What is heard during a change may be what was true before it.
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
      // An answer that began before the change may say what was true before, so none is shared.
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

/** The error for credentials that are not valid; it does not tell why. */
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
