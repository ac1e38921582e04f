/** The result of an attempt to deliver. */
export interface Answer {
  /** HTTP status; 0 when nothing was answered. */
  readonly statusCode: number;
  /** What was wrong; empty when the endpoint took it. */
  readonly error: string;
  /** For how long the endpoint asks to be left alone; undefined when it does not. */
  readonly retryAfterMs: number | undefined;
}

/** What becomes of a delivery after an attempt. */
export type NextStep =
  | { readonly state: 'DELIVERED' | 'FAILED' }
  | { readonly state: 'QUEUED'; readonly nextAttemptTime: Date };

const [SECOND_MS, MINUTE_MS, HOUR_MS] = [1_000, 60_000, 3_600_000];

/** The pauses between attempts: 76 hours in all, over a long weekend. */
const PAUSES_MS = [
  10 * SECOND_MS,
  MINUTE_MS,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  5 * HOUR_MS,
  10 * HOUR_MS,
  14 * HOUR_MS,
  20 * HOUR_MS,
  24 * HOUR_MS,
];

/** The fraction by which a pause may be longer, so that deliveries that failed together are not tried again together. */
const JITTER = 0.1;

/** The longest time for which an endpoint is left alone because it asks for that. */
const RETRY_AFTER_MS_MAX = 24 * HOUR_MS;

/** How long every attempt must have failed until an endpoint is disabled. */
const FAILING_MS = 72 * HOUR_MS;

/**
 * How often a delivery must also have been tried, so that an endpoint is not disabled because this system, or its network, was down for
 * that long between two failures.
 */
const FAILING_TRIES = 8;

/** The status by which a receiver says that it wants no more. */
const GONE = 410;

/** Decides what becomes of a delivery that was tried `tries` times, the last of which ended at `now`. `random` is from 0 to 1. */
export function decideDelivery(tries: number, answer: Answer, now: Date, random: number): NextStep {
  if (answer.error === '') return { state: 'DELIVERED' };
  const pauseMs = PAUSES_MS[tries - 1];
  if (answer.statusCode === GONE || pauseMs === undefined) return { state: 'FAILED' };
  const askedMs = Math.min(answer.retryAfterMs ?? 0, RETRY_AFTER_MS_MAX);
  return {
    state: 'QUEUED',
    nextAttemptTime: new Date(now.getTime() + Math.max(askedMs, pauseMs * (1 + JITTER * random))),
  };
}

/**
 * Why an endpoint is to be disabled after an attempt that ended at `now`, for a delivery that was tried `tries` times; undefined when
 * it is not.
 */
export function findDisableReason(
  firstFailureTime: Date | null,
  tries: number,
  answer: Answer,
  now: Date,
): 'GONE' | 'FAILING' | undefined {
  if (answer.statusCode === GONE) return 'GONE';
  if (answer.error === '' || firstFailureTime === null || tries < FAILING_TRIES) return undefined;
  return now.getTime() - firstFailureTime.getTime() >= FAILING_MS ? 'FAILING' : undefined;
}

/** The milliseconds that a Retry-After asks for, as seconds or as a date (RFC 9110, 10.2.3); undefined when it is neither. */
export function parseRetryAfter(header: string | undefined, now: Date): number | undefined {
  if (header === undefined) return undefined;
  if (/^[0-9]{1,9}$/.test(header)) return Number(header) * SECOND_MS;
  const time = /^[A-Z][a-z]{2}/.test(header) ? Date.parse(header) : Number.NaN;
  return Number.isNaN(time) ? undefined : Math.max(0, time - now.getTime());
}
