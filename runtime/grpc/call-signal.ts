import { Code, ConnectError } from '@connectrpc/connect';

/** Timers of Node take no longer time; a deadline beyond it is as good as none. */
const TIMER_MAX_MS = 0x7fffffff;

/** Why the signal of a call that is over is aborted. One for all: making the default reason costs ten times the rest. */
const OVER = new DOMException('This operation was aborted', 'AbortError');

/** The life of one call: its deadline, its cancellation, and the signal that tells of both. */
export class CallSignal {
  readonly signal: AbortSignal;
  readonly #controller = new AbortController();
  readonly #deadlineMs: number | undefined;
  readonly #timer: NodeJS.Timeout | undefined;
  #unlink: (() => void) | undefined;

  /** Starts a call with a deadline in `timeoutMs` that ends early when the `outer` signal is aborted. */
  constructor(timeoutMs: number | undefined, outer?: AbortSignal) {
    this.signal = this.#controller.signal;
    if (timeoutMs !== undefined) {
      this.#deadlineMs = performance.now() + timeoutMs;
      if (timeoutMs <= TIMER_MAX_MS) this.#timer = setTimeout(expire, timeoutMs, this);
    }
    if (outer !== undefined) this.#link(outer);
  }

  /** Whole milliseconds until the deadline, never more than zero after it; undefined without one. */
  get remainingMs(): number | undefined {
    return this.#deadlineMs === undefined ? undefined : Math.ceil(this.#deadlineMs - performance.now());
  }

  /** Ends the call early. */
  abort(reason: unknown): void {
    this.release();
    this.#controller.abort(reason);
  }

  /** The call is over: neither its deadline nor its caller ends it any more. */
  release(): void {
    clearTimeout(this.#timer);
    this.#unlink?.();
  }

  /** Releases the call and aborts its signal, so that what a method has left running on it lets go. */
  done(): void {
    this.release();
    if (!this.signal.aborted) this.#controller.abort(OVER);
  }

  #link(outer: AbortSignal): void {
    const follow = () => this.abort(outer.reason);
    if (outer.aborted) {
      follow();
      return;
    }
    outer.addEventListener('abort', follow, { once: true });
    this.#unlink = () => outer.removeEventListener('abort', follow);
  }
}

function expire(life: CallSignal): void {
  life.abort(new ConnectError('the operation timed out', Code.DeadlineExceeded));
}

/** The error of a call whose signal was aborted: the reason when it is an error of RPC, else CANCELED. */
export function abortError(signal: AbortSignal): ConnectError {
  return ConnectError.from(signal.reason, Code.Canceled);
}
