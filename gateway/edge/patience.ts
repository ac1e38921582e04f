import type { IncomingHttpHeaders } from 'node:http';
import { Code, type ConnectError, type HandlerContext } from '@connectrpc/connect';
import { errorWithReason } from '../../runtime/call/errors.ts';
import { timeoutOf } from '../../runtime/grpc/timeout.ts';
import { SERVER_LIMITS } from '../../runtime/process/server.ts';
import type { IncomingRequest } from './http-message.ts';

/** The longest wait of a timer. Node fires a longer one at once. */
const TIMER_MAX_MS = 2 ** 31 - 1;

/** What the Connect protocol allows as `connect-timeout-ms`: at most ten digits. */
const CONNECT_TIMEOUT = /^\d{1,10}$/;

/** Removes a deadline that is longer than a timer can wait: it bounds nothing. */
export function dropEndlessDeadline({ headers }: IncomingRequest): void {
  if ((timeoutOf(String(headers['grpc-timeout'])) ?? 0) > TIMER_MAX_MS) delete headers['grpc-timeout'];
  const timeoutMs = String(headers['connect-timeout-ms']);
  if (CONNECT_TIMEOUT.test(timeoutMs) && Number(timeoutMs) > TIMER_MAX_MS) delete headers['connect-timeout-ms'];
}

/** The error for a deadline that the Connect protocol does not allow; undefined when there is none. */
export function badConnectTimeout({ protocolName, requestHeader }: HandlerContext): ConnectError | undefined {
  const timeoutMs = requestHeader.get('connect-timeout-ms');
  if (protocolName !== 'connect' || timeoutMs === null || CONNECT_TIMEOUT.test(timeoutMs)) return undefined;
  const message = 'The header Connect-Timeout-Ms must be a whole number of milliseconds with at most 10 digits.';
  return errorWithReason(Code.InvalidArgument, 'INVALID_ARGUMENT', message);
}

/**
 * Whether the answer says that a deadline of the caller's own has passed, one shorter than the deadline of every call. That is not a fault
 * of this system. gRPC calls do not get here: their answers always have the status 200.
 */
export function isImpatience(status: number, headers: IncomingHttpHeaders): boolean {
  if (status !== 504) return false;
  const { maxTimeoutMs } = SERVER_LIMITS;
  return (
    Number(headers['request-timeout']) * 1_000 < maxTimeoutMs || Number(headers['connect-timeout-ms']) < maxTimeoutMs
  );
}
