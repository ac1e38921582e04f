import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import type { PasswordResetService } from '../../../gen/numer/user/v1/password_reset_service_pb.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import type { Deps } from '../deps.ts';
import { invalidResetToken } from '../reset-token-refusal.ts';

/** Gives the token of a password reset to the service that mails it. Throws INVALID_RESET_TOKEN. */
export const getPasswordResetToken: Rpc<Deps, typeof PasswordResetService.method.getPasswordResetToken> = async (
  { clock, store, resetTokens },
  { passwordResetId },
) => {
  const reset = await store.findPasswordResetById(passwordResetId, clock.now());
  if (reset === undefined) throw invalidResetToken();
  const { email, locale, timeZone } = reset.user;
  const expireTime = timestampFromDate(reset.expireTime);
  return { token: resetTokens.tokenOf(reset.id), expireTime, email, locale, timeZone };
};
