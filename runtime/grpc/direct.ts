import { type DescMessage, fromBinary, type Message, toBinary } from '@bufbuild/protobuf';
import {
  Code,
  ConnectError,
  type ConnectRouter,
  createRouterTransport,
  type Interceptor,
  type Transport,
  type UnaryRequest,
  type UnaryResponse,
} from '@connectrpc/connect';
import { CallSignal } from './call-signal.ts';
import { copyMessage } from './copy-message.ts';
import { invoke, type ServedCall } from './invoke.ts';
import { appendMetadata } from './metadata.ts';
import { collectRoutes, pathOf, type UnaryRoute } from './routes.ts';
import { detailsOnWire } from './status.ts';
import { requireTimeout } from './timeout.ts';
import { type CallSettings, runUnaryCall } from './unary-call.ts';

/** How calls within the process are made and served. */
export interface DirectTransportOptions {
  /** Interceptors of the serving side. */
  readonly interceptors?: readonly Interceptor[];
  /** Interceptors of the calling side. */
  readonly clientInterceptors?: readonly Interceptor[];
  /** Deadline of a call whose caller sets none. Default: none. */
  readonly defaultTimeoutMs?: number;
  /** Longest deadline a caller may ask for; a longer one is INVALID_ARGUMENT. Default: none. */
  readonly maxTimeoutMs?: number;
}

const BASE_URL = 'http://in-process';

/**
 * A Connect transport to methods in the same process. Calls go through the interceptors of both sides and end as they
 * would over the network: with metadata, deadlines, cancellation and the same errors. Messages are copied, not
 * serialised. So neither side sees what the other does to a message, but errors that only serialisation finds (an int32
 * out of range) are not found.
 *
 * Streaming methods, and routes with settings that only a Connect handler knows, use Connect's own router transport.
 */
export function createDirectTransport(
  routes: (router: ConnectRouter) => void,
  options: DirectTransportOptions = {},
): Transport {
  const served = collectRoutes(routes, {
    interceptors: options.interceptors ?? [],
    readMaxBytes: Number.POSITIVE_INFINITY,
    maxTimeoutMs: options.maxTimeoutMs ?? Number.POSITIVE_INFINITY,
  });
  let others: Transport | undefined;
  const findOthers = () => {
    others ??= createOtherTransport(routes, options);
    return others;
  };
  const settings: CallSettings = {
    interceptors: options.clientInterceptors ?? [],
    defaultTimeoutMs: options.defaultTimeoutMs,
    send(request, life) {
      const route = served.get(pathOf(request.method));
      if (route === undefined) throw new ConnectError('unknown method', Code.Unimplemented);
      return new DirectCall(route, request, life).run();
    },
  };
  return {
    unary(method, ...call) {
      if (!served.has(pathOf(method))) return findOthers().unary(method, ...call);
      return runUnaryCall(method, call, BASE_URL + pathOf(method), settings);
    },
    stream: (method, ...call) => findOthers().stream(method, ...call),
  };
}

function createOtherTransport(routes: (router: ConnectRouter) => void, options: DirectTransportOptions): Transport {
  const { interceptors = [], clientInterceptors = [], defaultTimeoutMs, maxTimeoutMs } = options;
  return createRouterTransport(routes, {
    router: { interceptors: [...interceptors], ...(maxTimeoutMs === undefined ? {} : { maxTimeoutMs }) },
    transport: {
      interceptors: [...clientInterceptors],
      ...(defaultTimeoutMs === undefined ? {} : { defaultTimeoutMs }),
    },
  });
}

/** One call, from the caller's request to the caller's answer. */
class DirectCall {
  readonly #request: UnaryRequest;
  readonly #life: CallSignal;
  readonly #served: ServedCall;

  constructor(route: UnaryRoute, request: UnaryRequest, life: CallSignal) {
    this.#request = request;
    this.#life = life;
    this.#served = {
      route,
      url: request.url,
      // The life on the serving side: it has the caller's deadline and cancellation, and ends when the method ends.
      life: new CallSignal(life.remainingMs, life),
      requestHeader: new Headers(request.header),
      responseHeader: new Headers(),
      responseTrailer: new Headers(),
    };
  }

  /** Ends with the caller's life at the latest, whatever the method does. */
  run(): Promise<UnaryResponse> {
    const life = this.#life;
    return new Promise((resolve, reject) => {
      const cut = () => reject(life.error);
      if (life.isAborted) cut();
      life.onAbort(cut);
      this.#serve()
        .then(resolve, (error: unknown) => reject(this.#errorAsReceived(error)))
        .finally(() => {
          life.offAbort(cut);
          this.#served.life.done();
        });
    });
  }

  async #serve(): Promise<UnaryResponse> {
    const { route, life, responseHeader, responseTrailer } = this.#served;
    const { method } = this.#request;
    requireTimeout(life.remainingMs, route.maxTimeoutMs);
    if (life.isAborted) throw life.error;
    const request = handOver(this.#request.message, method.input, route.method.input);
    const response = await invoke(this.#served, request);
    return {
      stream: false,
      service: method.parent,
      method,
      header: responseHeader,
      trailer: responseTrailer,
      message: handOver(response, route.method.output, method.output),
    };
  }

  /** The error that the caller would have got over the network: only those parts of it that travel. */
  #errorAsReceived(reason: unknown): ConnectError {
    const { responseHeader, responseTrailer } = this.#served;
    const metadata = new Headers(responseTrailer);
    const isKnown = reason instanceof ConnectError;
    if (isKnown && !reason.isWireError) appendMetadata(metadata, reason.metadata);
    appendMetadata(metadata, responseHeader);
    const error = isKnown
      ? new ConnectError(reason.rawMessage, reason.code, metadata)
      : new ConnectError('internal error', Code.Internal, metadata);
    if (isKnown) error.details = detailsOnWire(reason);
    error.isWireError = true;
    return error;
  }
}

/** A message as the other side gets it. Two sides built from different generated code exchange it as bytes. */
function handOver(message: Message, from: DescMessage, to: DescMessage): Message {
  return from === to ? copyMessage(message) : fromBinary(to, toBinary(from, message));
}
