import { randomUUIDv7 } from 'node:crypto';
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

let last = '';
/** The last twelve digits of a UUID, which is how far {@link increasingUuid} counts up. */
const COUNTED = 12;

/** A UUIDv7 that is greater than each one that this process got here before, also within a millisecond (RFC 9562, section 6.2). */
export function increasingUuid(): string {
  const made = randomUUIDv7();
  last = made > last ? made : successorOf(last);
  return last;
}

/** Its digits are random, so they do not run over: that would take an id that ends in twelve times `f`. */
function successorOf(uuid: string): string {
  const counted = BigInt(`0x${uuid.slice(-COUNTED)}`) + 1n;
  return uuid.slice(0, -COUNTED) + counted.toString(16).padStart(COUNTED, '0').slice(-COUNTED);
}
