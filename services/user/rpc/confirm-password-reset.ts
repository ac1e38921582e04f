import {
  ConfirmPasswordResetResponseSchema,
  type PasswordResetService,
} from '../../../gen/numer/user/v1/password_reset_service_pb.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import { compareAndSet } from '../../../runtime/call/compare-and-set.ts';
import { idempotencyValues } from '../../../runtime/call/idempotency.ts';
import { digestOf } from '../credentials/secrets.ts';
import type { Deps } from '../deps.ts';
import { normalizeEmail } from '../domain/email.ts';
import { occasionOfSignIn, passwordResetConfirmed, userPasswordChanged } from '../events.ts';
import { invalidResetToken } from '../reset-token-refusal.ts';

/**
 * Sets a new password with the token of a reset, ends all sessions and forgets failed sign-ins. The change of the
 * password invalidates the token, so of several calls at once one gets through. Throws INVALID_RESET_TOKEN, and
 * RATE_LIMITED when more people sign up and in at once than passwords can be hashed.
 */
export const confirmPasswordReset: Rpc<Deps, typeof PasswordResetService.method.confirmPasswordReset> = (
  deps,
  request,
  call,
) =>
  compareAndSet(async () => {
    const reset = await deps.store.findPasswordResetByToken(digestOf(request.token), deps.clock.now());
    if (reset === undefined) throw invalidResetToken();
    const { id, version, email } = reset.user;
    const passwordHash = await deps.passwords.hash(request.newPassword);
    const now = deps.clock.now();
    const emailDigest = digestOf(normalizeEmail(email));
    const occasion = occasionOfSignIn(call, id, now);
    const isChanged = await deps.store.changePassword(
      { id, version, passwordHash, updateTime: now, emailDigest, keptSessionId: null, failuresMax: null },
      {
        events: [passwordResetConfirmed(reset.id, occasion), userPasswordChanged(reset.user, occasion)],
        idempotency: idempotencyValues(call, ConfirmPasswordResetResponseSchema, {}, now),
      },
    );
    return isChanged ? {} : undefined;
  });
