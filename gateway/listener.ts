import { createServer as createHttp1Server, type IncomingMessage, type ServerResponse } from 'node:http';
import {
  createServer as createHttp2Server,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type ServerHttp2Session,
} from 'node:http2';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';

/** Answers a request of either HTTP version. */
export type RequestListener = (
  request: IncomingMessage | Http2ServerRequest,
  response: ServerResponse | Http2ServerResponse,
) => void;

/** One open port. */
export interface Listener {
  /** `http://host:port`. */
  readonly url: string;
  /** Accepts no more, lets requests in flight finish for up to `timeoutMs`, then cuts what is left. */
  stop(timeoutMs?: number): Promise<void>;
}

/** The first bytes of the HTTP/2 preface (RFC 9113, 3.4). No HTTP/1.1 method begins like it. */
const HTTP2_PREFACE_START = 'PRI';

/** How long a new connection may take to send its first bytes, its headers, a whole request. */
const TIMEOUTS = { firstBytesMs: 10_000, headersMs: 10_000, requestMs: 30_000, idleMs: 60_000 } as const;
const CONNECTIONS_MAX = 10_000;
const STREAMS_MAX = 250;

/**
 * Opens a port on which HTTP/1.1 and cleartext HTTP/2 are both spoken: the first bytes of a connection tell which.
 * Rejects when the port is taken.
 */
export async function listen(listener: RequestListener, host: string, port: number): Promise<Listener> {
  const http1 = createHttp1Server(
    { headersTimeout: TIMEOUTS.headersMs, requestTimeout: TIMEOUTS.requestMs, keepAliveTimeout: TIMEOUTS.idleMs },
    listener,
  );
  const http2 = createHttp2Server({ settings: { maxConcurrentStreams: STREAMS_MAX } }, listener);
  const sessions = new Set<ServerHttp2Session>();
  http2.on('session', (session) => {
    sessions.add(session);
    session.on('close', () => sessions.delete(session));
    // A peer that breaks the protocol or vanishes ends its own session, not the process.
    session.on('error', () => session.destroy());
  });
  const sockets = new Set<Socket>();
  const tcp = createTcpServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    socket.setNoDelay(true);
    peek(socket, (isHttp2) => (isHttp2 ? http2 : http1).emit('connection', socket));
  });
  tcp.maxConnections = CONNECTIONS_MAX;
  await open(tcp, host, port);
  const address = tcp.address() as AddressInfo; // a TCP server that listens has one

  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`,
    async stop(timeoutMs = 5_000) {
      const closed = new Promise<void>((resolve) => tcp.close(() => resolve()));
      // The HTTP/1.1 server never listened itself, but ends its idle connections, and each busy one after its answer.
      http1.close();
      http1.closeIdleConnections();
      for (const session of sessions) session.close();
      const cut = setTimeout(() => {
        for (const socket of sockets) socket.destroy();
      }, timeoutMs);
      await closed;
      clearTimeout(cut);
    },
  };
}

/** Waits for the first bytes of a connection, tells whether they begin HTTP/2, and puts them back. */
function peek(socket: Socket, decide: (isHttp2: boolean) => void): void {
  let seen = Buffer.alloc(0);
  const timer = setTimeout(() => socket.destroy(), TIMEOUTS.firstBytesMs);
  socket.once('close', () => clearTimeout(timer));
  const onData = (chunk: Buffer) => {
    seen = Buffer.concat([seen, chunk]);
    const start = seen.toString('latin1', 0, HTTP2_PREFACE_START.length);
    if (start.length < HTTP2_PREFACE_START.length && HTTP2_PREFACE_START.startsWith(start)) return;
    clearTimeout(timer);
    socket.off('data', onData);
    socket.pause();
    socket.unshift(seen);
    decide(start === HTTP2_PREFACE_START);
    process.nextTick(() => socket.resume());
  };
  socket.on('data', onData);
}

function open(server: ReturnType<typeof createTcpServer>, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
