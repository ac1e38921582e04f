import { createServer as createHttp1Server, type Server, type ServerResponse } from 'node:http';
import {
  constants,
  createServer as createHttp2Server,
  type Http2Server,
  type Http2ServerRequest,
  type ServerHttp2Session,
} from 'node:http2';
import type { Socket } from 'node:net';
import { openPort } from '../runtime/process/open-port.ts';
import type { IncomingRequest, OutgoingResponse } from './edge/http-message.ts';
import { malformedAnswer, refuseExpectation } from './edge/malformed-request.ts';

/** Answers a request. It must not throw. */
export type RequestListener = (request: IncomingRequest, response: OutgoingResponse) => void;

/** One open port. */
export interface Listener {
  /** `http://host:port`. */
  readonly url: string;
  /** Accepts no more connections, lets requests in flight finish for up to `timeoutMs`, then cuts the connections that are left. */
  stop(timeoutMs?: number): Promise<void>;
}

/** How long peers may take, in milliseconds. */
export interface ListenerTimeouts {
  /** Until the first bytes of a connection. */
  readonly firstBytesMs: number;
  /** Until all headers of a request. */
  readonly headersMs: number;
  /** Until the end of a request. */
  readonly requestMs: number;
  /** Without a byte in either direction: between requests, or when they do not read an answer. Longer than any call takes. */
  readonly idleMs: number;
}

/** The first bytes of the HTTP/2 preface (RFC 9113, 3.4). No HTTP/1.1 method begins like it. */
const HTTP2_PREFACE_START = 'PRI';

const TIMEOUTS: ListenerTimeouts = { firstBytesMs: 10_000, headersMs: 10_000, requestMs: 30_000, idleMs: 60_000 };
const CONNECTIONS_MAX = 10_000;
const STREAMS_MAX = 250;
/** Node looks for slow connections at this interval, or at the shortest time-out when that is shorter. */
const CHECK_INTERVAL_MAX_MS = 1_000;

/**
 * Opens a port for both HTTP/1.1 and cleartext HTTP/2: the first bytes of a connection tell which it is. Rejects with
 * Node's error (EADDRINUSE, EACCES...) when the port cannot be opened.
 */
export async function listen(
  listener: RequestListener,
  host: string,
  port: number,
  timeouts: ListenerTimeouts = TIMEOUTS,
): Promise<Listener> {
  const http1 = createHttp1(listener, timeouts);
  const http2 = createHttp2(listener, timeouts);
  const connections = routeConnections(http1.server, http2.server, timeouts);
  const url = await openPort(http1.server, host, port);

  return {
    url,
    async stop(timeoutMs = 5_000) {
      const closed = new Promise<void>((resolve) => http1.server.close(() => resolve()));
      http1.finish(connections.open);
      for (const socket of connections.undecided) socket.destroy();
      for (const session of http2.sessions) session.close();
      const cut = setTimeout(() => {
        for (const socket of connections.open) socket.destroy();
      }, timeoutMs);
      await closed;
      clearTimeout(cut);
    },
  };
}

function createHttp1(listener: RequestListener, timeouts: ListenerTimeouts) {
  let isStopping = false;
  const server = createHttp1Server(
    {
      headersTimeout: timeouts.headersMs,
      requestTimeout: timeouts.requestMs,
      keepAliveTimeout: timeouts.idleMs,
      // Node answers HTTP/1.1 without a Host itself, and without a body. Left to the listener, the answer says what is wrong.
      requireHostHeader: false,
      connectionsCheckingInterval: Math.min(CHECK_INTERVAL_MAX_MS, timeouts.headersMs, timeouts.requestMs),
    },
    (request, response) => {
      const unanswered = unansweredOf(request.socket);
      unanswered.push(response);
      response.once('close', () => {
        unanswered.splice(unanswered.indexOf(response), 1);
        // An answer that had begun when the server was told to stop has promised to keep the connection open.
        if (isStopping) server.closeIdleConnections();
      });
      // Only HTTP/1.0 may leave out the host. The request is then meant for this server (RFC 9112, 3.3).
      if (request.httpVersion === '1.0') request.headers.host ??= 'localhost';
      // A target may begin with the host, as for a proxy (RFC 9112, 3.2.2). One that is not a URL stays, and is refused later.
      if (request.url?.startsWith('http') && URL.canParse(request.url)) {
        request.url = request.url.replace(/^https?:\/\/[^/?]+\/?/, '/');
      }
      listener(request, response);
    },
  );
  server.on('checkExpectation', (_, response) => refuseExpectation(response));
  server.maxConnections = CONNECTIONS_MAX;
  // Else a peer that does not read its answer keeps the answer in memory, and the connection, for as long as it likes.
  server.timeout = timeouts.idleMs;
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    const hasBegun = unansweredOf(socket).some((response) => response.socket === socket && response.headersSent);
    if (hasBegun || !socket.writable || error.code === 'ECONNRESET') socket.destroy();
    else socket.end(malformedAnswer(error.code), () => socket.destroy());
  });
  return {
    server,
    /** Ends each busy connection after its answer; the server itself has ended the idle ones. */
    finish(sockets: Iterable<Socket>) {
      isStopping = true;
      for (const response of [...sockets].flatMap(unansweredOf)) {
        if (!response.headersSent) response.setHeader('connection', 'close');
      }
    },
  };
}

