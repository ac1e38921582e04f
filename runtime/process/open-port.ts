import { once } from 'node:events';
import type { AddressInfo, Server } from 'node:net';
import { httpUrl } from '../http-url.ts';

/**
 * Opens the port of an HTTP server, 0 for any free one, and gives its URL. Rejects with Node's error (EADDRINUSE,
 * EACCES...) when the port cannot be opened.
 */
export async function openPort(server: Server, host: string, port: number): Promise<string> {
  server.listen(port, host);
  await once(server, 'listening');
  const address = server.address() as AddressInfo; // a TCP server that listens has one
  return httpUrl(host, address.port);
}
