import { Code, ConnectError } from '@connectrpc/connect';

/** Longest time that Node's timers take. A deadline beyond it is as good as none. */
const TIMER_MAX_MS = 0x7fffffff;

/**
 * Abort reason of the signal of a call that is over. All calls share it: making the default reason costs ten times the
 * rest.
 */
const OVER = new DOMException('This operation was aborted', 'AbortError');

/**
 * The life of one call: its deadline and its cancellation. Code of this folder listens to it directly, since the events
 * of an AbortSignal cost more.
 */
export class CallSignal {
  readonly #deadlineMs: number | undefined;
  readonly #timer: NodeJS.Timeout | undefined;
  readonly #listeners: (() => void)[] = [];
  #controller: AbortController | undefined;
  #unlink: (() => void) | undefined;
  #isAborted = false;
  #reason: unknown;

  /** Starts a call with a deadline in `timeoutMs`. It ends early when `outer`, a signal or another call, is aborted. */
  constructor(timeoutMs: number | undefined, outer?: AbortSignal | CallSignal) {
    if (timeoutMs !== undefined) {
      this.#deadlineMs = performance.now() + timeoutMs;
      // An outer call has a timer of its own.
      const hasTimer = timeoutMs <= TIMER_MAX_MS && !(outer instanceof CallSignal);
      if (hasTimer) this.#timer = setTimeout(expire, timeoutMs, this);
    }
    if (outer instanceof CallSignal) this.#follow(outer);
    else if (outer !== undefined) this.#link(outer);
  }

  /** Whether the call was ended, early or when it was done. */
  get isAborted(): boolean {
    return this.#isAborted;
  }

  /** The error of a call that ended early: the reason if it is a ConnectError, else CANCELED. */
  get error(): ConnectError {
    return ConnectError.from(this.#reason, Code.Canceled);
  }

  /** A signal that tells code outside of this folder when the call ends. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#isAborted) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  /** Whole milliseconds until the deadline, zero or less after it; undefined without one. */
  get remainingMs(): number | undefined {
    return this.#deadlineMs === undefined ? undefined : Math.ceil(this.#deadlineMs - performance.now());
  }

  /** Calls the listener when the call ends early, unless it has ended already. */
  onAbort(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** Undoes {@link onAbort}. */
  offAbort(listener: () => void): void {
    const index = this.#listeners.indexOf(listener);
    if (index !== -1) this.#listeners.splice(index, 1);
  }

  /** Ends the call early. */
  abort(reason: unknown): void {
    this.release();
    if (this.#isAborted) return;
    this.#isAborted = true;
    this.#reason = reason;
    this.#controller?.abort(reason);
    for (const listener of this.#listeners.splice(0)) listener();
  }

  /** The call is over: neither its deadline nor its caller ends it any more. */
  release(): void {
    clearTimeout(this.#timer);
    this.#unlink?.();
  }

  /** Releases the call and aborts its signal, so that whatever a method has left running on it stops. */
  done(): void {
    this.#listeners.length = 0;
    this.abort(OVER);
  }

  #follow(outer: CallSignal): void {
    const follow = () => this.abort(outer.#reason);
    if (outer.isAborted) {
      follow();
      return;
    }
    outer.onAbort(follow);
    this.#unlink = () => outer.offAbort(follow);
  }

  #link(outer: AbortSignal): void {
    // A method that stops because of it throws it. An error that is no ConnectError would count as a defect.
    const follow = () => this.abort(ConnectError.from(outer.reason, Code.Canceled));
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
