import { constants, type IncomingHttpHeaders, type OutgoingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import type { Message } from '@bufbuild/protobuf';
import { Code, ConnectError } from '@connectrpc/connect';
import { CallSignal } from './call-signal.ts';
import { decodeMessage } from './decode-message.ts';
import { encodeMessage } from './encode-message.ts';
import { encodeFrame, FrameReader } from './frame.ts';
import { ACCEPTED_ENCODINGS, decompress, isKnownEncoding } from './gzip.ts';
import { invoke, type ServedCall } from './invoke.ts';
import { addMetadata, appendMetadata, toHeaders } from './metadata.ts';
import { resetError } from './reset.ts';
import type { UnaryRoute } from './routes.ts';
import { addStatus, STATUS_OK, textOf } from './status.ts';
import { parseTimeout } from './timeout.ts';

/**
 * One unary call on the stream it came in: reads the request, runs the method, writes the answer. Whatever the peer or the
 * method does, the stream is answered at most once and nothing is thrown.
 */
export class ServerCall {
  readonly #stream: ServerHttp2Stream;
  readonly #headers: IncomingHttpHeaders;
  readonly #route: UnaryRoute;
  readonly #reader: FrameReader;
  readonly #responseHeader = new Headers();
  readonly #responseTrailer = new Headers();
  #life: CallSignal | undefined;
  #stopReading: (() => void) | undefined;
  #isAnswered = false;

  constructor(route: UnaryRoute, stream: ServerHttp2Stream, headers: IncomingHttpHeaders) {
    this.#route = route;
    this.#stream = stream;
    this.#headers = headers;
    this.#reader = new FrameReader(route.readMaxBytes, Code.InvalidArgument);
  }

  /** Serves the call. Resolves when the method has ended, which may be later than the call when the method ignores its signal. */
  async serve(): Promise<void> {
    const stream = this.#stream;
    // A stream that breaks ends its call, not the process; what broke is seen in `close`.
    stream.on('error', ignore);
    try {
      const message = await this.#receive();
      if (message === undefined) return;
      this.#succeed(await invoke(this.#served(message.life), message.request));
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#life?.done();
    }
  }

  /** Reads the request. Undefined when the call ended before it was complete. */
  async #receive(): Promise<{ request: Message; life: CallSignal } | undefined> {
    const timeoutMs = parseTimeout(textOf(this.#headers, 'grpc-timeout'), this.#route.maxTimeoutMs);
    const life = new CallSignal(timeoutMs);
    this.#life = life;
    this.#stream.on('close', () => this.#cancel(life));
    life.onAbort(this.#abort);
    const encoding = textOf(this.#headers, 'grpc-encoding');
    if (!isKnownEncoding(encoding)) throw unknownEncoding(encoding);
    if (!(await this.#readToEnd())) return undefined;
    const frame = this.#reader.finish();
    if (frame === undefined) {
      throw new ConnectError('protocol error: missing input message for unary method', Code.Unimplemented);
    }
    const received = decompress(frame, encoding, this.#route.readMaxBytes, Code.InvalidArgument);
    const bytes = received instanceof Uint8Array ? received : await received;
    return { request: this.#parse(bytes), life };
  }

  /** Whether the request came to its end before the call did. */
  #readToEnd(): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.#stream.on('data', (chunk: Uint8Array) => {
        try {
          if (!this.#isAnswered) this.#reader.push(chunk);
        } catch (error) {
          reject(error);
        }
      });
      this.#stream.on('end', () => resolve(!this.#isAnswered));
      this.#stopReading = () => resolve(false);
    });
  }

  #parse(bytes: Uint8Array): Message {
    try {
      return decodeMessage(this.#route.method.input, bytes);
    } catch (cause) {
      throw new ConnectError('the request is no valid message', Code.InvalidArgument, undefined, undefined, cause);
    }
  }

  #served(life: CallSignal): ServedCall {
    const headers = this.#headers;
    return {
      route: this.#route,
      url: `${headers[':scheme'] ?? 'http'}://${headers[':authority'] ?? headers.host ?? 'localhost'}${this.#route.path}`,
      life,
      requestHeader: toHeaders(headers),
      responseHeader: this.#responseHeader,
      responseTrailer: this.#responseTrailer,
    };
  }

  #succeed(message: Message): void {
    const bytes = encodeMessage(this.#route.method.output, message);
    const trailers: OutgoingHttpHeaders = { 'grpc-status': STATUS_OK };
    addMetadata(trailers, this.#responseTrailer);
    this.#answer(trailers, encodeFrame(bytes));
  }

  #fail(reason: unknown): void {
    if (this.#isAnswered) return;
    const error =
      reason instanceof ConnectError
        ? reason
        : new ConnectError('internal error', Code.Internal, undefined, undefined, reason);
    const trailers: OutgoingHttpHeaders = {};
    // What came from another server's wire is that server's metadata, not this one's.
    if (!error.isWireError) appendMetadata(this.#responseTrailer, error.metadata);
    addMetadata(trailers, this.#responseTrailer);
    addStatus(trailers, error);
    if (error.cause === UNKNOWN_ENCODING) trailers['grpc-accept-encoding'] = ACCEPTED_ENCODINGS;
    this.#answer(trailers, undefined);
  }

  /** Writes the answer, unless there was one or nobody is left to read it. */
  #answer(trailers: OutgoingHttpHeaders, body: Uint8Array | undefined): void {
    const stream = this.#stream;
    if (this.#isAnswered) return;
    this.#isAnswered = true;
    if (stream.destroyed || stream.closed) return;
    try {
      const headers = this.#answerHeaders();
      if (body === undefined && isEmpty(this.#responseHeader)) {
        stream.respond({ ...headers, ...trailers }, TRAILERS_ONLY);
      } else {
        addMetadata(headers, this.#responseHeader);
        stream.respond(headers, WITH_TRAILERS);
        stream.on('wantTrailers', () => sendTrailers(stream, trailers));
        stream.end(body);
      }
      // The rest of a request that is already answered is not worth sending.
      if (!stream.readableEnded) stream.close(constants.NGHTTP2_NO_ERROR);
    } catch {
      // Node refuses what it cannot send, be it headers or a stream that has just gone.
      stream.close(constants.NGHTTP2_INTERNAL_ERROR);
    }
  }

  #answerHeaders(): OutgoingHttpHeaders {
    return { ':status': 200, 'content-type': textOf(this.#headers, 'content-type') ?? 'application/grpc' };
  }

  /** The deadline has passed, or the caller has gone. The answer does not wait for the method to notice. */
  readonly #abort = () => {
    if (this.#life !== undefined) this.#fail(this.#life.error);
    this.#stopReading?.();
  };

  /** The stream is closed. If that was before the answer, the caller has cancelled or is gone. */
  #cancel(life: CallSignal): void {
    if (this.#isAnswered) return;
    this.#isAnswered = true;
    life.abort(resetError(this.#stream.rstCode) ?? new ConnectError('the caller is gone', Code.Canceled));
  }
}

/** Options for writing answers. A date says nothing to a gRPC caller. */
const WITH_TRAILERS = { waitForTrailers: true, sendDate: false };
const TRAILERS_ONLY = { endStream: true, sendDate: false };

/** Marks the one error whose answer names the encodings that are understood. */
const UNKNOWN_ENCODING = Symbol('unknown encoding');

function unknownEncoding(encoding: string | undefined): ConnectError {
  const message = `unknown compression "${encoding}": supported encodings are ${ACCEPTED_ENCODINGS}`;
  return new ConnectError(message, Code.Unimplemented, undefined, undefined, UNKNOWN_ENCODING);
}

function sendTrailers(stream: ServerHttp2Stream, trailers: OutgoingHttpHeaders): void {
  try {
    stream.sendTrailers(trailers);
  } catch {
    stream.close(constants.NGHTTP2_INTERNAL_ERROR);
  }
}

function isEmpty(headers: Headers): boolean {
  return headers.keys().next().done === true;
}

function ignore(): void {}
