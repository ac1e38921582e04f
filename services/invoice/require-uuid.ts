import { invalidField } from '../../runtime/errors.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * The id of an update's resource, which the schema does not check because it leaves out the whole resource; `field` is its
 * path, e.g. `invoice.id`.
 *
 * @throws DomainError INVALID_ARGUMENT when it is no UUID.
 */
export function requireUuid(id: string, field: string): string {
  if (!UUID.test(id)) throw invalidField(field, 'must be a UUID');
  return id;
}
