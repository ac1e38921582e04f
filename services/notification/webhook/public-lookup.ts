import { Resolver } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';
import { isPublicAddress } from './public-address.ts';

/** Says that a host must not be connected to. */
export class NotPublicError extends Error {
  override readonly name = 'NotPublicError';

  constructor() {
    super('the host has no public address');
  }
}

/** Gives the addresses of a host name, of one family. Rejects when it has none. */
export type Resolve = (hostname: string, family: 4 | 6) => Promise<readonly string[]>;

/**
 * A lookup for a connection that gives only public addresses of a host. The connection goes to the addresses that it gives, so
 * changing the address of a name a moment later helps nobody. It fails with NotPublicError when the host has no public address,
 * whether it has other addresses or none: users must not find out which names the internal network has.
 */
export function createPublicLookup(resolve: Resolve = resolveByDns): LookupFunction {
  return (hostname, options, callback) => {
    find(resolve, hostname).then(
      (found) => {
        const [first] = found;
        if (first === undefined) callback(new NotPublicError(), '');
        else if (options.all === true) callback(null, found);
        else callback(null, first.address, first.family);
      },
      (error: NodeJS.ErrnoException) => callback(error, ''),
    );
  };
}

/** The codes by which a resolver says that there is no such name, or that it has no address of the family. */
const HAS_NONE: ReadonlySet<unknown> = new Set(['ENOTFOUND', 'ENODATA']);

async function find(resolve: Resolve, hostname: string) {
  const [ipv4, ipv6] = await Promise.allSettled([resolve(hostname, 4), resolve(hostname, 6)]);
  if (ipv4.status === 'rejected' && ipv6.status === 'rejected') {
    const reasons = [ipv4.reason, ipv6.reason].filter(({ code }) => !HAS_NONE.has(code));
    if (reasons.length > 0) throw reasons[0];
  }
  const found = [ipv4, ipv6].flatMap((result, index) =>
    result.status === 'rejected' ? [] : result.value.map((address) => ({ address, family: index === 0 ? 4 : 6 })),
  );
  return found.filter(({ address }) => isPublicAddress(address));
}

/**
 * Asks the name servers directly. The system's own lookup occupies one of the process's four threads until they answer, and also
 * knows the names of the local network.
 */
function resolveByDns(hostname: string, family: 4 | 6): Promise<string[]> {
  const resolver = new Resolver({ timeout: 2_000, tries: 2 });
  return family === 4 ? resolver.resolve4(hostname) : resolver.resolve6(hostname);
}
