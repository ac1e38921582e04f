import { type ClientHttp2Stream, constants, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http2';
import { Code, ConnectError } from '@connectrpc/connect';
import { codeFromHttpStatus } from '@connectrpc/connect/protocol-grpc';
import type { CallSignal } from './call-signal.ts';
import type { Connection } from './connection.ts';
import { FrameReader, type ReceivedMessage } from './frame.ts';
import { toHeaders } from './metadata.ts';
import { readStatus, textOf } from './status.ts';

/** What a call sends, and how much it is willing to read. */
export interface OutgoingCall {
  readonly headers: OutgoingHttpHeaders;
  readonly frame: Uint8Array;
  readonly readMaxBytes: number;
  readonly life: CallSignal;
}

/** The answer to a call that succeeded. */
export interface IncomingAnswer {
  readonly header: IncomingHttpHeaders;
  readonly trailer: IncomingHttpHeaders | undefined;
  readonly message: ReceivedMessage;
}

/** Either an answer, or the failure of a call of which the server surely did nothing, so that it may be made again. */
export type Outcome = { readonly answer: IncomingAnswer } | { readonly refusal: ConnectError };

const GRPC = /^application\/grpc(?:$|[+;])/i;

/** Makes one attempt of a call. Rejects with the ConnectError of its failure. */
export function exchange(connection: Connection, call: OutgoingCall): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    try {
      new ClientCall(connection, call, resolve, reject).start();
    } catch (error) {
      // Node refuses what it cannot send.
      reject(ConnectError.from(error, Code.Internal));
    }
  });
}

class ClientCall {
  readonly #connection: Connection;
  readonly #call: OutgoingCall;
  readonly #resolve: (outcome: Outcome) => void;
  readonly #reject: (error: ConnectError) => void;
  readonly #reader: FrameReader;
  readonly #stream: ClientHttp2Stream;
  #header: IncomingHttpHeaders | undefined;
  #trailer: IncomingHttpHeaders | undefined;
  #cause: unknown;
  #isSettled = false;

  constructor(
    connection: Connection,
    call: OutgoingCall,
    resolve: (outcome: Outcome) => void,
    reject: (error: ConnectError) => void,
  ) {
    this.#connection = connection;
    this.#call = call;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#reader = new FrameReader(call.readMaxBytes, Code.Internal);
    this.#stream = connection.open(call.headers);
  }

  start(): void {
    const stream = this.#stream;
    stream.on('response', (header) => this.#respond(header));
    stream.on('data', (chunk: Uint8Array) => this.#read(chunk));
    stream.on('trailers', (trailer) => {
      this.#trailer = trailer;
    });
    stream.on('end', () => this.#end());
    stream.on('error', (error) => {
      this.#cause = error;
    });
    stream.on('close', () => this.#close());
    this.#call.life.onAbort(this.#abort);
    stream.end(this.#call.frame);
  }

  #respond(header: IncomingHttpHeaders): void {
    this.#header = header;
    const status = Number(header[':status']);
    // A proxy in between answers in terms of HTTP.
    if (textOf(header, 'grpc-status') !== undefined) return;
    if (status !== 200) {
      this.#fail(new ConnectError(`HTTP ${status}`, codeFromHttpStatus(status), toHeaders(header)));
    } else if (!GRPC.test(textOf(header, 'content-type') ?? '')) {
      this.#fail(new ConnectError(`unsupported content type ${textOf(header, 'content-type')}`, Code.Unknown));
    }
  }

  #read(chunk: Uint8Array): void {
    if (this.#isSettled) return;
    try {
      this.#reader.push(chunk);
    } catch (error) {
      this.#fail(ConnectError.from(error));
    }
  }

  /** The server has said all. Without a status the reason is only known when the stream is closed. */
  #end(): void {
    const [header, trailer] = [this.#header ?? {}, this.#trailer];
    const closing = trailer ?? header;
    if (this.#isSettled || textOf(closing, 'grpc-status') === undefined) return;
    const failure = readStatus(closing, () => joined(toHeaders(trailer), toHeaders(header)));
    if (failure !== undefined) {
      this.#fail(failure);
      return;
    }
    try {
      const message = this.#reader.finish();
      if (message === undefined) {
        throw new ConnectError('protocol error: missing output message for unary method', Code.Unimplemented);
      }
      this.#settle();
      this.#resolve({ answer: { header, trailer, message } });
    } catch (error) {
      this.#fail(ConnectError.from(error));
    }
  }

  #close(): void {
    if (!this.#isSettled) {
      const failure = this.#connection.failureOf(this.#stream, this.#cause);
      if (this.#header === undefined && this.#connection.hasRefused(this.#stream)) {
        this.#settle();
        // One that could open no stream has used up its numbers.
        if (this.#stream.id === undefined) this.#connection.retire();
        this.#resolve({ refusal: failure });
      } else {
        this.#fail(failure);
      }
    }
    this.#connection.release(this.#header !== undefined);
  }

  readonly #abort = () => this.#fail(this.#call.life.error);

  /** Ends the call with an error, and the stream with it when the server is still at work. */
  #fail(error: ConnectError): void {
    if (this.#isSettled) return;
    this.#settle();
    this.#reject(error);
    if (!this.#stream.readableEnded) this.#stream.close(constants.NGHTTP2_CANCEL);
  }

  #settle(): void {
    this.#isSettled = true;
    this.#call.life.offAbort(this.#abort);
  }
}

function joined(trailer: Headers, header: Headers): Headers {
  for (const [name, value] of header) trailer.append(name, value);
  return trailer;
}
