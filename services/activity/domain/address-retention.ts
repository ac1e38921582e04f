/**
 * How long the addresses of callers are kept: a year, so that an audit of the last financial year can still ask where a
 * change came from. A year is also the longest time that the French data protection authority's recommendation on
 * logging allows without a further reason (CNIL, deliberation 2021-122).
 */
const ADDRESS_RETENTION_DAYS = 365;

/** Allows for clocks that differ and for the time that a verification takes. */
const GRACE_MS = 3_600_000;

/** The moment before which addresses are to be erased. */
export function addressesKeptSince(now: Date): Date {
  return new Date(now.getTime() - ADDRESS_RETENTION_DAYS * 86_400_000);
}

/** The moment from which on addresses must be present. */
export function addressesDueSince(now: Date): Date {
  return new Date(addressesKeptSince(now).getTime() + GRACE_MS);
}
