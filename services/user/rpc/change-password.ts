import { ChangePasswordResponseSchema, type UserService } from '../../../gen/numer/user/v1/user_service_pb.ts';
import { type Call, type Rpc, requireVersion } from '../../../runtime/call/call.ts';
import { compareAndSet } from '../../../runtime/call/compare-and-set.ts';
import { DomainError } from '../../../runtime/call/errors.ts';
import { idempotencyValues } from '../../../runtime/call/idempotency.ts';
import { requireSession } from '../../../runtime/call/require-session.ts';
import { findOwnAccount } from '../account.ts';
import { digestOf } from '../credentials/secrets.ts';
import type { Deps } from '../deps.ts';
import { normalizeEmail } from '../domain/email.ts';
import { occasionOf, userPasswordChanged } from '../events.ts';
import { countFailure, FAILURES_MAX, tooManyFailures } from '../sign-in-lock.ts';

/**
 * Changes the password of the caller's own account and ends its other sessions. Throws USER_NOT_FOUND, ETAG_MISMATCH,
 * PERMISSION_DENIED for an API key, WRONG_PASSWORD, and RATE_LIMITED after too many failures.
 */
export const changePassword: Rpc<Deps, typeof UserService.method.changePassword> = (deps, request, call) =>
  compareAndSet(async () => {
    const row = await findOwnAccount(deps, request.userId, call);
    const { id, email, version } = row;
    requireSession(call, 'change the password');
    requireVersion(call, version);
    const emailNormalized = normalizeEmail(email);
    const emailDigest = digestOf(emailNormalized);
    const startTime = deps.clock.now();
    const key = { emailNormalized, emailDigest, failuresMax: FAILURES_MAX, now: startTime };
    const { account, retryTime } = await deps.store.findSignIn(key);
    if (retryTime !== undefined) throw tooManyFailures(retryTime, startTime);
    const isRight = await deps.passwords.verify(account?.passwordHash, request.currentPassword);
    if (account?.id !== id || !isRight) {
      if (!(await wasAnswered(deps, call))) await countFailure(deps, emailDigest, deps.clock.now());
      throw wrongPassword();
    }
    const passwordHash = await deps.passwords.hash(request.newPassword);
    const now = deps.clock.now();
    const change = { id, version, passwordHash, updateTime: now, emailDigest };
    const isChanged = await deps.store.changePassword(
      { ...change, keptSessionId: call.user.sessionId, failuresMax: FAILURES_MAX },
      {
        events: [userPasswordChanged(row, occasionOf(call, now))],
        idempotency: idempotencyValues(call, ChangePasswordResponseSchema, {}, now),
      },
    );
    return isChanged ? {} : undefined;
  });

/** Whether the call is a repetition of one that changed the password: it then gets the same answer. */
async function wasAnswered({ idempotency }: Deps, call: Call): Promise<boolean> {
  if (call.idempotency === undefined) return false;
  return (await idempotency.replay(call.idempotency, ChangePasswordResponseSchema)) !== undefined;
}

function wrongPassword(): DomainError {
  return new DomainError('invalid', 'WRONG_PASSWORD', 'The current password is wrong.', {
    violations: [{ field: 'current_password', description: 'must be the current password' }],
  });
}
