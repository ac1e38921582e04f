import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

/** What is left of a limit after a request. */
export interface Allowance {
  /** Name of the limit. */
  readonly name: string;
  /** Requests per minute. */
  readonly limit: number;
  /** Requests left in this minute. */
  readonly remaining: number;
  /** Seconds until the minute is over. */
  readonly resetSeconds: number;
  /** True when the request is one too many. */
  readonly isExceeded: boolean;
}

/** Counts requests by key, in this process. */
export interface RateLimit {
  /** Counts one request. */
  take(key: string): Promise<Allowance>;
}

const WINDOW_SECONDS = 60;

/**
 * A limit on requests per minute and key. Each gateway counts for itself, so behind a load balancer the limit is per
 * replica.
 */
export function createRateLimit(name: string, perMinute: number): RateLimit {
  const limiter = new RateLimiterMemory({ points: perMinute, duration: WINDOW_SECONDS });
  return {
    async take(key) {
      const result = await limiter.consume(key).catch((refused: unknown) => {
        if (refused instanceof RateLimiterRes) return refused;
        throw refused;
      });
      return {
        name,
        limit: perMinute,
        remaining: Math.max(0, result.remainingPoints),
        resetSeconds: Math.ceil(result.msBeforeNext / 1000),
        isExceeded: result.consumedPoints > perMinute,
      };
    },
  };
}

/** The headers RateLimit and RateLimit-Policy (draft-ietf-httpapi-ratelimit-headers). */
export function rateLimitHeaders({ name, limit, remaining, resetSeconds }: Allowance): [name: string, value: string][] {
  return [
    ['ratelimit-policy', `"${name}";q=${limit};w=${WINDOW_SECONDS}`],
    ['ratelimit', `"${name}";r=${remaining};t=${resetSeconds}`],
  ];
}
