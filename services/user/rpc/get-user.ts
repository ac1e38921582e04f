import type { UserService } from '../../../gen/numer/user/v1/user_service_pb.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import { findOwnAccount } from '../account.ts';
import { toUser } from '../convert.ts';
import type { Deps } from '../deps.ts';

/** Gives the caller's own account. Throws USER_NOT_FOUND. */
export const getUser: Rpc<Deps, typeof UserService.method.getUser> = async (deps, request, call) => {
  return { user: toUser(await findOwnAccount(deps, request.userId, call)) };
};
