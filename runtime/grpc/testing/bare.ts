import { type ClientHttp2Session, connect, createServer, type Http2Server } from 'node:http2';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import {
  type EchoRequest,
  EchoRequestSchema,
  type EchoResponse,
  EchoResponseSchema,
} from '../testdata/gen/test_service_pb.ts';

/** The least that an echo over HTTP/2 with gRPC framing costs: no limits, no errors, no deadline. */
export function createBareServer(): Http2Server {
  const server = createServer();
  server.on('stream', (stream) => {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => {
      const { payload } = fromBinary(EchoRequestSchema, unframe(chunks));
      const response = create(EchoResponseSchema, payload === undefined ? {} : { payload });
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
      stream.end(frame(toBinary(EchoResponseSchema, response)));
    });
  });
  return server;
}

/** A caller of {@link createBareServer} that sends the given headers. */
export function createBareCaller(
  baseUrl: string,
  headers: Readonly<Record<string, string>>,
): {
  readonly session: ClientHttp2Session;
  call(request: EchoRequest): Promise<EchoResponse>;
} {
  const session = connect(baseUrl);
  return {
    session,
    call: (request) =>
      new Promise((resolve, reject) => {
        const stream = session.request({
          ':method': 'POST',
          ':path': '/unarygrpc.test.v1.TestService/Echo',
          'content-type': 'application/grpc',
          te: 'trailers',
          ...headers,
        });
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('error', reject);
        stream.on('end', () => resolve(fromBinary(EchoResponseSchema, unframe(chunks))));
        stream.end(frame(toBinary(EchoRequestSchema, request)));
      }),
  };
}

function frame(message: Uint8Array): Buffer {
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(message.byteLength, 1);
  return Buffer.concat([prefix, message]);
}

function unframe(chunks: readonly Buffer[]): Uint8Array {
  const [only] = chunks;
  return (chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks)).subarray(5);
}
