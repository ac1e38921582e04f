import { ProblemError } from './problem.ts';

/** Request headers that are passed to services as metadata, unless the options name others. */
export const requestHeadersDefault: readonly string[] = [
  'authorization',
  'accept-language',
  'idempotency-key',
  'if-match',
  'if-none-match',
  'traceparent',
  'tracestate',
  'x-request-id',
];

/** Metadata of a service (leading or trailing) that becomes headers of the answer, unless the options name others. */
export const responseHeadersDefault: readonly string[] = [
  'cache-control',
  'content-disposition',
  'content-language',
  'deprecation',
  'etag',
  'idempotent-replayed',
  'last-modified',
  'link',
  'location',
  'retry-after',
  'sunset',
];

const printable = /^[\x20-\x7e]*$/;
// Timers cannot wait longer.
const timerMaxMs = 2 ** 31 - 1;
const seconds = /^\d+(?:\.\d+)?$/;

/**
 * Copies the allowed headers of a request into the metadata of a call.
 *
 * @throws ProblemError 400 for a value that gRPC metadata cannot carry
 */
export function passRequestHeaders(names: readonly string[], source: Headers): Headers {
  const target = new Headers();
  for (const name of names) {
    const value = source.get(name);
    if (value === null) {
      continue;
    }
    if (!printable.test(value)) {
      const errors = [{ header: name, detail: 'must be printable ASCII' }];
      throw new ProblemError(400, `The header ${name} must be printable ASCII.`, { errors });
    }
    target.set(name, value);
  }
  return target;
}

/** Copies the allowed metadata of a response into the headers of the answer. */
export function passResponseHeaders(names: ReadonlySet<string>, source: Headers, target: Record<string, string>): void {
  // A service sends few headers, so looking up each allowed one by its name would take longer.
  for (const [name, value] of source) {
    if (names.has(name)) {
      target[name] = value;
    }
  }
}

/**
 * Reads how long the caller is willing to wait: `Request-Timeout`, in seconds, fractions allowed.
 *
 * @returns milliseconds, never more than `maxMs`
 * @throws ProblemError 400 when the header is not a positive number
 */
export function readTimeout(source: Headers, maxMs: number | undefined): number | undefined {
  const value = source.get('request-timeout');
  if (value === null) {
    return maxMs;
  }
  const ms = seconds.test(value) ? Math.ceil(Number(value) * 1000) : 0;
  if (ms === 0) {
    const errors = [{ header: 'request-timeout', detail: 'must be a positive number of seconds' }];
    throw new ProblemError(400, 'The header Request-Timeout must be a positive number of seconds.', { errors });
  }
  return Math.min(ms, maxMs ?? timerMaxMs);
}

/** Whether `If-None-Match` names an entity tag, compared weakly (RFC 9110, section 13.1.2). */
export function matchesEtag(ifNoneMatch: string, etag: string): boolean {
  const plain = etag.replace(/^W\//, '');
  return ifNoneMatch.split(',').some((candidate) => {
    const text = candidate.trim();
    return text === '*' || text.replace(/^W\//, '') === plain;
  });
}
