/** Octets that the part of an address before the @ may have (RFC 5321, 4.5.3.1.1). */
const LOCAL_PART_OCTETS_MAX = 64;
const UUID_LENGTH = 36;

/** Octets that the part of a bounce address before the @ may have, so that there is room for a tag. */
export const BOUNCE_LOCAL_PART_OCTETS_MAX = LOCAL_PART_OCTETS_MAX - '+'.length - UUID_LENGTH;

/**
 * Where reports about a mail go: the bounce address with the notification's id as its tag, e.g. `bounces+019ab3f0-…@example.com`.
 * Servers that change the case of addresses do no harm.
 */
export function taggedAddress(bounceAddress: string, id: string): string {
  const at = bounceAddress.lastIndexOf('@');
  return `${bounceAddress.slice(0, at)}+${id}${bounceAddress.slice(at)}`;
}

/** The id in a tagged address, in lower case; undefined when it has none. */
export function idInAddress(address: string): string | undefined {
  return /\+([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@[^@]*$/i.exec(address)?.[1]?.toLowerCase();
}
