import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Below the ports that systems give to outgoing connections: what binds one only later, or once more, is to find it free. */
const PORTS = { min: 15_000, max: 30_000 } as const;

/** A port on loopback that is free now. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(PORTS.min, PORTS.max);
    if ((await findListenError('127.0.0.1', port)) === undefined) return port;
  }
}

/** Why nobody can listen on a port of an address now; undefined when it can be done. */
export function findListenError(host: string, port: number): Promise<NodeJS.ErrnoException | undefined> {
  return new Promise((resolve) => {
    const probe = createServer().once('error', resolve);
    probe.listen(port, host, () => probe.close(() => resolve(undefined)));
  });
}
