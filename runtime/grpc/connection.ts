import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  constants,
  type OutgoingHttpHeaders,
  type SecureClientSessionOptions,
} from 'node:http2';
import { Code, ConnectError } from '@connectrpc/connect';
import { resetError } from './reset.ts';

/** How connections are opened and kept. */
export interface ConnectionOptions {
  /** Options of `http2.connect`: TLS, settings, `createConnection`. */
  readonly nodeOptions: SecureClientSessionOptions;
  /** A connection without calls is closed after this time or up to twice as much. */
  readonly idleMs: number;
  /** While calls wait, a connection that is silent for this long is pinged. */
  readonly pingIntervalMs: number;
  /** How long the answer to a ping may take. */
  readonly pingTimeoutMs: number;
}

/** How long opening a connection may take. */
const CONNECT_TIMEOUT_MS = 10_000;

/** One HTTP/2 connection, kept as long as it is usable. It keeps the process alive only while calls are in flight. */
export class Connection {
  readonly #session: ClientHttp2Session;
  readonly #options: ConnectionOptions;
  readonly #idleCheck: NodeJS.Timeout;
  readonly #pingCheck: NodeJS.Timeout;
  #calls = 0;
  #isOpen = false;
  #isRetired = false;
  #lastStreamId = Number.POSITIVE_INFINITY;
  #heardMs = performance.now();
  #cause: unknown;

  constructor(origin: string, options: ConnectionOptions) {
    this.#options = options;
    this.#session = connect(origin, options.nodeOptions);
    const tooLate = setTimeout(() => this.#lose('connecting took too long'), CONNECT_TIMEOUT_MS).unref();
    this.#idleCheck = setInterval(() => this.#closeWhenIdle(), options.idleMs).unref();
    this.#pingCheck = setInterval(() => this.#pingWhenSilent(), options.pingIntervalMs).unref();
    this.#session.once('connect', () => {
      clearTimeout(tooLate);
      this.#isOpen = true;
    });
    this.#session.on('error', (error) => {
      this.#cause ??= error;
    });
    this.#session.on('goaway', (_code, lastStreamId) => {
      this.#lastStreamId = lastStreamId;
      this.#isRetired = true;
    });
    this.#session.once('close', () => {
      clearTimeout(tooLate);
      clearInterval(this.#idleCheck);
      clearInterval(this.#pingCheck);
      this.#isRetired = true;
    });
    this.#session.unref();
  }

  /** Whether it takes further calls. */
  get isUsable(): boolean {
    return !this.#isRetired && !this.#session.closed && !this.#session.destroyed;
  }

  /** Opens the stream of a call. Its end must be reported with {@link release}. @throws Error when no longer usable. */
  open(headers: OutgoingHttpHeaders): ClientHttp2Stream {
    const stream = this.#session.request(headers);
    if (this.#calls++ === 0) {
      this.#session.ref();
      if (this.#isOpen && this.#isSilent()) this.#ping();
    }
    return stream;
  }

  /** A call has ended, with or without an answer. */
  release(wasAnswered: boolean): void {
    if (wasAnswered) this.#heardMs = performance.now();
    if (--this.#calls === 0) this.#session.unref();
  }

  /** Takes no further calls; those in flight go on. */
  retire(): void {
    this.#isRetired = true;
    if (!this.#session.closed) this.#session.close();
  }

  /**
   * Whether the server certainly did nothing for the call, although it could be reached. Such a call may be made again.
   */
  hasRefused(stream: ClientHttp2Stream): boolean {
    if (!this.#isOpen) return false;
    return (
      stream.id === undefined || stream.id > this.#lastStreamId || stream.rstCode === constants.NGHTTP2_REFUSED_STREAM
    );
  }

  /** Why a stream ended without a status. */
  failureOf(stream: ClientHttp2Stream, cause: unknown): ConnectError {
    if (!this.#isOpen) return unavailable('cannot connect', this.#cause ?? cause);
    if (this.hasRefused(stream)) return unavailable('the server took no more calls on this connection', cause);
    // When a connection is lost, Node resets all its streams as if the server had done so.
    if (this.#session.destroyed) return unavailable('the connection was lost', this.#cause ?? cause);
    return resetError(stream.rstCode) ?? new ConnectError('the stream ended without a status', Code.Unknown);
  }

  #lose(reason: string): void {
    if (!this.#session.destroyed) this.#session.destroy(new Error(reason));
  }

  #closeWhenIdle(): void {
    const isIdle = this.#calls === 0 && performance.now() - this.#heardMs >= this.#options.idleMs;
    if (isIdle) this.retire();
  }

  #pingWhenSilent(): void {
    if (this.#calls > 0 && this.#isOpen && this.#isSilent()) this.#ping();
  }

  #isSilent(): boolean {
    return performance.now() - this.#heardMs >= this.#options.pingIntervalMs;
  }

  #ping(): void {
    if (this.#session.destroyed || this.#session.closed) return;
    const timer = setTimeout(() => this.#lose('the server gave no sign of life'), this.#options.pingTimeoutMs).unref();
    try {
      this.#session.ping((error) => {
        clearTimeout(timer);
        if (error === null) this.#heardMs = performance.now();
      });
    } catch {
      // The connection ended at this very moment. Its calls find out by themselves.
      clearTimeout(timer);
    }
  }
}

function unavailable(what: string, cause: unknown): ConnectError {
  const reason = cause instanceof Error ? `: ${cause.message}` : '';
  return new ConnectError(`${what}${reason}`, Code.Unavailable, undefined, undefined, cause);
}
