import { create } from '@bufbuild/protobuf';
import { UserSchema } from '../../../gen/numer/user/v1/user_pb.ts';
import { CreateUserResponseSchema, type UserService } from '../../../gen/numer/user/v1/user_service_pb.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import { idempotencyValues } from '../../../runtime/call/idempotency.ts';
import { increasingUuid } from '../../../runtime/uuid.ts';
import { settingsOf } from '../account.ts';
import { toUser, userColumns } from '../convert.ts';
import { digestOf } from '../credentials/secrets.ts';
import type { Deps } from '../deps.ts';
import { FIRST_VERSION, occasionOfSignIn, userCreated } from '../events.ts';

/**
 * Signs a person up. There is one kind of user, so nobody chooses rights. Throws EMAIL_TAKEN, and RATE_LIMITED when more
 * people sign up and in at once than passwords can be hashed.
 */
export const createUser: Rpc<Deps, typeof UserService.method.createUser> = async (deps, request, call) => {
  const settings = settingsOf(request);
  const passwordHash = await deps.passwords.hash(request.password);
  const now = deps.clock.now();
  const asked = create(UserSchema, {
    email: request.email,
    name: request.name,
    companyName: request.companyName,
    ...(request.address === undefined ? {} : { address: request.address }),
    taxId: request.taxId,
    ...settings,
  });
  const row = {
    ...userColumns(asked),
    id: increasingUuid(),
    createTime: now,
    updateTime: now,
    version: FIRST_VERSION,
    logo: {},
  };
  const user = toUser(row);
  await deps.store.createUser(
    { ...row, passwordHash, emailDigest: digestOf(row.emailNormalized) },
    {
      events: [userCreated(user, occasionOfSignIn(call, row.id, now))],
      idempotency: idempotencyValues(call, CreateUserResponseSchema, { user }, now),
    },
  );
  return { user };
};
