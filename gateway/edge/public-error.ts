import { Code, ConnectError, type Transport } from '@connectrpc/connect';
import { type ErrorReasonName, errorWithReason, reasonOf } from '../../runtime/call/errors.ts';
import { noSuchRpc } from '../../runtime/call/unknown-rpc.ts';

/**
 * The transport of a service as callers may see it: every failure of a unary call becomes an error with a reason of this
 * system, except a cancellation by the caller. What a service says with a reason was written for the caller and is passed on.
 * Any other error may name hosts or other internals, so it is only kept as the cause.
 */
export function hideInternals(transport: Transport): Transport {
  return {
    async unary(...call) {
      const [, signal] = call;
      return transport.unary(...call).catch((cause: unknown) => {
        throw publicErrorOf(cause, signal?.aborted === true);
      });
    },
    stream: (...call) => transport.stream(...call),
  };
}

function publicErrorOf(cause: unknown, hasCallerLeft: boolean): ConnectError {
  const error = ConnectError.from(cause);
  if (reasonOf(error) !== undefined) return withoutMetadata(error);
  const shown = explain(error.code, hasCallerLeft);
  shown.cause = cause;
  return shown;
}

/** The error for a code that came without a reason: from the transport, not from the service's own rules. */
function explain(code: Code, hasCallerLeft: boolean): ConnectError {
  if (code === Code.Canceled && hasCallerLeft) return new ConnectError('The call was cancelled.', Code.Canceled);
  // When a server is killed, its calls in flight fail as cancelled.
  if (code === Code.Unavailable || code === Code.Canceled) {
    return errorWithReason(
      Code.Unavailable,
      'UNAVAILABLE',
      'A part of the system cannot be reached at the moment; try again.',
      { metadata: { retryAfterSeconds: '1' } },
    );
  }
  if (code === Code.DeadlineExceeded) {
    return errorWithReason(
      code,
      'DEADLINE_EXCEEDED',
      'The call took longer than its deadline; it may have taken effect nevertheless.',
    );
  }
  if (code === Code.Unimplemented) return noSuchRpc();
  return errorWithReason(Code.Internal, 'INTERNAL', 'Something went wrong on our side.');
}

/**
 * Adds the reason that an error of the RPC library itself lacks, e.g. that of a message that cannot be decoded. Changes the
 * error in place. The library calls undecodable protobuf "internal", but it is the caller's mistake.
 */
export function explainProtocolError(error: unknown): void {
  if (!(error instanceof ConnectError) || reasonOf(error) !== undefined) return;
  const isUndecodable = error.code === Code.Internal && error.rawMessage.startsWith('parse binary');
  const code = isUndecodable ? Code.InvalidArgument : error.code;
  const reason = PROTOCOL_REASONS.get(code);
  if (reason === undefined) return;
  Object.assign(error, { code, details: errorWithReason(code, reason, error.rawMessage).details });
}

const PROTOCOL_REASONS: ReadonlyMap<Code, ErrorReasonName> = new Map([
  [Code.InvalidArgument, 'INVALID_ARGUMENT'],
  [Code.ResourceExhausted, 'BODY_TOO_LARGE'],
]);

/** Metadata of a service's error that is passed to the caller. */
const RETURNED_METADATA = ['retry-after', 'www-authenticate'];

function withoutMetadata(error: ConnectError): ConnectError {
  const headers = RETURNED_METADATA.flatMap((name): [string, string][] => {
    const value = error.metadata.get(name);
    return value === null ? [] : [[name, value]];
  });
  const shown = new ConnectError(error.rawMessage, error.code, headers, undefined, error.cause);
  if (error.code === Code.Unavailable && !shown.metadata.has('retry-after')) shown.metadata.set('retry-after', '1');
  shown.details = error.details;
  return shown;
}
