import { hostOf } from '../host-of.ts';

/** The parts of a connection string as postgres.js wants them. */
export interface ConnectionTarget {
  /** The connection string without its `host` parameter. */
  readonly url: string;
  /** To be spread into the options: the socket's folder, or an IPv6 address with its port, when there is one. */
  readonly options: { readonly host?: string; readonly port?: number };
}

/**
 * Splits a connection string that names a Unix socket's folder in the way of libpq,
 * `postgres://user@localhost/name?host=/folder`, or an IPv6 address. postgres.js takes these only as options: it would
 * send the parameter on to the server, and end the address at its first colon. Any other string is given back as it is.
 */
export function connectionTarget(url: string): ConnectionTarget {
  if (!URL.canParse(url)) return { url, options: {} };
  const parsed = new URL(url);
  const folder = parsed.searchParams.get('host');
  if (folder !== null) {
    parsed.searchParams.delete('host');
    return { url: parsed.href, options: { host: folder } };
  }
  const host = hostOf(parsed);
  if (!host.includes(':')) return { url, options: {} };
  const lists = { host: [host], port: [Number(parsed.port) || 5432] };
  return { url, options: lists as object }; // the library takes lists, which its types do not know
}