/**
 * Where a connection keeps its answers that are not complete. One Set for all connections would be rebuilt again and again, and
 * its former members, with everything they refer to, would be kept until the next full garbage collection.
 */
const UNANSWERED = Symbol('unanswered');

function unansweredOf(socket: Socket & { [UNANSWERED]?: ServerResponse[] }): ServerResponse[] {
  socket[UNANSWERED] ??= [];
  return socket[UNANSWERED];
}

function createHttp2(listener: RequestListener, timeouts: ListenerTimeouts) {
  const server = createHttp2Server({ settings: { maxConcurrentStreams: STREAMS_MAX } }, (request, response) => {
    const { stream } = request;
    // An idle session lets its streams finish, which that of a peer that does not read its answer never does.
    stream.setTimeout(timeouts.idleMs, () => stream.close(constants.NGHTTP2_CANCEL));
    if (!stream.endAfterHeaders) limitArrival(request, timeouts.requestMs);
    listener(request, response);
  });
  server.on('checkExpectation', (_, response) => refuseExpectation(response));
  const sessions = new Set<ServerHttp2Session>();
  server.on('session', (session) => {
    sessions.add(session);
    session.on('close', () => sessions.delete(session));
    session.setTimeout(timeouts.idleMs, () => session.close());
  });
  return { server, sessions };
}

/** Ends a request whose body takes too long to arrive. Node itself does so only over HTTP/1.1. */
function limitArrival(request: Http2ServerRequest, timeoutMs: number): void {
  const cut = setTimeout(() => request.stream.close(constants.NGHTTP2_CANCEL), timeoutMs);
  const done = () => clearTimeout(cut);
  request.once('end', done);
  request.once('close', done);
}

/**
 * Hands each new connection to the HTTP/1.1 or the HTTP/2 server. The HTTP/1.1 server is the one that listens, because its
 * time-outs and its `close` only work when it listens itself.
 */
function routeConnections(http1: Server, http2: Http2Server, { firstBytesMs }: ListenerTimeouts) {
  const openSockets = new Set<Socket>();
  const undecided = new Set<Socket>();
  const serveHttp1 = http1.listeners('connection');
  http1.removeAllListeners('connection');
  http1.on('connection', (socket: Socket) => {
    openSockets.add(socket);
    undecided.add(socket);
    const timer = setTimeout(() => socket.destroy(), firstBytesMs);
    const decided = () => {
      clearTimeout(timer);
      undecided.delete(socket);
    };
    socket.once('close', () => {
      decided();
      openSockets.delete(socket);
    });
    peek(socket, (isHttp2) => {
      decided();
      // Each server expects this setting: the HTTP/1.1 server ends a socket itself once the peer has ended its side.
      socket.allowHalfOpen = !isHttp2;
      if (isHttp2) http2.emit('connection', socket);
      else for (const serve of serveHttp1) serve.call(http1, socket);
    });
  });
  return { open: openSockets, undecided };
}

/** Waits for the first bytes of a connection, decides whether they begin HTTP/2, and puts them back. */
function peek(socket: Socket, decide: (isHttp2: boolean) => void): void {
  let seen = Buffer.alloc(0);
  const onEnd = () => socket.destroy();
  const onData = (chunk: Buffer) => {
    seen = Buffer.concat([seen, chunk]);
    const start = seen.toString('latin1', 0, HTTP2_PREFACE_START.length);
    if (start.length < HTTP2_PREFACE_START.length && HTTP2_PREFACE_START.startsWith(start)) return;
    socket.off('data', onData);
    socket.off('end', onEnd);
    socket.off('error', onEnd);
    socket.pause();
    socket.unshift(seen);
    decide(start === HTTP2_PREFACE_START);
    process.nextTick(() => socket.resume());
  };
  socket.on('data', onData);
  socket.on('end', onEnd);
  socket.on('error', onEnd);
}
