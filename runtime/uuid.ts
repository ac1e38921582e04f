import { invalidField } from './call/errors.ts';

/** A UUID of any version, as Postgres reads it. */
export const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * An id that the schema does not check, such as that of an update's resource, which is left out there as a whole; `field` is
 * its path, e.g. `invoice.id`.
 *
 * @throws DomainError INVALID_ARGUMENT when it is no UUID.
 */
export function requireUuid(id: string, field: string): string {
  if (!UUID.test(id)) throw invalidField(field, 'must be a UUID');
  return id;
}
