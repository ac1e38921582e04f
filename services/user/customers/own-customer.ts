import type { Call } from '../../../runtime/call/call.ts';
import { DomainError } from '../../../runtime/call/errors.ts';
import type { CustomerRow } from '../convert.ts';
import type { Deps } from '../deps.ts';

/**
 * The caller's customer with this id.
 *
 * @throws DomainError CUSTOMER_NOT_FOUND when there is none, or it is somebody else's.
 */
export async function findOwnCustomer({ store }: Deps, customerId: string, call: Call): Promise<CustomerRow> {
  const row = await store.findCustomer({ id: customerId, ownerId: call.user.userId });
  if (row === undefined) throw new DomainError('missing', 'CUSTOMER_NOT_FOUND', 'There is no such customer.');
  return row;
}
