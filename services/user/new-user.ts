import { create } from '@bufbuild/protobuf';
import { type User, UserSchema } from '../../gen/numer/user/v1/user_pb.ts';
import type { CreateUserRequest } from '../../gen/numer/user/v1/user_service_pb.ts';
import { increasingUuid } from '../../runtime/uuid.ts';
import { settingsOf } from './account.ts';
import { toUser, userColumns } from './convert.ts';
import { digestOf } from './credentials/secrets.ts';
import { FIRST_VERSION } from './events.ts';
import type { NewUser } from './store/create-user.ts';

/**
 * The account that a request asks for: its row without the password, and its message. There is one kind of user, so
 * nobody chooses rights.
 */
export function newUser(
  request: CreateUserRequest,
  now: Date,
): { readonly row: Omit<NewUser, 'passwordHash'>; readonly user: User } {
  const asked = create(UserSchema, {
    email: request.email,
    name: request.name,
    companyName: request.companyName,
    ...(request.address === undefined ? {} : { address: request.address }),
    taxId: request.taxId,
    ...settingsOf(request),
  });
  const columns = userColumns(asked);
  const row = {
    ...columns,
    id: increasingUuid(),
    emailDigest: digestOf(columns.emailNormalized),
    createTime: now,
    updateTime: now,
    version: FIRST_VERSION,
  };
  return { row, user: toUser({ ...row, logo: {} }) };
}
