import type { IncomingHttpHeaders } from 'node:http';
import { timeoutOf } from '../../runtime/grpc/timeout.ts';
import { SERVER_LIMITS } from '../../runtime/process/server.ts';
import type { IncomingRequest } from './http-message.ts';

/** The longest wait of a timer. Node fires a longer one at once. */
const TIMER_MAX_MS = 2 ** 31 - 1;

/** Takes a deadline away that is further off than a timer can be set to: such patience is no bound. */
export function dropEndlessDeadline({ headers }: IncomingRequest): void {
  if ((timeoutOf(String(headers['grpc-timeout'])) ?? 0) > TIMER_MAX_MS) delete headers['grpc-timeout'];
  if (Number(headers['connect-timeout-ms'] ?? 0) > TIMER_MAX_MS) delete headers['connect-timeout-ms'];
}

/**
 * Whether an answer says that a deadline has passed which the caller had set, sooner than the one that every call has. That is no fault
 * of this system. A call of gRPC does not get here: whatever becomes of it, its answer has the status 200.
 */
export function isImpatience(status: number, headers: IncomingHttpHeaders): boolean {
  if (status !== 504) return false;
  const { maxTimeoutMs } = SERVER_LIMITS;
  return (
    Number(headers['request-timeout']) * 1_000 < maxTimeoutMs || Number(headers['connect-timeout-ms']) < maxTimeoutMs
  );
}
