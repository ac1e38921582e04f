import { hostOf } from '../host-of.ts';

/** Where the broker of a URL listens, as sockets take it. The client itself cannot read an IPv6 address in a URL. */
export function amqpAddress(url: string): { readonly host: string; readonly port: number } {
  const parsed = new URL(url);
  return { host: hostOf(parsed), port: Number(parsed.port) || (parsed.protocol === 'amqps:' ? 5671 : 5672) };
}
