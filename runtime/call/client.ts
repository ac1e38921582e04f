import { setTimeout as sleep } from 'node:timers/promises';
import { type DescMethod, getOption } from '@bufbuild/protobuf';
import { MethodOptions_IdempotencyLevel as IdempotencyLevel } from '@bufbuild/protobuf/wkt';
import { Code, ConnectError, type ConnectRouter, type Interceptor, type Transport } from '@connectrpc/connect';
import { http } from '../../gen/google/api/annotations_pb.ts';
import { createUnaryGrpcTransport } from '../grpc/client.ts';
import { createDirectTransport } from '../grpc/direct.ts';
import { isReadOnly } from './access.ts';
import { HEADER } from './call.ts';
import { errorWithReason, reasonOf } from './errors.ts';

/** Bounds of every call to another service. */
const CLIENT_LIMITS = {
  /** Deadline of a call whose caller set none. */
  timeoutMs: 10_000,
  /**
   * Largest answer. An invoice has some 4 MiB at most, but up to 20 MB if it was made before that limit existed. Pages
   * of several messages are no larger (page-within.ts).
   */
  readMaxBytes: 32 * 1024 * 1024,
  /** Attempts of a call that may be repeated. */
  attemptsMax: 4,
  /** Pause before the first repetition, doubled each time. */
  retryMs: 50,
} as const;

/** A transport to a service in another process, speaking gRPC over HTTP/2. Connects on first use. */
export function createNetworkTransport(baseUrl: string, clientInterceptors: readonly Interceptor[] = []): Transport {
  return createUnaryGrpcTransport({
    baseUrl,
    interceptors: [...clientInterceptors, retrySafely],
    defaultTimeoutMs: CLIENT_LIMITS.timeoutMs,
    readMaxBytes: CLIENT_LIMITS.readMaxBytes,
  });
}

/** A transport to a service in this process: the same routes and interceptors, no socket. */
export function createInProcessTransport(
  routes: (router: ConnectRouter) => void,
  interceptors: readonly Interceptor[],
  clientInterceptors: readonly Interceptor[] = [],
): Transport {
  return createDirectTransport(routes, {
    interceptors,
    clientInterceptors,
    defaultTimeoutMs: CLIENT_LIMITS.timeoutMs,
  });
}

/**
 * Repeats a call that the other side did not answer, when repeating it does no harm. A call that is never answered
 * fails with UNAVAILABLE, so that the caller knows to try again.
 */
const retrySafely: Interceptor = (next) => async (request) => {
  const mayRepeat = !request.stream && isRepeatable(request.method, request.header);
  const attemptsMax = mayRepeat ? CLIENT_LIMITS.attemptsMax : 1;
  for (let attempt = 1; ; attempt++) {
    try {
      return await next(request);
    } catch (error) {
      if (!isUnanswered(error, request.signal)) throw error;
      if (attempt >= attemptsMax) throw unavailable(request.service.typeName, error);
      await pause(CLIENT_LIMITS.retryMs * 2 ** (attempt - 1), request.signal);
    }
  }
};

/**
 * Whether a second attempt gets the same answer as the first, if the first took effect after all. With If-Match or for
 * a delete it does not, unless the answer was kept under an idempotency key: the condition no longer holds, and the
 * resource is gone.
 */
function isRepeatable(method: DescMethod, header: Headers): boolean {
  if (isReadOnly(method)) return true;
  if (method.idempotency !== IdempotencyLevel.IDEMPOTENT) return false;
  if (header.has(HEADER.idempotencyKey)) return true;
  return !header.has(HEADER.ifMatch) && getOption(method, http).pattern.case !== 'delete';
}

/** The codes of calls to a server that was killed: new ones, those in flight, those whose connection is reset. */
const UNANSWERED = new Set([Code.Unavailable, Code.Canceled, Code.Aborted]);

/** When the server itself answers with one of these codes, the error carries a reason. */
function isUnanswered(error: unknown, signal: AbortSignal): boolean {
  if (signal.aborted) return false;
  const failure = ConnectError.from(error);
  return UNANSWERED.has(failure.code) && reasonOf(failure) === undefined;
}

function unavailable(service: string, cause: unknown): ConnectError {
  const text = 'A part of the system cannot be reached at the moment; try again.';
  const error = errorWithReason(Code.Unavailable, 'UNAVAILABLE', text, { metadata: { service } });
  error.cause = cause;
  return error;
}

async function pause(durationMs: number, signal: AbortSignal): Promise<void> {
  await sleep(durationMs, undefined, { signal }).catch(() => {
    throw ConnectError.from(signal.reason, Code.Canceled);
  });
}
