import { HEADER } from '../../runtime/call/call.ts';

/** Metadata that is taken from a caller, over every protocol. Everything else that callers send stays at the edge. */
export const ACCEPTED_HEADERS: readonly string[] = [
  HEADER.authorization,
  HEADER.requestId,
  HEADER.traceparent,
  HEADER.ifMatch,
  HEADER.idempotencyKey,
];

/** Metadata that services are given: also what the edge alone knows, and writes over whatever a caller says. */
export const FORWARDED_HEADERS: readonly string[] = [...ACCEPTED_HEADERS, HEADER.callerAddress];

/** Metadata of a service that callers are given. */
export const RETURNED_HEADERS: readonly string[] = [HEADER.idempotentReplayed];
