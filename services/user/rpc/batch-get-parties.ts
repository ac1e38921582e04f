import type { UserService } from '../../../gen/numer/user/v1/user_service_pb.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import { toCustomer, toUser } from '../convert.ts';
import type { Deps } from '../deps.ts';

/** Gives users with one of their customers each, to a service that acts for them. */
export const batchGetParties: Rpc<Deps, typeof UserService.method.batchGetParties> = async ({ store }, request) => {
  const found = await store.findParties(
    request.keys.map(({ userId, customerId }) => ({ id: customerId, ownerId: userId })),
  );
  return {
    parties: found.map(({ user, customer }) => ({
      ...(user === null ? {} : { user: toUser(user) }),
      ...(customer === null ? {} : { customer: toCustomer(customer) }),
    })),
  };
};
