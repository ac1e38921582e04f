import { timestampDate } from '@bufbuild/protobuf/wkt';
import { Code, ConnectError, createClient, type Transport } from '@connectrpc/connect';
import { LRUCache } from 'lru-cache';
import { type AuthenticateResponse, SessionService } from '../gen/numer/user/v1/session_service_pb.ts';
import { HEADER } from '../runtime/call.ts';
import type { Clock } from '../runtime/clock.ts';
import { DomainError } from '../runtime/errors.ts';
import type { InternalTokens, UserIdentity } from '../runtime/identity.ts';

/** Finds out who a caller is. */
export interface Credentials {
  /**
   * The identity of an access token or API key.
   *
   * @throws DomainError UNAUTHENTICATED when it is malformed, unknown, expired or its session has ended.
   */
  identify(token: string, requestId: string): Promise<UserIdentity>;
  /** Forgets a token, because its session is ending. */
  forget(token: string): void;
}

/** How long the answer for a token is remembered: as long as a session can outlive its end on another gateway. */
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
  const underWay = new Map<string, Promise<Remembered>>();

  const ask = async (token: string, requestId: string): Promise<Remembered> => {
    const internal = await tokens.issue({ kind: 'service', name: 'gateway' });
    const headers = { [HEADER.authorization]: `Bearer ${internal}`, [HEADER.requestId]: requestId };
    const answer = await sessions.authenticate({ token }, { headers });
    const nowMs = clock.now().getTime();
    const expireMs = answer.expireTime === undefined ? Infinity : timestampDate(answer.expireTime).getTime();
    return { identity: identityOf(answer), untilMs: Math.min(nowMs + REMEMBER_MS, expireMs) };
  };

  return {
    async identify(token, requestId) {
      const remembered = known.get(token);
      if (remembered !== undefined && remembered.untilMs > clock.now().getTime()) return remembered.identity;
      if (token.length > TOKEN_LENGTH_MAX) throw invalidCredentials();
      const asking = underWay.get(token) ?? ask(token, requestId);
      underWay.set(token, asking);
      try {
        const found = await asking;
        // Not when it was forgotten meanwhile: the session may have ended after the user service looked.
        if (underWay.get(token) === asking) known.set(token, found);
        return found.identity;
      } catch (error) {
        if (ConnectError.from(error).code === Code.Unauthenticated) throw invalidCredentials();
        throw error;
      } finally {
        if (underWay.get(token) === asking) underWay.delete(token);
      }
    },
    forget(token) {
      known.delete(token);
      underWay.delete(token);
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

function identityOf(answer: AuthenticateResponse): UserIdentity {
  return {
    kind: 'user',
    userId: answer.userId,
    actor: answer.apiKeyId === '' ? `user:${answer.userId}` : `api-key:${answer.apiKeyId}`,
    sessionId: answer.sessionId,
    canWrite: answer.canWrite,
    timeZone: answer.timeZone,
  };
}
