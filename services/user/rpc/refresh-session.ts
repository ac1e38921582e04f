import type { SessionService } from '../../../gen/numer/user/v1/session_service_pb.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import { DomainError } from '../../../runtime/call/errors.ts';
import { createRefreshToken } from '../credentials/refresh-tokens.ts';
import { digestOf } from '../credentials/secrets.ts';
import type { Deps } from '../deps.ts';
import { occasionOfService, refreshTokenReused } from '../events.ts';
import { sessionTokens } from '../session-tokens.ts';

/**
 * Exchanges a refresh token for new tokens. It works once. When it comes again, somebody holds a copy, and nobody can
 * tell whether that is the one who came first, so the session ends for both (RFC 9700, 4.14.2). The same applies to two
 * calls at the same moment: one gets tokens, the other is the second use. A client must therefore run one refresh at a
 * time, and sign in again when it lost the answer.
 *
 * An idempotency key is ignored: the answer holds secrets, which are not stored.
 *
 * Throws INVALID_REFRESH_TOKEN and REFRESH_TOKEN_REUSED.
 */
export const refreshSession: Rpc<Deps, typeof SessionService.method.refreshSession> = async (deps, request, call) => {
  const now = deps.clock.now();
  const digest = digestOf(request.refreshToken);
  const refresh = createRefreshToken(now);
  const session = await deps.store.rotateRefreshToken({
    usedDigest: digest,
    refreshDigest: refresh.digest,
    now,
    expireTime: refresh.expireTime,
  });
  if (session !== undefined) return sessionTokens(deps, session, refresh, now);

  const reused = await deps.store.findUsedRefreshToken({ digest, now });
  if (reused === undefined) {
    throw new DomainError(
      'unauthenticated',
      'INVALID_REFRESH_TOKEN',
      'The refresh token is unknown or has expired, or its session has ended; sign in again.',
    );
  }
  const event = refreshTokenReused(reused.sessionId, occasionOfService(call, reused.userId, now));
  await deps.store.deleteSession(reused, event);
  throw new DomainError(
    'unauthenticated',
    'REFRESH_TOKEN_REUSED',
    'The refresh token had been used before, so its session was ended; sign in again.',
  );
};
