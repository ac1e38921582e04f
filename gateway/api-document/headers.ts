import type { Header, Parameter } from '../openapi/document.ts';

/** Request headers, by their names under `components`. */
export const REQUEST_HEADERS = {
  IdempotencyKey: {
    name: 'Idempotency-Key',
    in: 'header',
    description:
      'Makes it safe to send the request again: for 24 hours, the same key with the same request gets the first response, ' +
      'and nothing happens twice. Use a new key, such as a UUID, for each request.',
    schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[!-~]+$' },
  },
  IfMatch: {
    name: 'If-Match',
    in: 'header',
    description:
      'ETag of the version to change: if there is a newer version, nothing is changed. Default: any version.',
    schema: { type: 'string' },
  },
} as const satisfies Readonly<Record<string, Parameter>>;

/** Response headers, by their names under `components`. */
export const ANSWER_HEADERS = {
  XRequestId: {
    description: 'Id of the request: the one sent in X-Request-Id, or a new one. The log names the request by this id.',
    schema: { type: 'string' },
  },
  RateLimit: {
    description: 'What is left of the limit: `r` requests for the next `t` seconds.',
    schema: { type: 'string' },
    example: '"user";r=59996;t=60',
  },
  RateLimitPolicy: {
    description: 'The limit: `q` requests in `w` seconds.',
    schema: { type: 'string' },
    example: '"user";q=60000;w=60',
  },
  IdempotentReplayed: {
    description: '`true` when this is the response to an earlier request with the same Idempotency-Key.',
    schema: { type: 'string', const: 'true' },
  },
  RetryAfter: {
    description: 'Seconds after which to try again.',
    required: true,
    schema: { type: 'integer', minimum: 0 },
  },
  WwwAuthenticate: {
    description: 'How to authenticate.',
    required: true,
    schema: { type: 'string' },
    example: 'Bearer error="invalid_token"',
  },
} as const satisfies Readonly<Record<string, Header>>;

const refer = (name: keyof typeof ANSWER_HEADERS) => ({ $ref: `#/components/headers/${name}` });

/** Headers of every response. */
export const COMMON_HEADERS = { 'X-Request-Id': refer('XRequestId') };

/** Headers of every response of an operation in the contracts. */
export const OPERATION_HEADERS = {
  ...COMMON_HEADERS,
  RateLimit: refer('RateLimit'),
  'RateLimit-Policy': refer('RateLimitPolicy'),
};

/** Headers of responses to requests with an idempotency key. */
export const REPLAY_HEADERS = { 'Idempotent-Replayed': refer('IdempotentReplayed') };

/** Headers that only responses with a certain status have. */
export const HEADERS_BY_STATUS: Readonly<Record<number, Readonly<Record<string, { readonly $ref: string }>>>> = {
  401: { 'WWW-Authenticate': refer('WwwAuthenticate') },
  429: { 'Retry-After': refer('RetryAfter') },
};
