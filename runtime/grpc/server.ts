import {
  createServer,
  type Http2SecureServer,
  type Http2Server,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import type { ConnectRouter, Interceptor } from '@connectrpc/connect';
import { READ_MAX_BYTES } from './frame.ts';
import { collectRoutes, type UnaryRoute } from './routes.ts';
import { ServerCall } from './server-call.ts';
import { textOf } from './status.ts';

/** How unary calls are served. */
export interface UnaryGrpcServerOptions {
  /** Registers the methods, as for any other Connect adapter. */
  readonly routes: (router: ConnectRouter) => void;
  readonly interceptors?: readonly Interceptor[];
  /** Largest request message. Default: 4 MiB. */
  readonly readMaxBytes?: number;
  /** Longest deadline a caller may ask for; a longer one is INVALID_ARGUMENT. Default: none. */
  readonly maxTimeoutMs?: number;
  /**
   * Takes every request that is no unary gRPC call of these routes. A `connectNodeAdapter` for the same routes, for
   * example, serves streams and the other protocols. Without a fallback such requests are refused.
   */
  readonly fallback?: (request: Http2ServerRequest, response: Http2ServerResponse) => void;
}

/** What {@link serveUnaryGrpc} gives. */
export interface UnaryGrpcService {
  /**
   * Accepts no more connections, tells the peers to open no more streams, and lets calls in flight finish. What is left after
   * `timeoutMs` is cut. Resolves when every connection is closed and every method has ended or the time is over.
   */
  stop(timeoutMs?: number): Promise<void>;
}

const GRPC = /^application\/grpc(?:\+proto)?$/i;

/**
 * Serves unary gRPC calls on an HTTP/2 server, which the caller makes and opens. The server must have no `request` listener:
 * Node would then answer each stream a second time. Everything else goes to the `fallback`.
 */
export function serveUnaryGrpc(
  server: Http2Server | Http2SecureServer,
  options: UnaryGrpcServerOptions,
): UnaryGrpcService {
  if (server.listenerCount('request') > 0) throw new Error('a server of unary gRPC takes no request listener');
  const routes = collectRoutes(options.routes, {
    interceptors: options.interceptors ?? [],
    readMaxBytes: options.readMaxBytes ?? READ_MAX_BYTES,
    maxTimeoutMs: options.maxTimeoutMs ?? Number.POSITIVE_INFINITY,
  });
  // A server that never listens. Node makes a request and a response from a stream that is emitted on it.
  const others = createServer(options.fallback ?? refuse);
  const calls = new CallCount();
  server.on('stream', (stream: ServerHttp2Stream, headers: IncomingHttpHeaders, ...rest: unknown[]) => {
    const route = routeOf(routes, headers);
    if (route === undefined) {
      others.emit('stream', stream, headers, ...rest);
      return;
    }
    calls.begin();
    // It never rejects.
    void new ServerCall(route, stream, headers).serve().finally(() => calls.end());
  });
  const sessions = trackSessions(server);
  return { stop: (timeoutMs = 5_000) => stop(server, sessions, calls, timeoutMs) };
}

function routeOf(routes: ReadonlyMap<string, UnaryRoute>, headers: IncomingHttpHeaders): UnaryRoute | undefined {
  if (headers[':method'] !== 'POST' || !GRPC.test(textOf(headers, 'content-type') ?? '')) return undefined;
  return routes.get(headers[':path'] ?? '');
}

/** Answers a request that nobody serves: a gRPC call with a gRPC status, anything else with an HTTP status. */
function refuse(request: Http2ServerRequest, response: Http2ServerResponse): void {
  const contentType = request.headers['content-type'] ?? '';
  if (contentType.startsWith('application/grpc')) {
    response.writeHead(200, { 'content-type': contentType, 'grpc-status': '12', 'grpc-message': 'unknown method' });
  } else {
    response.writeHead(415);
  }
  response.end();
}

/**
 * The number of calls under way. A set of them would be rebuilt again and again, and its former contents, with
 * everything that they refer to, would be kept until the next full garbage collection.
 */
class CallCount {
  #count = 0;
  #tellNone: (() => void) | undefined;

  begin(): void {
    this.#count += 1;
  }

  end(): void {
    this.#count -= 1;
    if (this.#count === 0) this.#tellNone?.();
  }

  /** Resolves as soon as there are none. */
  none(): Promise<void> {
    if (this.#count === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#tellNone = resolve;
    });
  }
}

function trackSessions(server: Http2Server | Http2SecureServer): ReadonlySet<ServerHttp2Session> {
  const sessions = new Set<ServerHttp2Session>();
  server.on('session', (session: ServerHttp2Session) => {
    sessions.add(session);
    session.on('close', () => sessions.delete(session));
  });
  return sessions;
}

async function stop(
  server: Http2Server | Http2SecureServer,
  sessions: ReadonlySet<ServerHttp2Session>,
  calls: CallCount,
  timeoutMs: number,
): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  for (const session of sessions) session.close();
  let cut: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    cut = setTimeout(() => {
      for (const session of sessions) session.destroy();
      resolve();
    }, timeoutMs);
  });
  await closed;
  await Promise.race([calls.none(), late]);
  clearTimeout(cut);
}
