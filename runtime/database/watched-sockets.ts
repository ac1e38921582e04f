import { connect, type Socket } from 'node:net';

/** Where the server is, as postgres.js has it: the path of a Unix socket, or hosts to try in turn, with their ports. */
interface ServerAddress {
  readonly path: string | false;
  readonly host: readonly string[];
  readonly port: readonly number[];
}

/** The sockets of a pool. */
export interface WatchedSockets {
  /** Opens one, as the option `socket` of postgres.js. */
  open(server: ServerAddress): Socket;
  /** Tells how many statements of the pool wait. Until it is called, no socket is closed. */
  closeSilentWhile(waiting: () => number): void;
}

/** After so many looks without a byte, each half a statement timeout after the one before, a socket counts as silent. */
const SILENT_LOOKS = 4;

/**
 * Makes sockets for a pool whose server ends statements after `statementTimeoutMs`. One over which nothing goes for twice
 * as long while statements wait is closed: the server hangs, or its machine has vanished, which the system itself would
 * notice after about a quarter of an hour. As with any lost connection, the statement fails, and the next one gets a new
 * connection.
 */
export function watchSockets(statementTimeoutMs: number): WatchedSockets {
  let countWaiting = () => 0;
  let opened = 0;
  return {
    open({ path, host, port }) {
      const turn = opened++ % host.length;
      const place = { host: host[turn], port: port[turn] };
      const socket = path ? connect(path) : connect(place.port ?? 0, place.host);
      const passedBytes = () => socket.bytesRead + socket.bytesWritten;
      let seenBytes = 0;
      // Looks are counted, not milliseconds, since a process that was stopped has yet to read what came meanwhile.
      let silentLooks = 0;
      const look = setInterval(() => {
        if (socket.destroyed) clearInterval(look);
        silentLooks = passedBytes() === seenBytes ? silentLooks + 1 : 0;
        seenBytes = passedBytes();
        // Without an error: the library takes its listeners away from a socket that TLS goes through.
        if (silentLooks >= SILENT_LOOKS && countWaiting() > 0) socket.destroy();
      }, statementTimeoutMs / 2).unref();
      // The library asks the socket for the name that the server's certificate must have.
      return Object.assign(socket, place);
    },
    closeSilentWhile(waiting) {
      countWaiting = waiting;
    },
  };
}
