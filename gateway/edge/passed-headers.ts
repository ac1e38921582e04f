import { HEADER } from '../../runtime/call/call.ts';

/** Metadata that is accepted from a caller, over every protocol. Everything else that callers send stays at the edge. */
export const ACCEPTED_HEADERS: readonly string[] = [
  HEADER.authorization,
  HEADER.requestId,
  HEADER.traceparent,
  HEADER.ifMatch,
  HEADER.idempotencyKey,
];

/** Metadata that is passed to services. The edge sets the caller's address itself, over any that the caller sent. */
export const FORWARDED_HEADERS: readonly string[] = [...ACCEPTED_HEADERS, HEADER.callerAddress];

/** Metadata of a service's answer that is passed to callers. */
export const RETURNED_HEADERS: readonly string[] = [HEADER.idempotentReplayed];
