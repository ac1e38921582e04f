import {
  type PasswordResetService,
  RequestPasswordResetResponseSchema,
} from '../../../gen/numer/user/v1/password_reset_service_pb.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import { keepAnswer } from '../../../runtime/call/call-parts.ts';
import { idempotencyValues } from '../../../runtime/call/idempotency.ts';
import { increasingUuid } from '../../../runtime/uuid.ts';
import { RESET_LIFETIME_MS } from '../credentials/reset-tokens.ts';
import { digestOf } from '../credentials/secrets.ts';
import type { Deps } from '../deps.ts';
import { normalizeEmail } from '../domain/email.ts';
import { occasionOfService, passwordResetRequested } from '../events.ts';
import { FAILURES_MAX } from '../sign-in-lock.ts';

/**
 * At most this many resets of one address per hour, so that nobody can flood a mailbox. Further ones are silently
 * ignored.
 */
const REQUESTS_MAX = 3;

/**
 * Begins a password reset, whose token is mailed afterwards. Whether there is an account with the address shows neither
 * in the answer nor in what is read and written, except for the event.
 */
export const requestPasswordReset: Rpc<Deps, typeof PasswordResetService.method.requestPasswordReset> = async (
  deps,
  request,
  call,
) => {
  const now = deps.clock.now();
  const emailNormalized = normalizeEmail(request.email);
  const emailDigest = digestOf(emailNormalized);
  const { account } = await deps.store.findSignIn({ emailNormalized, emailDigest, failuresMax: FAILURES_MAX, now });
  const id = increasingUuid();
  const isNew = await deps.store.requestPasswordReset(
    {
      id,
      emailNormalized,
      emailDigest,
      tokenDigest: digestOf(deps.resetTokens.tokenOf(id)),
      now,
      expireTime: new Date(now.getTime() + RESET_LIFETIME_MS),
      requestsMax: REQUESTS_MAX,
    },
    {
      events: account === undefined ? [] : [passwordResetRequested(id, occasionOfService(call, account.id, now))],
      idempotency: idempotencyValues(call, RequestPasswordResetResponseSchema, {}, now),
    },
  );
  if (isNew) return {};
  return keepAnswer(deps.idempotency, call, { schema: RequestPasswordResetResponseSchema, answer: {}, now });
};
