import { MethodOptions_IdempotencyLevel } from '@bufbuild/protobuf/wkt';
import {
  Code,
  ConnectError,
  type ConnectRouter,
  createRouterTransport,
  type Interceptor,
  type Transport,
} from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';

/** Bounds of every call to another service. */
const CLIENT_LIMITS = {
  /** Deadline of a call whose caller set none. */
  timeoutMs: 10_000,
  readMaxBytes: 16 * 1024 * 1024,
  /** Attempts of a call that may be repeated. */
  attemptsMax: 4,
  /** Pause before the first repetition, doubled each time. */
  retryMs: 50,
} as const;

/** A transport to a service in another process, speaking gRPC over HTTP/2. Connects on first use. */
export function createNetworkTransport(baseUrl: string): Transport {
  return createGrpcTransport({
    baseUrl,
    interceptors: [retrySafely],
    defaultTimeoutMs: CLIENT_LIMITS.timeoutMs,
    readMaxBytes: CLIENT_LIMITS.readMaxBytes,
    acceptCompression: [],
  });
}

/** A transport to a service in this process: the same routes and interceptors, no socket. */
export function createInProcessTransport(
  routes: (router: ConnectRouter) => void,
  interceptors: readonly Interceptor[],
  clientInterceptors: readonly Interceptor[] = [],
): Transport {
  return createRouterTransport(routes, {
    router: { interceptors: [...interceptors] },
    transport: { interceptors: [...clientInterceptors], defaultTimeoutMs: CLIENT_LIMITS.timeoutMs },
  });
}

/**
 * Repeats a call that the other side did not answer, when repeating it cannot do harm: one without side effects, one
 * that is idempotent, or one that carries an idempotency key.
 */
const retrySafely: Interceptor = (next) => async (request) => {
  const isSafe =
    request.method.idempotency === MethodOptions_IdempotencyLevel.NO_SIDE_EFFECTS ||
    request.method.idempotency === MethodOptions_IdempotencyLevel.IDEMPOTENT ||
    request.header.has('idempotency-key');
  for (let attempt = 1; ; attempt++) {
    try {
      return await next(request);
    } catch (error) {
      if (!isSafe || request.stream || attempt >= CLIENT_LIMITS.attemptsMax || !isUnanswered(error, request.signal)) {
        throw error;
      }
      await pause(CLIENT_LIMITS.retryMs * 2 ** (attempt - 1), request.signal);
    }
  }
};

/** A killed server fails calls in flight with Canceled and new ones with Unavailable. */
function isUnanswered(error: unknown, signal: AbortSignal): boolean {
  if (signal.aborted) return false;
  const { code } = ConnectError.from(error);
  return code === Code.Unavailable || code === Code.Canceled;
}

function pause(durationMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      clearTimeout(timer);
      reject(ConnectError.from(signal.reason, Code.Canceled));
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    }, durationMs);
    signal.addEventListener('abort', onAbort, { once: true });
  });
}
