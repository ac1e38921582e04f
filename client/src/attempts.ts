/** Limits of one call and its repetitions. */
export interface CallLimits {
  /** Deadline of a call, all its attempts included, in milliseconds. Default: 30,000. */
  readonly timeoutMs?: number | undefined;
  /** Most attempts of a call that may be repeated. With 1 nothing is repeated. Default: 3. */
  readonly attemptsMax?: number | undefined;
}

/** The default limits of a client. */
export const DEFAULT_LIMITS = { timeoutMs: 30_000, attemptsMax: 3 } as const;

/** Name of the header whose value identifies the attempts of one call. */
export const IDEMPOTENCY_KEY = 'idempotency-key';

/** What repeating a failed attempt depends on. */
export interface FailedAttempt {
  /** The reason that the server gave; undefined without an answer, or when the answer has no reason. */
  readonly reason: string | undefined;
  /** Whether the effect of the attempt may be unknown: no answer came, or a part of the system did not answer. */
  readonly isUnanswered: boolean;
  /** How long the server asks to wait, in milliseconds. */
  readonly retryAfterMs: number | undefined;
}

/** The pause before the first repetition, in milliseconds. It doubles before each further one. */
const PAUSE_MS = 100;
/** The longest pause, in milliseconds. A call that would need a longer one is not repeated. */
const PAUSE_MAX_MS = 10_000;

/** How a call is repeated. */
export interface RepeatOptions {
  readonly attemptsMax: number;
  /** Whether a second attempt is harmless even if the first one took effect. */
  readonly mayRepeat: boolean;
  /** Aborted when the caller gives up or the deadline has passed. */
  readonly signal: AbortSignal;
  /** Gives what an error says about its attempt. */
  explain(error: unknown): FailedAttempt;
}

/** Makes a call, and repeats it where that may help and is harmless. Rejects with the error of the last attempt. */
export async function repeatedly<Result>(
  attempt: () => Promise<Result>,
  { attemptsMax, mayRepeat, signal, explain }: RepeatOptions,
): Promise<Result> {
  for (let number = 1; ; number++) {
    try {
      return await attempt();
    } catch (error) {
      if (signal.aborted || number >= attemptsMax) throw error;
      const pauseMs = pauseBeforeNext(explain(error), number, mayRepeat);
      if (pauseMs === undefined) throw error;
      await pause(pauseMs, signal);
    }
  }
}

/** How long to wait before a call is made again, in milliseconds; undefined when it may not be. */
function pauseBeforeNext(failed: FailedAttempt, attempt: number, mayRepeat: boolean): number | undefined {
  // A rate-limited call was refused before it had any effect.
  const isRefused = failed.reason === 'RATE_LIMITED';
  const isRepeatable = mayRepeat && failed.isUnanswered;
  if (!isRefused && !isRepeatable) return undefined;
  // The random factor keeps callers that fail together from coming back together.
  const pauseMs = Math.max(failed.retryAfterMs ?? 0, PAUSE_MS * 2 ** (attempt - 1) * (0.5 + Math.random()));
  return pauseMs > PAUSE_MAX_MS ? undefined : pauseMs;
}

/** The milliseconds of a Retry-After header in seconds, the form that Numer sends; undefined for any other form. */
export function readRetryAfter(header: string | null): number | undefined {
  return header !== null && /^\d{1,9}$/.test(header) ? Number(header) * 1_000 : undefined;
}

/** Waits; rejects with the signal's reason as soon as it is aborted. */
async function pause(durationMs: number, signal: AbortSignal): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const over = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, durationMs);
  });
  await orAborted(over, signal).finally(() => clearTimeout(timer));
}

/**
 * A key that no other call has. Not made by `crypto.randomUUID`, which is missing in pages that were not loaded over
 * TLS.
 */
export function createIdempotencyKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * The result of the work. If the signal is aborted earlier, rejects with the signal's reason, while the work goes on.
 */
export function orAborted<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    void work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
