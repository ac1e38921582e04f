import { createServer, type Http2Server, type ServerHttp2Session } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { Code, ConnectError, type Interceptor, type Transport } from '@connectrpc/connect';
import { connectNodeAdapter, createGrpcTransport } from '@connectrpc/connect-node';
import * as grpc from '@grpc/grpc-js';
import { createUnaryGrpcTransport } from '../client.ts';
import { createDirectTransport } from '../direct.ts';
import { toHeaders } from '../metadata.ts';
import { serveUnaryGrpc } from '../server.ts';
import { readStatus } from '../status.ts';
import {
  EchoRequestSchema,
  type EchoResponse,
  EchoResponseSchema,
  TestService,
} from '../testdata/gen/test_service_pb.ts';
import { testRoutes } from '../testdata/test-service.ts';

/** Limits of all peers, so that every pair of them has the same. */
const PEER_LIMITS = { readMaxBytes: 4 * 1024 * 1024, maxTimeoutMs: 30_000 } as const;

/** A server of the test service. */
export interface Peer {
  readonly baseUrl: string;
  stop(): Promise<void>;
}

/** What the caller of a peer can do. */
export interface PeerClient {
  readonly transport: Transport;
  stop(): void;
}

const INTERCEPTED = 'x-intercepted';

/** Interceptors that leave a trace in the answer's headers: the later in a list, the earlier its mark is set. */
function markingInterceptors(side: string): Interceptor[] {
  return ['outer', 'inner'].map((place) => (next) => async (request) => {
    const response = await next(request);
    response.header.append(INTERCEPTED, `${side}-${place}`);
    return response;
  });
}

/** The marks of {@link markingInterceptors}. */
export function marksOf(header: Headers): string | null {
  return header.get(INTERCEPTED);
}

/** Starts each of the servers that clients are tried against. */
export const SERVERS: Readonly<Record<'connect-node' | 'unary-grpc' | 'grpc-js', () => Promise<Peer>>> = {
  'connect-node': async () => {
    const handler = connectNodeAdapter({
      routes: testRoutes,
      interceptors: markingInterceptors('server'),
      ...PEER_LIMITS,
    });
    const server = createServer(handler);
    const stop = closer(server);
    await listen(server);
    return { baseUrl: urlOf(server.address()), stop };
  },
  'unary-grpc': async () => {
    const server = createServer();
    const interceptors = markingInterceptors('server');
    const fallback = connectNodeAdapter({ routes: testRoutes, interceptors, ...PEER_LIMITS });
    const service = serveUnaryGrpc(server, { routes: testRoutes, interceptors, fallback, ...PEER_LIMITS });
    await listen(server);
    return { baseUrl: urlOf(server.address()), stop: () => service.stop(1_000) };
  },
  'grpc-js': startGrpcJs,
};

/** Makes each of the clients that are tried against servers. */
export const CLIENTS: Readonly<Record<'connect-node' | 'unary-grpc' | 'grpc-js', (baseUrl: string) => PeerClient>> = {
  'connect-node': (baseUrl) => ({
    transport: createGrpcTransport({
      baseUrl,
      interceptors: markingInterceptors('client'),
      readMaxBytes: PEER_LIMITS.readMaxBytes,
      idleConnectionTimeoutMs: 10,
    }),
    stop() {},
  }),
  'unary-grpc': (baseUrl) => ({
    transport: createUnaryGrpcTransport({
      baseUrl,
      interceptors: markingInterceptors('client'),
      readMaxBytes: PEER_LIMITS.readMaxBytes,
      acceptGzip: true,
    }),
    stop() {},
  }),
  'grpc-js': createGrpcJsClient,
};

/** The client without a network. */
export function createDirectClient(): PeerClient {
  const transport = createDirectTransport(testRoutes, {
    interceptors: markingInterceptors('server'),
    clientInterceptors: markingInterceptors('client'),
    maxTimeoutMs: PEER_LIMITS.maxTimeoutMs,
  });
  return { transport, stop() {} };
}

const ECHO: grpc.MethodDefinition<unknown, unknown> = {
  path: '/unarygrpc.test.v1.TestService/Echo',
  requestStream: false,
  responseStream: false,
  // grpc-js passes what its handlers and callers here give, which are these messages.
  requestSerialize: (message) => Buffer.from(toBinary(EchoRequestSchema, message as never)),
  requestDeserialize: (bytes) => fromBinary(EchoRequestSchema, new Uint8Array(bytes)),
  responseSerialize: (message) => Buffer.from(toBinary(EchoResponseSchema, message as never)), // same
  responseDeserialize: (bytes) => fromBinary(EchoResponseSchema, new Uint8Array(bytes)),
};

