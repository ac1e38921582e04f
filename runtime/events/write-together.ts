import type { Socket } from 'node:net';
import type { Connection } from 'rabbitmq-client';

/**
 * Sends what is written to a connection in this turn of the event loop with one system call. By itself the client makes
 * one for each message and each acknowledgement, which costs both ends more than everything else about it.
 */
export function writeTogether(connection: Connection): void {
  const socket = socketOf(connection);
  socket?.cork();
  process.nextTick(() => socket?.uncork());
}

/** The socket of a connection, which the client's types leave out. */
export function socketOf(connection: Connection): Socket | undefined {
  return (connection as unknown as { readonly _socket?: Socket })._socket; // a field of the client, whose version is pinned
}
