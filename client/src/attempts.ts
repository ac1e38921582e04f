/** Bounds of one call and its repetitions. */
export interface CallLimits {
  /** Deadline of a call with all its attempts, in milliseconds. Default: 30,000. */
  readonly timeoutMs?: number | undefined;
  /** Most attempts of a call that may be repeated. 1 repeats nothing. Default: 3. */
  readonly attemptsMax?: number | undefined;
}

/** The limits of a client that was given none. */
export const DEFAULT_LIMITS = { timeoutMs: 30_000, attemptsMax: 3 } as const;

/** Name of the header whose value makes the attempts of one call known as such. */
export const IDEMPOTENCY_KEY = 'idempotency-key';

/** What went wrong with an attempt, as far as repeating it goes. */
export interface FailedAttempt {
  /** The reason that the server gave; undefined when no answer came, or one without a reason. */
  readonly reason: string | undefined;
  /** Whether it may be unknown what the attempt did: no answer came, or a part of the system did not answer. */
  readonly isUnanswered: boolean;
  /** How long the server asks to wait, in milliseconds. */
  readonly retryAfterMs: number | undefined;
}

/** The pause before the first repetition, doubled before each further one, in milliseconds. */
const PAUSE_MS = 100;
/** A server that asks for more than this, in milliseconds, is left to the caller. */
const PAUSE_MAX_MS = 10_000;

/** How a call is repeated. */
export interface RepeatOptions {
  readonly attemptsMax: number;
  /** Whether a second attempt does no harm when the first one had its effect. */
  readonly mayRepeat: boolean;
  /** Aborted when the call is given up or has taken too long. */
  readonly signal: AbortSignal;
  /** What an error says of its attempt. */
  explain(error: unknown): FailedAttempt;
}

/** Makes a call, and makes it again where that may help and does no harm. Rejects with what the last attempt failed with. */
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
  // Such a call was refused before it had any effect.
  const isRefused = failed.reason === 'RATE_LIMITED';
  const isRepeatable = mayRepeat && failed.isUnanswered;
  if (!isRefused && !isRepeatable) return undefined;
  // Callers who fail together do not come back together.
  const pauseMs = Math.max(failed.retryAfterMs ?? 0, PAUSE_MS * 2 ** (attempt - 1) * (0.5 + Math.random()));
  return pauseMs > PAUSE_MAX_MS ? undefined : pauseMs;
}

/** The milliseconds of a Retry-After header that has seconds, which is the form that Numer sends. */
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

/** A key that no other call has. `crypto.randomUUID` is missing in pages that were not loaded over TLS. */
export function createIdempotencyKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** The result of the work, unless the signal is aborted before: then it rejects with its reason. The work goes on. */
export function orAborted<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    void work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
