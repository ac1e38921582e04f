import { create } from '@bufbuild/protobuf';
import { ChangePasswordRequestSchema } from '../../gen/numer/user/v1/user_service_pb.ts';
import { compareAndSet } from '../../runtime/call/compare-and-set.ts';
import { DomainError } from '../../runtime/call/errors.ts';
import { NO_IDEMPOTENCY } from '../../runtime/call/idempotency.ts';
import type { Database } from '../../runtime/database/database.ts';
import { requireValid } from '../../runtime/interceptors/validate.ts';
import { increasingUuid } from '../../runtime/uuid.ts';
import { createPasswords } from './credentials/passwords.ts';
import { digestOf } from './credentials/secrets.ts';
import { normalizeEmail } from './domain/email.ts';
import { occasionOfService, userPasswordChanged } from './events.ts';
import { prepareChangePassword } from './store/change-password.ts';
import { prepareFindSignIn } from './store/find-sign-in.ts';
import { prepareFindUser } from './store/find-user.ts';

/** Which account gets which password. */
export interface GivenPassword {
  readonly email: string;
  readonly password: string;
  readonly now: Date;
}

/**
 * Gives an account another password, for an operator whose user has forgotten it. Ends all of its sessions, and allows
 * signing in at once, however often that has failed. Its API keys stay.
 *
 * @throws DomainError USER_NOT_FOUND, or INVALID_ARGUMENT for a password that is too short or long.
 */
export async function givePassword(db: Database, { email, password, now }: GivenPassword): Promise<void> {
  const [findSignIn, findUser, changePassword] = [
    prepareFindSignIn(db),
    prepareFindUser(db),
    prepareChangePassword(db),
  ] as const;
  const emailNormalized = normalizeEmail(email);
  const emailDigest = digestOf(emailNormalized);
  const { account } = await findSignIn({ emailNormalized, emailDigest, failuresMax: 1, now });
  if (account === undefined) {
    throw new DomainError('missing', 'USER_NOT_FOUND', 'There is no account with this email address.');
  }
  const { id } = account;
  const request = { userId: id, currentPassword: 'forgotten', newPassword: password };
  requireValid(ChangePasswordRequestSchema, create(ChangePasswordRequestSchema, request));
  const passwordHash = await (await createPasswords()).hash(password);
  const call = { requestId: `reset-password-${increasingUuid()}`, callerAddress: undefined, traceparent: '' };
  await compareAndSet(async () => {
    const row = await findUser(id);
    if (row === undefined) throw new DomainError('missing', 'USER_NOT_FOUND', 'The account was deleted.');
    const change = {
      id,
      version: row.version,
      passwordHash,
      updateTime: now,
      emailDigest,
      keptSessionId: null,
      failuresMax: null,
    };
    const event = userPasswordChanged(row, occasionOfService(call, id, now));
    return (await changePassword(change, { events: [event], idempotency: NO_IDEMPOTENCY })) || undefined;
  });
}
