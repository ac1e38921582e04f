import type { OutgoingHttpHeaders, SecureClientSessionOptions } from 'node:http2';
import type { DescMessage, DescMethodUnary, MessageShape } from '@bufbuild/protobuf';
import {
  Code,
  ConnectError,
  type Interceptor,
  type Transport,
  type UnaryRequest,
  type UnaryResponse,
} from '@connectrpc/connect';
import type { CallSignal } from './call-signal.ts';
import { exchange, type IncomingAnswer } from './client-call.ts';
import { Connection, type ConnectionOptions } from './connection.ts';
import { decodeMessage } from './decode-message.ts';
import { encodeMessage } from './encode-message.ts';
import { encodeFrame, READ_MAX_BYTES } from './frame.ts';
import { ACCEPTED_ENCODINGS, decompress, isKnownEncoding } from './gzip.ts';
import { addMetadata, toHeaders } from './metadata.ts';
import { pathOf } from './routes.ts';
import { textOf } from './status.ts';
import { formatTimeout } from './timeout.ts';
import { type CallSettings, runUnaryCall } from './unary-call.ts';

/** How calls are made. */
export interface UnaryGrpcTransportOptions {
  /** `http://host:port` or `https://host:port`, with a path if the server has one. */
  readonly baseUrl: string;
  readonly interceptors?: readonly Interceptor[];
  /** Deadline of a call whose caller sets none. Default: none. */
  readonly defaultTimeoutMs?: number;
  /** Largest response message. Default: 4 MiB. */
  readonly readMaxBytes?: number;
  /** Ask the server for compressed answers. They are understood in any case. Default: false. */
  readonly acceptGzip?: boolean;
  /** Options of `http2.connect`: TLS certificates, HTTP/2 settings, `createConnection` for Unix sockets. */
  readonly nodeOptions?: SecureClientSessionOptions;
  /** A connection without calls is closed after this time or up to twice as much. Default: 15 min. */
  readonly idleMs?: number;
  /** While calls wait, a connection that is silent for this long is pinged. Default: 30 s. */
  readonly pingIntervalMs?: number;
  /** How long the answer to a ping may take before the connection is given up. Default: 10 s. */
  readonly pingTimeoutMs?: number;
}

/**
 * Attempts of a call that servers refuse untouched. A server that goes away must not make a call fail; one that never
 * serves must.
 */
const REFUSALS_MAX = 3;

const USER_AGENT = 'connect-es-unary-grpc/1.0';

/**
 * A Connect transport that speaks gRPC over HTTP/2 for unary methods. It connects on first use, keeps one connection,
 * and opens another when that one is lost or the server sends GOAWAY. It keeps the process alive only while calls are
 * in flight.
 */
export function createUnaryGrpcTransport(options: UnaryGrpcTransportOptions): Transport {
  const base = new URL(options.baseUrl);
  const baseUrl = base.origin + base.pathname.replace(/\/+$/, '');
  const caller = new Caller(base.origin, options);
  const settings: CallSettings = {
    interceptors: options.interceptors ?? [],
    defaultTimeoutMs: options.defaultTimeoutMs,
    send: (request, life) => caller.call(request, life),
  };
  return {
    unary: (method, ...call) => runUnaryCall(method, call, baseUrl + pathOf(method), settings),
    async stream(method) {
      throw new ConnectError(`${pathOf(method)} streams, which this transport does not`, Code.Unimplemented);
    },
  };
}

/** Makes calls over one connection at a time. */
class Caller {
  readonly #origin: string;
  readonly #authority: string;
  readonly #scheme: string;
  readonly #connectionOptions: ConnectionOptions;
  readonly #readMaxBytes: number;
  readonly #acceptGzip: boolean;
  #connection: Connection | undefined;

  constructor(origin: string, options: UnaryGrpcTransportOptions) {
    const { host, protocol } = new URL(origin);
    this.#origin = origin;
    this.#authority = host;
    this.#scheme = protocol.slice(0, -1);
    this.#readMaxBytes = options.readMaxBytes ?? READ_MAX_BYTES;
    this.#acceptGzip = options.acceptGzip ?? false;
    this.#connectionOptions = {
      nodeOptions: options.nodeOptions ?? {},
      idleMs: options.idleMs ?? 15 * 60_000,
      pingIntervalMs: options.pingIntervalMs ?? 30_000,
      pingTimeoutMs: options.pingTimeoutMs ?? 10_000,
    };
  }

  async call(request: UnaryRequest, life: CallSignal): Promise<UnaryResponse> {
    const { method } = request;
    const frame = this.#encode(method, request.message);
    for (let attempt = 1; ; attempt++) {
      if (life.isAborted) throw life.error;
      const headers = this.#headersOf(request, life.remainingMs);
      const connection = this.#connect();
      const outcome = await exchange(connection, { headers, frame, life, readMaxBytes: this.#readMaxBytes });
      if ('answer' in outcome) return this.#read(method, outcome.answer);
      if (attempt >= REFUSALS_MAX) throw outcome.refusal;
    }
  }

  #connect(): Connection {
    if (this.#connection?.isUsable !== true) this.#connection = new Connection(this.#origin, this.#connectionOptions);
    return this.#connection;
  }

  #encode(method: DescMethodUnary, message: MessageShape<DescMessage>): Uint8Array {
    try {
      return encodeFrame(encodeMessage(method.input, message));
    } catch (cause) {
      throw new ConnectError('the request cannot be encoded', Code.Internal, undefined, undefined, cause);
    }
  }

  #headersOf(request: UnaryRequest, timeoutMs: number | undefined): OutgoingHttpHeaders {
    const headers: OutgoingHttpHeaders = {
      ':method': 'POST',
      ':scheme': this.#scheme,
      ':authority': this.#authority,
      ':path': request.url.slice(this.#origin.length),
      te: 'trailers',
      'content-type': 'application/grpc+proto',
    };
    if (timeoutMs !== undefined) headers['grpc-timeout'] = formatTimeout(timeoutMs);
    if (this.#acceptGzip) headers['grpc-accept-encoding'] = ACCEPTED_ENCODINGS;
    addMetadata(headers, request.header);
    headers['user-agent'] ??= USER_AGENT;
    return headers;
  }

  async #read(method: DescMethodUnary, answer: IncomingAnswer): Promise<UnaryResponse> {
    const { header, trailer, message } = answer;
    const encoding = textOf(header, 'grpc-encoding');
    if (!isKnownEncoding(encoding)) {
      throw new ConnectError(`unsupported response encoding "${encoding}"`, Code.Internal, toHeaders(header));
    }
    const received = decompress(message, encoding, this.#readMaxBytes, Code.Internal);
    const bytes = received instanceof Uint8Array ? received : await received;
    return {
      stream: false,
      service: method.parent,
      method,
      header: toHeaders(header),
      trailer: toHeaders(trailer),
      message: this.#decode(method, bytes),
    };
  }

  #decode(method: DescMethodUnary, bytes: Uint8Array): MessageShape<DescMessage> {
    try {
      return decodeMessage(method.output, bytes);
    } catch (cause) {
      throw new ConnectError('the response is no valid message', Code.Internal, undefined, undefined, cause);
    }
  }
}
