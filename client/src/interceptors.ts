import { getOption } from '@bufbuild/protobuf';
import { Code, ConnectError, type Interceptor } from '@connectrpc/connect';
import { RpcOptions_Access as Access, rpc } from '../../gen/numer/options/v1/options_pb.ts';
import { createIdempotencyKey, type FailedAttempt, IDEMPOTENCY_KEY, orAborted, repeatedly } from './attempts.ts';
import { NumerError } from './numer-error.ts';
import { repetitionOf } from './repetition.ts';
import type { Session } from './session.ts';

/** Turns every failure into a {@link NumerError}. A network failure becomes UNAVAILABLE. */
export const explainFailures: Interceptor = (next) => async (request) => {
  try {
    return await next(request);
  } catch (error) {
    if (error instanceof ConnectError) throw NumerError.from(error);
    // The transport makes the right error for a call that was aborted or exceeded its deadline.
    if (request.signal.aborted) throw error;
    throw NumerError.unreachable(error);
  }
};

/**
 * Repeats a call that got no answer if its contract says that this is harmless. A write that takes an idempotency key
 * gets one, the same for each attempt, unless the caller has set one. Streams are not repeated.
 */
export function repeat(attemptsMax: number): Interceptor {
  return (next) => async (request) => {
    const repetition = repetitionOf(request.method);
    if (repetition === 'with-key' && !request.header.has(IDEMPOTENCY_KEY)) {
      request.header.set(IDEMPOTENCY_KEY, createIdempotencyKey());
    }
    return repeatedly(() => next(request), {
      attemptsMax: request.stream ? 1 : attemptsMax,
      mayRepeat: request.header.has(IDEMPOTENCY_KEY) || repetition === 'safe',
      signal: request.signal,
      explain,
    });
  };
}

/** Sends an API key with every call that is not public. */
export function authorizeByKey(apiKey: string): Interceptor {
  return (next) => (request) => {
    if (getOption(request.method, rpc).access !== Access.PUBLIC)
      request.header.set('authorization', `Bearer ${apiKey}`);
    return next(request);
  };
}

/**
 * Sends the session's access token with every call that is not public. If the server refuses the token, the call is
 * made once more with another token, since it was refused before it had any effect.
 */
export function authorize(session: Session): Interceptor {
  return (next) => async (request) => {
    if (getOption(request.method, rpc).access === Access.PUBLIC) return next(request);
    const token = await orAborted(session.accessToken(), request.signal);
    // Nobody is signed in: leave the error to the server.
    if (token === undefined) return next(request);
    request.header.set('authorization', `Bearer ${token}`);
    try {
      return await next(request);
    } catch (error) {
      if (ConnectError.from(error).code !== Code.Unauthenticated) throw error;
      const other = await orAborted(session.replace(token), request.signal);
      if (other === undefined) throw error;
      request.header.set('authorization', `Bearer ${other}`);
      return next(request);
    }
  };
}

function explain(error: unknown): FailedAttempt {
  const { reason, code, retryAfterMs } = NumerError.from(error);
  return { reason, isUnanswered: code === Code.Unavailable, retryAfterMs };
}
