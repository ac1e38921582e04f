import { isIP, isIPv4 } from 'node:net';

/**
 * The address a request comes from, as limits count it. Behind reverse proxies it is the entry of X-Forwarded-For that the
 * outermost trusted one added; entries left of it were sent by the caller and prove nothing. Of an IPv6 address only the
 * network of 64 bits counts, since a caller has all of it.
 */
export function callerAddress(peer: string | undefined, forwardedFor: string, trustedProxies: number): string {
  const entry = trustedProxies > 0 ? forwardedFor.split(',').at(-trustedProxies) : undefined;
  return networkOf(withoutPort(entry?.trim() ?? '')) ?? networkOf(peer ?? '') ?? 'unknown';
}

/** Some proxies write `192.0.2.1:4711` and `[2001:db8::1]:4711`. */
function withoutPort(text: string): string {
  return /^\[([^\]]*)\](?::\d+)?$/.exec(text)?.[1] ?? /^([0-9.]+):\d+$/.exec(text)?.[1] ?? text;
}

function networkOf(address: string): string | undefined {
  const version = isIP(address);
  if (version !== 6) return version === 4 ? address : undefined;
  const mapped = /^::ffff:([0-9.]+)$/i.exec(address)?.[1];
  if (mapped !== undefined && isIPv4(mapped)) return mapped;
  // A URL writes the address in its one short form, without a zone.
  const [head = '', tail] = new URL(`http://[${address.replace(/%.*$/, '')}]`).hostname.slice(1, -1).split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => '0');
  return `${[...before, ...zeros, ...after].slice(0, 4).join(':')}::/64`;
}
