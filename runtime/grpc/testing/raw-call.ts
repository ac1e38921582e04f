import type { ClientHttp2Session, IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http2';

/** All of an answer, as HTTP/2 brought it. */
export interface RawAnswer {
  readonly header: IncomingHttpHeaders;
  /** The trailers, or the headers of an answer that has nothing else. */
  readonly status: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly rstCode: number;
}

/** Sends bytes of a test's own making to `Echo` and gives what came back once the stream is closed. */
export function rawCall(
  session: ClientHttp2Session,
  chunks: readonly Uint8Array[],
  headers: OutgoingHttpHeaders = {},
): Promise<RawAnswer> {
  const stream = session.request({
    ':method': 'POST',
    ':path': '/unarygrpc.test.v1.TestService/Echo',
    'content-type': 'application/grpc',
    te: 'trailers',
    ...headers,
  });
  let header: IncomingHttpHeaders = {};
  let trailer: IncomingHttpHeaders | undefined;
  const body: Buffer[] = [];
  stream.on('response', (received) => {
    header = received;
  });
  stream.on('trailers', (received) => {
    trailer = received;
  });
  stream.on('data', (chunk: Buffer) => body.push(chunk));
  stream.on('error', () => {});
  for (const chunk of chunks) stream.write(chunk);
  stream.end();
  return new Promise((resolve) => {
    stream.on('close', () =>
      resolve({ header, status: trailer ?? header, body: Buffer.concat(body), rstCode: stream.rstCode ?? 0 }),
    );
  });
}

/** A frame with a prefix of a test's own making. */
export function rawFrame(message: Uint8Array, flags = 0, length = message.byteLength): Buffer {
  const prefix = Buffer.alloc(5);
  prefix[0] = flags;
  prefix.writeUInt32BE(length, 1);
  return Buffer.concat([prefix, message]);
}
