import { isDeepStrictEqual } from 'node:util';
import { type User, UserSchema } from '../../../gen/numer/user/v1/user_pb.ts';
import { UpdateUserResponseSchema, type UserService } from '../../../gen/numer/user/v1/user_service_pb.ts';
import { type Rpc, requireVersion } from '../../../runtime/call/call.ts';
import { keepAnswer } from '../../../runtime/call/call-parts.ts';
import { compareAndSet } from '../../../runtime/call/compare-and-set.ts';
import { idempotencyValues } from '../../../runtime/call/idempotency.ts';
import { requireSession } from '../../../runtime/call/require-session.ts';
import { applyUpdateMask } from '../../../runtime/call/update-mask.ts';
import { requireValid } from '../../../runtime/interceptors/validate.ts';
import { findOwnAccount, paymentAccountOf, settingsOf } from '../account.ts';
import { toUser, type UserRow, userColumns } from '../convert.ts';
import { digestOf } from '../credentials/secrets.ts';
import type { Deps } from '../deps.ts';
import { normalizeEmail } from '../domain/email.ts';
import { changesBetween, occasionOf, userUpdated } from '../events.ts';
import { requireIdentifiers } from '../require-identifiers.ts';

/**
 * Changes the named fields of the caller's own account. Throws USER_NOT_FOUND, EMAIL_TAKEN, ETAG_MISMATCH, and
 * PERMISSION_DENIED for an API key that changes the email address or the payment account.
 */
export const updateUser: Rpc<Deps, typeof UserService.method.updateUser> = (deps, request, call) =>
  compareAndSet(async () => {
    const row = await findOwnAccount(deps, request.user?.id ?? '', call);
    requireVersion(call, row.version);
    const present = toUser(row);
    const changed = withChanges(row, applyUpdateMask(UserSchema, present, request.user, request.updateMask));
    if (changed.email !== row.email) requireSession(call, 'change the email address');
    // Changing it redirects what customers pay from then on.
    if (!isDeepStrictEqual(changed.paymentAccount, row.paymentAccount))
      requireSession(call, 'change the payment account');
    const changes = changesBetween(UserSchema, present, toUser(changed));
    const now = deps.clock.now();
    if (changes.length === 0) {
      const answer = { user: present };
      return keepAnswer(deps.idempotency, call, { schema: UpdateUserResponseSchema, answer, now });
    }

    const version = row.version + 1n;
    const user = toUser({ ...changed, updateTime: now, version });
    // Other capitals do not make another mailbox.
    const previousEmail = normalizeEmail(changed.email) === normalizeEmail(row.email) ? '' : row.email;
    const event = userUpdated(user, { changes, previousEmail }, version, occasionOf(call, now));
    const idempotency = idempotencyValues(call, UpdateUserResponseSchema, { user }, now);
    const emailChanges = previousEmail !== '';
    const isWritten = await deps.store.updateUser(
      { ...changed, updateTime: now, emailChanges, emailDigest: digestOf(changed.emailNormalized) },
      { events: [event], idempotency },
    );
    return isWritten ? { user } : undefined;
  });

/** The row with what an update asks for. Throws INVALID_ARGUMENT unless that makes a valid account. */
function withChanges(row: UserRow, asked: User): UserRow & ReturnType<typeof userColumns> {
  requireValid(UserSchema, asked, 'user.');
  requireIdentifiers(asked, 'user.');
  const { paymentAccount } = asked;
  return {
    ...row,
    ...userColumns({
      ...asked,
      ...settingsOf(asked, 'user.'),
      ...(paymentAccount && { paymentAccount: paymentAccountOf(paymentAccount, 'user.payment_account') }),
    }),
  };
}
