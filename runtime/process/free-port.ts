import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * Below the ports that systems give to outgoing connections, so that a port is still free when it is bound later or
 * again.
 */
const PORTS = { min: 15_000, max: 30_000 } as const;

/** A port on loopback that is free now. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(PORTS.min, PORTS.max);
    if ((await findListenError('127.0.0.1', port)) === undefined) return port;
  }
}

/** The error of listening on a port of an address now; undefined when it would succeed. */
export function findListenError(host: string, port: number): Promise<NodeJS.ErrnoException | undefined> {
  return new Promise((resolve) => {
    const probe = createServer().once('error', resolve);
    probe.listen(port, host, () => probe.close(() => resolve(undefined)));
  });
}
