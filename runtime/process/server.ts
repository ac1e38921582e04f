import { createServer } from 'node:http2';
import type { ConnectRouter, Interceptor } from '@connectrpc/connect';
import { connectNodeAdapter } from '@connectrpc/connect-node';
import { BODY_BYTES_MAX } from '../body-limit.ts';
import { answerUnknownRpc } from '../call/unknown-rpc.ts';
import { serveUnaryGrpc } from '../grpc/server.ts';
import { openPort } from './open-port.ts';

/** Limits of every RPC server. The library itself sets none. */
export const SERVER_LIMITS = {
  /** Largest request message: the largest body that the gateway takes, and what its route adds to it. */
  readMaxBytes: BODY_BYTES_MAX + 64 * 1024,
  /** Longest deadline a caller may ask for. */
  maxTimeoutMs: 30_000,
  /** Calls at once on one connection. */
  concurrentStreamsMax: 1_000,
  /**
   * Calls per second that the callers on one connection may cancel. Beyond this, Node ends the connection, and all
   * calls on it fail. Node's own limit of 33 guards against strangers. Here every connection belongs to another process
   * of this system, which calls for many users.
   */
  resetStreamsPerSecondMax: 100_000,
} as const;

/** What a server serves, and where it listens. */
export interface ServerOptions {
  readonly routes: (router: ConnectRouter) => void;
  readonly interceptors: readonly Interceptor[];
  readonly host: string;
  /** 0 for any free port. */
  readonly port: number;
}

/** A server that accepts calls. */
export interface RunningServer {
  /** `http://host:port`. */
  readonly url: string;
  /** Accepts no more calls, lets those in flight finish for up to `timeoutMs`, then cuts what is left. */
  stop(timeoutMs?: number): Promise<void>;
}

/**
 * Serves gRPC, gRPC-web and Connect over cleartext HTTP/2; unary gRPC takes the short way of grpc/server.ts. Resolves
 * when the port is open, rejects when it is taken.
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const served = {
    routes: options.routes,
    interceptors: [...options.interceptors],
    readMaxBytes: SERVER_LIMITS.readMaxBytes,
    maxTimeoutMs: SERVER_LIMITS.maxTimeoutMs,
  };
  const { concurrentStreamsMax, resetStreamsPerSecondMax } = SERVER_LIMITS;
  const server = createServer({
    settings: { maxConcurrentStreams: concurrentStreamsMax },
    streamResetBurst: resetStreamsPerSecondMax,
    streamResetRate: resetStreamsPerSecondMax,
  });
  // Between services on one machine or network, compression costs more than the bytes it saves.
  const fallback = connectNodeAdapter({ ...served, acceptCompression: [], fallback: answerUnknownRpc });
  const service = serveUnaryGrpc(server, { ...served, fallback });
  const url = await openPort(server, options.host, options.port);
  return { url, stop: service.stop };
}
