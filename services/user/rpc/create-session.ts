import type { SessionService } from '../../../gen/numer/user/v1/session_service_pb.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import { DomainError } from '../../../runtime/call/errors.ts';
import { increasingUuid } from '../../../runtime/uuid.ts';
import { createRefreshToken } from '../credentials/refresh-tokens.ts';
import { digestOf } from '../credentials/secrets.ts';
import type { Deps } from '../deps.ts';
import { normalizeEmail } from '../domain/email.ts';
import { occasionOfSignIn, sessionCreated } from '../events.ts';
import { sessionTokens } from '../session-tokens.ts';
import { countFailure, FAILURES_MAX, tooManyFailures } from '../sign-in-lock.ts';
import type { SignInKey } from '../store/find-sign-in.ts';

/**
 * Signs in. Whether there is an account with the address shows neither in the answer nor in how long it takes. An
 * idempotency key is ignored: the answer holds secrets, which are not stored, and signing in twice does no harm.
 *
 * Throws INVALID_CREDENTIALS, and RATE_LIMITED after too many failures or when more people sign up and in at once than
 * passwords can be hashed.
 */
export const createSession: Rpc<Deps, typeof SessionService.method.createSession> = async (deps, request, call) => {
  const emailNormalized = normalizeEmail(request.email);
  const emailDigest = digestOf(emailNormalized);
  const keyAt = (now: Date): SignInKey => ({ emailNormalized, emailDigest, failuresMax: FAILURES_MAX, now });

  const startTime = deps.clock.now();
  const { account, retryTime } = await deps.store.findSignIn(keyAt(startTime));
  if (retryTime !== undefined) throw tooManyFailures(retryTime, startTime);
  const isRight = await deps.passwords.verify(account?.passwordHash, request.password);
  const now = deps.clock.now();
  if (account === undefined || !isRight) {
    await countFailure(deps, emailDigest, now);
    throw invalidCredentials();
  }

  const sessionId = increasingUuid();
  const refresh = createRefreshToken(now);
  const isCreated = await deps.store.createSession(
    {
      id: sessionId,
      userId: account.id,
      refreshDigest: refresh.digest,
      passwordVersion: account.passwordVersion,
      createTime: now,
      expireTime: refresh.expireTime,
      emailDigest,
      failuresMax: FAILURES_MAX,
    },
    sessionCreated(sessionId, occasionOfSignIn(call, account.id, now)),
  );
  if (isCreated) return sessionTokens(deps, { sessionId, userId: account.id }, refresh, now);

  const since = await deps.store.findSignIn(keyAt(now));
  throw since.retryTime === undefined ? invalidCredentials() : tooManyFailures(since.retryTime, now);
};

function invalidCredentials(): DomainError {
  return new DomainError('unauthenticated', 'INVALID_CREDENTIALS', 'The email address or the password is wrong.');
}
