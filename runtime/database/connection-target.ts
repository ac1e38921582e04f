/** The parts of a connection string as postgres.js wants them. */
export interface ConnectionTarget {
  /** The connection string without its `host` parameter. */
  readonly url: string;
  /** To be spread into the options; holds the socket's folder when there is one. */
  readonly options: { readonly host?: string };
}

/**
 * Splits a connection string that names a Unix socket's folder in the way of libpq,
 * `postgres://user@localhost/name?host=/folder`. postgres.js takes that folder only as an option, and would send the
 * parameter on to the server. Any other string is given back as it is.
 */
export function connectionTarget(url: string): ConnectionTarget {
  if (!URL.canParse(url)) return { url, options: {} };
  const parsed = new URL(url);
  const host = parsed.searchParams.get('host');
  if (host === null) return { url, options: {} };
  parsed.searchParams.delete('host');
  return { url: parsed.href, options: { host } };
}
