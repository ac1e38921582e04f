import type { Call } from '../../runtime/call.ts';
import { DomainError, invalidField } from '../../runtime/errors.ts';
import type { CustomerRow } from './convert.ts';
import type { Deps } from './deps.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

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

/**
 * The id of an update's customer, which the schema does not check because it leaves out the whole resource.
 *
 * @throws DomainError INVALID_ARGUMENT when it is no UUID.
 */
export function requireCustomerId(id = ''): string {
  if (!UUID.test(id)) throw invalidField('customer.id', 'must be a UUID');
  return id;
}
