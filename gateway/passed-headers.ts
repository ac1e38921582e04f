import { HEADER } from '../runtime/call.ts';

/** Metadata of a caller that services are given, over every protocol. Everything else stays at the edge. */
export const FORWARDED_HEADERS: readonly string[] = [
  HEADER.authorization,
  HEADER.requestId,
  HEADER.traceparent,
  HEADER.ifMatch,
  HEADER.idempotencyKey,
];

/** Metadata of a service that callers are given. */
export const RETURNED_HEADERS: readonly string[] = [HEADER.idempotentReplayed];
