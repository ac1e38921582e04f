import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** The parts of a response that a load generator looks at. */
export interface PlainAnswer {
  readonly status: number;
  readonly body: Buffer;
}

const CLOSED = 'the target closed the connection';
const HEAD_END = Buffer.from('\r\n\r\n');
const CONTENT_LENGTH = /\r\ncontent-length: *(\d+)/i;
const CHUNKED = /\r\ntransfer-encoding: *chunked/i;

/**
 * One keep-alive connection that sends one request at a time. It is written by hand because the load generator takes CPU
 * time from the systems it measures: this one takes about a fifth of what `node:http` takes.
 */
export class HttpConnection {
  readonly #socket: Socket;
  #received: Buffer = Buffer.alloc(0);
  #waiting: PromiseWithResolvers<PlainAnswer> | undefined;

  /** Opens a connection to `http://host:port`. */
  static async open(url: string): Promise<HttpConnection> {
    const { hostname, port } = new URL(url);
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    await once(socket, 'connect');
    return new HttpConnection(socket);
  }

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    socket.on('error', (error) => this.#waiting?.reject(error));
    socket.on('close', () => this.#waiting?.reject(new Error(CLOSED)));
  }

  /** Sends a request, head and body, and gives its response. The previous response must have arrived. */
  exchange(request: string | Buffer): Promise<PlainAnswer> {
    if (this.#socket.destroyed) return Promise.reject(new Error(CLOSED));
    this.#waiting = Promise.withResolvers<PlainAnswer>();
    this.#socket.write(request);
    return this.#waiting.promise;
  }

  /** Closes the connection. */
  close(): void {
    this.#waiting = undefined;
    this.#socket.destroy();
  }

  #receive(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    const headEnd = this.#received.indexOf(HEAD_END);
    if (headEnd === -1) return;
    const head = this.#received.toString('latin1', 0, headEnd);
    const body = CHUNKED.test(head)
      ? readChunks(this.#received, headEnd + HEAD_END.length)
      : readLength(this.#received, headEnd + HEAD_END.length, Number(CONTENT_LENGTH.exec(head)?.[1] ?? 0));
    if (body === undefined) return;
    this.#received = Buffer.alloc(0);
    this.#waiting?.resolve({ status: Number(head.slice(9, 12)), body });
  }
}

function readLength(received: Buffer, start: number, length: number): Buffer | undefined {
  return received.length < start + length ? undefined : received.subarray(start, start + length);
}

/** The body of chunks (RFC 9112, 7.1), undefined when the last one is missing. Trailers are not expected. */
function readChunks(received: Buffer, start: number): Buffer | undefined {
  const chunks: Buffer[] = [];
  for (let at = start; ; ) {
    const lineEnd = received.indexOf('\r\n', at);
    if (lineEnd === -1) return undefined;
    const length = Number.parseInt(received.toString('latin1', at, lineEnd), 16);
    const end = lineEnd + 2 + length;
    if (received.length < end + 2) return undefined;
    if (length === 0) return Buffer.concat(chunks);
    chunks.push(received.subarray(lineEnd + 2, end));
    at = end + 2;
  }
}
