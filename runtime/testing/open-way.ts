import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket, type TcpNetConnectOpts } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';

/** A way over TCP to a server on this machine, on which a test can let things happen to connections. */
export interface Way {
  readonly port: number;
  /** Lets nobody in any more. */
  close(): void;
}

/** How a way is made. */
export interface WayOptions {
  /** Where to listen; loopback when absent. */
  readonly host?: string;
  /** Connects a client with the server; when absent, everything passes in both directions. */
  readonly pass?: (client: Socket, backend: Socket) => void;
}

/** Whether this machine has the loopback address of IPv6. */
export const HAS_IPV6 = Object.values(networkInterfaces())
  .flat()
  .some((each) => each?.address === '::1');

/** Opens a way to a port, or to the path of a Unix socket. When one end of a connection closes, so does the other. */
export async function openWay(to: TcpNetConnectOpts | string, options: WayOptions = {}): Promise<Way> {
  const { host = '127.0.0.1', pass = (client, backend) => client.pipe(backend).pipe(client) } = options;
  const server = createServer((client) => {
    const backend = typeof to === 'string' ? connect(to) : connect(to);
    pass(client, backend);
    for (const socket of [client, backend]) {
      socket.on('error', () => undefined);
      socket.on('close', () => {
        for (const end of [client, backend]) end.destroy();
      });
    }
  }).listen(0, host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // what a TCP server has
  return { port, close: () => void server.close() };
}

/** Opens a way to the Postgres of a test database, and gives the URL of the database over it. */
export async function openWayToDatabase(
  databaseUrl: string,
  options: WayOptions = {},
): Promise<Way & { readonly url: string }> {
  const url = new URL(databaseUrl);
  const way = await openWay(join(url.searchParams.get('host') ?? '', '.s.PGSQL.5432'), options);
  url.searchParams.delete('host');
  const { host = '127.0.0.1' } = options;
  url.host = `${host.includes(':') ? `[${host}]` : host}:${way.port}`;
  return { ...way, url: url.href };
}
