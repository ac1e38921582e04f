import { randomUUIDv7 } from 'node:crypto';
import { invalidField } from './call/errors.ts';

/** A UUID of any version, as Postgres reads it. */
export const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * Gives an id that the schema does not check, such as the id of the resource in an update, whose rules do not apply
 * there; `field` is its path, e.g. `invoice.id`.
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

/** A UUIDv7 greater than any that this process got here before, even within a millisecond (RFC 9562, section 6.2). */
export function increasingUuid(): string {
  const made = randomUUIDv7();
  last = made > last ? made : successorOf(last);
  return last;
}

/** The counted digits are random, so they do not overflow: that would take an id that ends in twelve times `f`. */
function successorOf(uuid: string): string {
  const counted = BigInt(`0x${uuid.slice(-COUNTED)}`) + 1n;
  return uuid.slice(0, -COUNTED) + counted.toString(16).padStart(COUNTED, '0').slice(-COUNTED);
}