/** The wire of grpc-js in front of the same implementation. */
async function startGrpcJs(): Promise<Peer> {
  const server = new grpc.Server({ 'grpc.max_receive_message_length': PEER_LIMITS.readMaxBytes });
  const direct = createDirectTransport(testRoutes);
  const echo: grpc.handleUnaryCall<unknown, unknown> = (call, callback) => {
    const abort = new AbortController();
    call.on('cancelled', () => abort.abort());
    const deadline = call.getDeadline();
    const timeoutMs = deadline === Number.POSITIVE_INFINITY ? undefined : Number(deadline) - Date.now();
    const header = toWebHeaders(call.metadata);
    const request = fromBinary(EchoRequestSchema, toBinary(EchoRequestSchema, call.request as never)); // as declared above
    direct.unary(TestService.method.echo, abort.signal, timeoutMs, header, request).then(
      (response) => {
        call.sendMetadata(toMetadata(response.header));
        callback(null, response.message, toMetadata(response.trailer));
      },
      (error: ConnectError) => callback(toServiceError(error)),
    );
  };
  server.addService({ echo: ECHO }, { echo });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  return {
    baseUrl: `http://127.0.0.1:${port}`,
    stop: async () => server.forceShutdown(),
  };
}

function createGrpcJsClient(baseUrl: string): PeerClient {
  const client = new grpc.Client(new URL(baseUrl).host, grpc.credentials.createInsecure(), {
    'grpc.max_receive_message_length': PEER_LIMITS.readMaxBytes,
    'grpc.default_compression_algorithm': grpc.compressionAlgorithms.gzip,
  });
  const transport: Transport = {
    unary: (method, signal, timeoutMs, header, input) =>
      new Promise((resolve, reject) => {
        let answerHeader = new Headers();
        const call = client.makeUnaryRequest<unknown, EchoResponse>(
          `/${method.parent.typeName}/${method.name}`,
          ECHO.requestSerialize,
          ECHO.responseDeserialize as (bytes: Buffer) => EchoResponse, // as declared above
          create(EchoRequestSchema, input as never), // the one request of the tests
          toMetadata(new Headers(header)),
          timeoutMs === undefined ? {} : { deadline: Date.now() + timeoutMs },
          (error, message) => {
            if (error !== null) return reject(toConnectError(error, answerHeader));
            // The status event comes with the callback; the answer is complete then.
            call.on('status', ({ metadata }) =>
              resolve({
                stream: false,
                service: method.parent,
                method,
                header: answerHeader,
                trailer: toWebHeaders(metadata),
                message: message as never, // of this method
              }),
            );
          },
        );
        call.on('metadata', (metadata) => {
          answerHeader = toWebHeaders(metadata);
        });
        if (signal?.aborted === true) call.cancel();
        signal?.addEventListener('abort', () => call.cancel());
      }),
    stream: () => Promise.reject(new ConnectError('not tried', Code.Unimplemented)),
  };
  return { transport, stop: () => client.close() };
}

function toServiceError(error: ConnectError): Partial<grpc.ServiceError> {
  const metadata = toMetadata(error.metadata);
  return { code: error.code as number, details: error.rawMessage, metadata };
}

function toConnectError(error: grpc.ServiceError, header: Headers): ConnectError {
  const details = error.metadata.get('grpc-status-details-bin').map((value) => Buffer.from(value).toString('base64'));
  const metadata = toWebHeaders(error.metadata);
  for (const [name, value] of header) metadata.append(name, value);
  const status = { 'grpc-status': String(error.code), 'grpc-message': encodeURIComponent(error.details) };
  const trailers = details.length === 0 ? status : { ...status, 'grpc-status-details-bin': details.join() };
  return readStatus(trailers, () => metadata) ?? new ConnectError('no status');
}

function toMetadata(headers: Headers): grpc.Metadata {
  const metadata = new grpc.Metadata();
  for (const [name, value] of headers) {
    metadata.set(name, name.endsWith('-bin') ? Buffer.from(value, 'base64') : value);
  }
  return metadata;
}

function toWebHeaders(metadata: grpc.Metadata): Headers {
  return toHeaders(metadata.toHttp2Headers() as Record<string, string>); // texts and lists of them
}

/** Opens a server on any free port. */
export function listen(server: { listen(port: number, host: string, done: () => void): unknown }): Promise<void> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
}

/** Where a server of {@link listen} is. */
export function urlOf(address: AddressInfo | string | null): string {
  return `http://127.0.0.1:${(address as AddressInfo).port}`; // a TCP server that listens has one
}

/** Gives a function that cuts the connections of a server and closes it. Call this before the server is opened. */
export function closer(server: Http2Server): () => Promise<void> {
  const sessions = new Set<ServerHttp2Session>();
  server.on('session', (session) => sessions.add(session));
  return () => {
    for (const session of sessions) session.destroy();
    return new Promise((resolve) => {
      server.close(() => resolve());
    });
  };
}
