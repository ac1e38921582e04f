import { isIP, isIPv4 } from 'node:net';

/**
 * The IP address a request comes from, in its canonical form (RFC 5952), or undefined when it is not known. Behind reverse
 * proxies it is the entry of X-Forwarded-For that the outermost trusted proxy added. Entries to the left of it were sent by
 * the caller and prove nothing.
 */
export function callerAddress(
  peer: string | undefined,
  forwardedFor: string,
  trustedProxies: number,
): string | undefined {
  const entry = trustedProxies > 0 ? forwardedFor.split(',').at(-trustedProxies) : undefined;
  return usualForm(withoutPort(entry?.trim() ?? '')) ?? usualForm(peer ?? '');
}

/** What limits count an address as: an IPv6 address counts as its /64 network, since a caller has all of that. */
export function networkOf(address: string): string {
  if (isIPv4(address)) return address;
  const [head = '', tail] = address.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => '0');
  return `${[...before, ...zeros, ...after].slice(0, 4).join(':')}::/64`;
}

/** Some proxies write `192.0.2.1:4711` and `[2001:db8::1]:4711`. */
function withoutPort(text: string): string {
  return /^\[([^\]]*)\](?::\d+)?$/.exec(text)?.[1] ?? /^([0-9.]+):\d+$/.exec(text)?.[1] ?? text;
}

function usualForm(address: string): string | undefined {
  const version = isIP(address);
  if (version !== 6) return version === 4 ? address : undefined;
  const mapped = /^::ffff:([0-9.]+)$/i.exec(address)?.[1];
  if (mapped !== undefined && isIPv4(mapped)) return mapped;
  // URL writes the address in its canonical short form. It takes no zone.
  return new URL(`http://[${address.replace(/%.*$/, '')}]`).hostname.slice(1, -1);
}
