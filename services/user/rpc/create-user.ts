import { CreateUserResponseSchema, type UserService } from '../../../gen/numer/user/v1/user_service_pb.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import { DomainError } from '../../../runtime/call/errors.ts';
import { idempotencyValues } from '../../../runtime/call/idempotency.ts';
import type { Deps } from '../deps.ts';
import { occasionOfSignIn, userCreated } from '../events.ts';
import { newUser } from '../new-user.ts';

/**
 * Signs a person up. Throws SIGN_UP_CLOSED, EMAIL_TAKEN, and RATE_LIMITED when more people sign up and in at once than passwords
 * can be hashed.
 */
export const createUser: Rpc<Deps, typeof UserService.method.createUser> = async (deps, request, call) => {
  if (deps.signUp === 'closed') {
    throw new DomainError(
      'forbidden',
      'SIGN_UP_CLOSED',
      'Sign-up is closed; ask the operator of the system for an account.',
    );
  }
  const now = deps.clock.now();
  const { row, user } = newUser(request, now);
  const passwordHash = await deps.passwords.hash(request.password);
  await deps.store.createUser(
    { ...row, passwordHash },
    {
      events: [userCreated(user, occasionOfSignIn(call, row.id, now))],
      idempotency: idempotencyValues(call, CreateUserResponseSchema, { user }, now),
    },
  );
  return { user };
};
