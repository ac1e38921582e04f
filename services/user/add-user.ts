import { create } from '@bufbuild/protobuf';
import type { User } from '../../gen/numer/user/v1/user_pb.ts';
import { CreateUserRequestSchema } from '../../gen/numer/user/v1/user_service_pb.ts';
import { NO_IDEMPOTENCY } from '../../runtime/call/idempotency.ts';
import type { Database } from '../../runtime/database/database.ts';
import { requireValid } from '../../runtime/interceptors/validate.ts';
import { increasingUuid } from '../../runtime/uuid.ts';
import { createPasswords } from './credentials/passwords.ts';
import { occasionOfService, userCreated } from './events.ts';
import { newUser } from './new-user.ts';
import { prepareCreateUser } from './store/create-user.ts';

/** The account that an operator adds. */
export interface AddedUser {
  readonly email: string;
  readonly name: string;
  readonly password: string;
  readonly now: Date;
}

/**
 * Adds an account for an operator, also when nobody can sign up.
 *
 * @throws DomainError EMAIL_TAKEN, or INVALID_ARGUMENT for what sign-up would refuse.
 */
export async function addUser(db: Database, { now, ...account }: AddedUser): Promise<User> {
  const request = create(CreateUserRequestSchema, account);
  requireValid(CreateUserRequestSchema, request);
  const { row, user } = newUser(request, now);
  const passwordHash = await (await createPasswords()).hash(account.password);
  const call = { requestId: `create-user-${increasingUuid()}`, callerAddress: undefined, traceparent: '' };
  const event = userCreated(user, occasionOfService(call, user.id, now));
  await prepareCreateUser(db)({ ...row, passwordHash }, { events: [event], idempotency: NO_IDEMPOTENCY });
  return user;
}
