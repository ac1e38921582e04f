import { cors as connectCors } from '@connectrpc/connect';
import type { IncomingRequest, OutgoingResponse } from './http-message.ts';

const METHODS = ['GET', 'HEAD', 'POST', 'PATCH', 'DELETE', 'OPTIONS'].join(', ');

const ALLOWED = [
  ...connectCors.allowedHeaders,
  'Accept',
  'Accept-Language',
  'Authorization',
  'If-Match',
  'If-None-Match',
  'Idempotency-Key',
  'Request-Timeout',
  'X-Request-Id',
  'Traceparent',
  'Tracestate',
].join(', ');

const EXPOSED = [
  ...connectCors.exposedHeaders,
  'Content-Disposition',
  'ETag',
  'Location',
  'Idempotent-Replayed',
  'RateLimit',
  'RateLimit-Policy',
  'Retry-After',
  'WWW-Authenticate',
  'X-Request-Id',
].join(', ');

/** Browsers keep the answer to a preflight at most this long. */
const PREFLIGHT_SECONDS = 7_200;

/**
 * Cross-origin headers for REST and RPC alike (Fetch standard, 3.2). True when the request was a preflight and is
 * answered. Credentials are bearer tokens, never cookies, so any origin may be let in.
 */
export function answerCors(request: IncomingRequest, response: OutgoingResponse, origins: readonly string[]): boolean {
  const { origin } = request.headers;
  if (origin === undefined) return false;
  const allowsAll = origins.includes('*');
  if (!allowsAll) response.setHeader('vary', 'Origin');
  if (!allowsAll && !origins.includes(origin)) return false;
  response.setHeader('access-control-allow-origin', allowsAll ? '*' : origin);
  response.setHeader('access-control-expose-headers', EXPOSED);
  if (request.method !== 'OPTIONS' || request.headers['access-control-request-method'] === undefined) return false;
  response.setHeader('access-control-allow-methods', METHODS);
  response.setHeader('access-control-allow-headers', ALLOWED);
  response.setHeader('access-control-max-age', String(PREFLIGHT_SECONDS));
  response.statusCode = 204;
  response.end();
  return true;
}
