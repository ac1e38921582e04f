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

/** An answer, or the failure of a call for which the server certainly did nothing, so that it may be made again. */
export type Outcome = { readonly answer: IncomingAnswer } | { readonly refusal: ConnectError };

const GRPC = /^application\/grpc(?:$|[+;])/i;

/** Makes one attempt of a call. Rejects with the ConnectError of its failure. */
export function exchange(connection: Connection, call: OutgoingCall): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    try {
      const reader = new FrameReader(call.readMaxBytes, Code.Internal);
      new ClientCall(connection, call.headers, { life: call.life, reader, resolve, reject }).start(call.frame);
    } catch (error) {
      // Node refuses what it cannot send.
      reject(ConnectError.from(error, Code.Internal));
    }
  });
}

/** A call that waits for its end. */
interface PendingCall {
  readonly life: CallSignal;
  readonly reader: FrameReader;
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (error: ConnectError) => void;
}

class ClientCall {
  readonly #connection: Connection;
  readonly #stream: ClientHttp2Stream;
  /**
   * Undefined once the call is settled. Node keeps every stream, and so this object, until the next full garbage
   * collection. Whatever the call refers to, such as an outer request that waits for the answer, would be kept
   * as long.
   */
  #pending: PendingCall | undefined;
  #header: IncomingHttpHeaders | undefined;
  #trailer: IncomingHttpHeaders | undefined;
  #cause: unknown;

  constructor(connection: Connection, headers: OutgoingHttpHeaders, pending: PendingCall) {
    this.#connection = connection;
    this.#pending = pending;
    this.#stream = connection.open(headers);
  }

  start(frame: Uint8Array): void {
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
    this.#pending?.life.onAbort(this.#abort);
    stream.end(frame);
  }

  #respond(header: IncomingHttpHeaders): void {
    this.#header = header;
    const status = Number(header[':status']);
    // A proxy in between answers with an HTTP status.
    if (textOf(header, 'grpc-status') !== undefined) return;
    if (status !== 200) {
      this.#fail(new ConnectError(`HTTP ${status}`, codeFromHttpStatus(status), toHeaders(header)));
    } else if (!GRPC.test(textOf(header, 'content-type') ?? '')) {
      this.#fail(new ConnectError(`unsupported content type ${textOf(header, 'content-type')}`, Code.Unknown));
    }
  }

  #read(chunk: Uint8Array): void {
    try {
      this.#pending?.reader.push(chunk);
    } catch (error) {
      this.#fail(ConnectError.from(error));
    }
  }

  /** The server has sent everything. Without a status, the reason is only known when the stream is closed. */
  #end(): void {
    const [header, trailer] = [this.#header ?? {}, this.#trailer];
    const closing = trailer ?? header;
    if (this.#pending === undefined || textOf(closing, 'grpc-status') === undefined) return;
    const failure = readStatus(closing, () => joined(toHeaders(trailer), toHeaders(header)));
    if (failure !== undefined) {
      this.#fail(failure);
      return;
    }
    try {
      const message = this.#pending.reader.finish();
      if (message === undefined) {
        throw new ConnectError('protocol error: missing output message for unary method', Code.Unimplemented);
      }
      this.#settle()?.resolve({ answer: { header, trailer, message } });
    } catch (error) {
      this.#fail(ConnectError.from(error));
    }
  }

  #close(): void {
    if (this.#pending !== undefined) {
      const failure = this.#connection.failureOf(this.#stream, this.#cause);
      if (this.#header === undefined && this.#connection.hasRefused(this.#stream)) {
        // A connection that could not open a stream has used up its stream ids.
        if (this.#stream.id === undefined) this.#connection.retire();
        this.#settle()?.resolve({ refusal: failure });
      } else {
        this.#fail(failure);
      }
    }
    this.#connection.release(this.#header !== undefined);
  }

  readonly #abort = () => {
    if (this.#pending !== undefined) this.#fail(this.#pending.life.error);
  };

  /** Ends the call with an error, and the stream with it when the server is still at work. */
  #fail(error: ConnectError): void {
    if (this.#pending === undefined) return;
    this.#settle()?.reject(error);
    if (!this.#stream.readableEnded) this.#stream.close(constants.NGHTTP2_CANCEL);
  }

  #settle(): PendingCall | undefined {
    const pending = this.#pending;
    this.#pending = undefined;
    pending?.life.offAbort(this.#abort);
    return pending;
  }
}

function joined(trailer: Headers, header: Headers): Headers {
  for (const [name, value] of header) trailer.append(name, value);
  return trailer;
}
