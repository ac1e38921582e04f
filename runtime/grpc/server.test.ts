import { once } from 'node:events';
import { type ClientHttp2Session, connect, constants, createServer, type Http2Server } from 'node:http2';
import { type AddressInfo, connect as connectSocket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { Code, ConnectError, type ConnectRouter, createClient } from '@connectrpc/connect';
import { connectNodeAdapter, createConnectTransport, createGrpcWebTransport } from '@connectrpc/connect-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createUnaryGrpcTransport } from './client.ts';
import { createDirectTransport } from './direct.ts';
import { serveUnaryGrpc, type UnaryGrpcService } from './server.ts';
import { EchoRequestSchema, EchoResponseSchema, ItemSchema, TestService } from './testdata/gen/test_service_pb.ts';
import { cancelledCalls, testRoutes } from './testdata/test-service.ts';
import { listen, urlOf } from './testing/peers.ts';
import { rawCall, rawFrame } from './testing/raw-call.ts';

const LIMITS = { readMaxBytes: 10_000, maxTimeoutMs: 30_000 };
const REQUEST = toBinary(EchoRequestSchema, create(EchoRequestSchema, { payload: { text: 'hello' } }));
const FRAME = rawFrame(REQUEST);

let server: Http2Server;
let service: UnaryGrpcService;
let session: ClientHttp2Session;
let baseUrl: string;

beforeAll(async () => {
  server = createServer();
  service = serveUnaryGrpc(server, {
    routes: testRoutes,
    fallback: connectNodeAdapter({ routes: testRoutes }),
    ...LIMITS,
  });
  await listen(server);
  baseUrl = urlOf(server.address());
  session = connect(baseUrl);
});

afterAll(async () => {
  session.close();
  await service.stop(1_000);
});

async function codeOf(chunks: readonly Uint8Array[], headers: Record<string, string> = {}): Promise<Code> {
  return Number((await rawCall(session, chunks, headers)).status['grpc-status']);
}

function hang(): Buffer {
  return rawFrame(toBinary(EchoRequestSchema, create(EchoRequestSchema, { orders: { hang: true } })));
}

describe('a request', () => {
  test('may come in pieces of any size', async () => {
    const bytes = [...FRAME].map((byte) => Uint8Array.of(byte));
    const { body, status } = await rawCall(session, bytes);
    expect(status['grpc-status']).toBe('0');
    expect(fromBinary(EchoResponseSchema, body.subarray(5)).payload?.text).toBe('hello');
  });

  test.each<[string, Code, readonly Uint8Array[], Record<string, string>?]>([
    ['without a message', Code.Unimplemented, []],
    ['with two messages', Code.Unimplemented, [FRAME, FRAME]],
    ['with two messages in one piece', Code.Unimplemented, [Buffer.concat([FRAME, FRAME])]],
    ['that ends in the prefix', Code.InvalidArgument, [FRAME.subarray(0, 3)]],
    ['that ends before its length', Code.InvalidArgument, [FRAME.subarray(0, -1)]],
    ['with unknown flags', Code.InvalidArgument, [rawFrame(REQUEST, 0x80)]],
    ['that is no protobuf', Code.InvalidArgument, [rawFrame(Uint8Array.of(255, 255, 255))]],
    ['with text that is no UTF-8', Code.InvalidArgument, [rawFrame(Uint8Array.of(10, 3, 10, 1, 0xff))]],
    ['that promises more than the limit', Code.ResourceExhausted, [rawFrame(REQUEST, 0, 0xffff_ffff)]],
    ['that is compressed without saying how', Code.Internal, [rawFrame(gzipSync(REQUEST), 1)]],
    ['that is compressed but said not to be', Code.Internal, [rawFrame(REQUEST, 1)], { 'grpc-encoding': 'identity' }],
    ['that is no gzip', Code.InvalidArgument, [rawFrame(REQUEST, 1)], { 'grpc-encoding': 'gzip' }],
    [
      'that grows beyond the limit',
      Code.ResourceExhausted,
      [rawFrame(gzipSync(new Uint8Array(1e6)), 1)],
      { 'grpc-encoding': 'gzip' },
    ],
    ['with gzip', 0 as Code, [rawFrame(gzipSync(REQUEST), 1)], { 'grpc-encoding': 'gzip' }], // success is no Code
    ['that could be compressed but is not', 0 as Code, [FRAME], { 'grpc-encoding': 'gzip' }], // same
    ['with a deadline in no known unit', Code.InvalidArgument, [FRAME], { 'grpc-timeout': '1d' }],
    ['with a deadline of nine digits', Code.InvalidArgument, [FRAME], { 'grpc-timeout': '123456789n' }],
    ['with a negative deadline', Code.InvalidArgument, [FRAME], { 'grpc-timeout': '-1m' }],
    ['with a deadline over the limit', Code.InvalidArgument, [FRAME], { 'grpc-timeout': '31S' }],
    ['with a deadline of hours over the limit', Code.InvalidArgument, [FRAME], { 'grpc-timeout': '99999999H' }],
    ['with no time left in hours', Code.DeadlineExceeded, [hang()], { 'grpc-timeout': '0H' }],
    ['with no time left in minutes', Code.DeadlineExceeded, [hang()], { 'grpc-timeout': '0M' }],
    ['with no time left', Code.DeadlineExceeded, [hang()], { 'grpc-timeout': '0n' }],
  ])('%s ends with %i', async (_, code, chunks, headers) => {
    expect(await codeOf(chunks, headers)).toBe(code);
  });

  test.each([
    ['30S', 30_000],
    ['20000m', 20_000],
    ['25000000u', 25_000],
    ['99999999n', 100],
  ])('with a deadline of %s has so much time', async (timeout, expectedMs) => {
    const { body } = await rawCall(session, [FRAME], { 'grpc-timeout': timeout });
    const { timeoutMs = 0 } = fromBinary(EchoResponseSchema, body.subarray(5));
    expect(timeoutMs).toBeLessThanOrEqual(expectedMs);
    expect(timeoutMs).toBeGreaterThan(expectedMs - 5_000);
  });

  test('in an unknown encoding is told the known ones', async () => {
    const { status } = await rawCall(session, [rawFrame(REQUEST, 1)], { 'grpc-encoding': 'br' });
    expect(status).toMatchObject({ 'grpc-status': '12', 'grpc-accept-encoding': 'identity,gzip' });
  });

  test('is answered by its deadline even when it never ends', async () => {
    const stream = session.request({
      ':method': 'POST',
      ':path': '/unarygrpc.test.v1.TestService/Echo',
      'content-type': 'application/grpc',
      'grpc-timeout': '50m',
    });
    const status = await new Promise((resolve) => {
      stream.on('response', (headers) => resolve(headers['grpc-status']));
    });
    expect(status).toBe(String(Code.DeadlineExceeded));
    // The server ends the stream: nobody reads the rest of the request.
    await once(stream, 'close');
    expect(stream.rstCode).toBe(constants.NGHTTP2_NO_ERROR);
  });
});

test('a peer that breaks the protocol loses its connection, and nobody else does', async () => {
  const { port } = server.address() as AddressInfo; // it listens on TCP
  const peer = connectSocket(port, '127.0.0.1');
  peer.resume().write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nno frame at all, not even a frame of settings');
  await once(peer, 'close');
  expect(await codeOf([FRAME])).toBe(0);
});

describe('an answer', () => {
  test('of a failure stays within what peers accept, however long its text', async () => {
    const orders = { code: Code.Aborted, message: 'ä'.repeat(100_000), details: [{ name: 'x'.repeat(100_000) }] };
    const bytes = toBinary(EchoRequestSchema, create(EchoRequestSchema, { orders }));
    const roomy = createServer();
    const other = serveUnaryGrpc(roomy, { routes: testRoutes });
    await listen(roomy);
    const client = connect(urlOf(roomy.address()));
    const { status } = await rawCall(client, [rawFrame(bytes)]);
    expect(status['grpc-status']).toBe(String(Code.Aborted));
    client.close();
    await other.stop();
  });

  test('of a failure leaves out a detail that cannot be encoded, over the network and in the process', async () => {
    const details = [
      { desc: ItemSchema, value: { total: 'many' as unknown as bigint } }, // which a caller without types may well give
      { desc: ItemSchema, value: { name: 'kept' } },
    ];
    const routes = (router: ConnectRouter) =>
      router.service(TestService, {
        echo() {
          throw new ConnectError('told', Code.NotFound, undefined, details);
        },
      });
    const http = createServer();
    const other = serveUnaryGrpc(http, { routes });
    await listen(http);
    const network = createUnaryGrpcTransport({ baseUrl: urlOf(http.address()) });
    for (const transport of [network, createDirectTransport(routes)]) {
      const failure = await createClient(TestService, transport)
        .echo({}, { timeoutMs: 1_000 })
        .catch(ConnectError.from);
      expect(failure).toMatchObject({ code: Code.NotFound, rawMessage: 'told' });
      expect((failure as ConnectError).findDetails(ItemSchema)).toEqual([create(ItemSchema, { name: 'kept' })]);
    }
    await other.stop();
  });

  test('leaves out metadata that would break it', async () => {
    const orders = {
      header: { connection: 'close', 'grpc-status': '5', 'x-control': 'a\u0001b' },
      trailer: { te: 'x' },
    };
    const bytes = toBinary(EchoRequestSchema, create(EchoRequestSchema, { orders }));
    const { header, status } = await rawCall(session, [rawFrame(bytes)]);
    expect(status).toMatchObject({ 'grpc-status': '0' });
    expect(Object.keys(header)).not.toContain('x-control');
  });
});

describe('what is no unary gRPC', () => {
  test.each([
    ['Connect', () => createConnectTransport({ baseUrl, httpVersion: '2', idleConnectionTimeoutMs: 10 })],
    ['gRPC-web', () => createGrpcWebTransport({ baseUrl, httpVersion: '2', idleConnectionTimeoutMs: 10 })],
  ])('%s takes the fallback', async (_, transport) => {
    const client = createClient(TestService, transport());
    expect((await client.echo({ payload: { text: 'hello' } })).payload?.text).toBe('hello');
    const numbers: number[] = [];
    for await (const { number } of client.count({ count: 3 })) numbers.push(number);
    expect(numbers).toEqual([1, 2, 3]);
  });

  test.each([
    [
      'gRPC is unimplemented',
      { 'content-type': 'application/grpc', ':path': '/a.B/C' },
      { ':status': 200, 'grpc-status': '12' },
    ],
    ['anything else is unsupported', { 'content-type': 'text/plain' }, { ':status': 415 }],
    ['another verb is unsupported', { ':method': 'GET' }, { ':status': 200, 'grpc-status': '12' }],
  ])('without a fallback, %s', async (_, headers, expected) => {
    const lone = createServer();
    const other = serveUnaryGrpc(lone, { routes: testRoutes });
    await listen(lone);
    const client = connect(urlOf(lone.address()));
    expect((await rawCall(client, [], headers)).header).toMatchObject(expected);
    client.close();
    await other.stop();
  });

  test('a server with a request listener is refused at once', () => {
    expect(() =>
      serveUnaryGrpc(
        createServer(() => {}),
        { routes: testRoutes },
      ),
    ).toThrow('request listener');
  });
});

describe('a caller who goes', () => {
  test('cancels its call by resetting the stream', async () => {
    const [begun, cancelled] = [cancelledCalls.begun(), cancelledCalls.next()];
    const stream = session.request({
      ':method': 'POST',
      ':path': '/unarygrpc.test.v1.TestService/Echo',
      'content-type': 'application/grpc',
    });
    stream.end(hang());
    await begun;
    stream.close(8);
    await cancelled;
  });

  test('cancels all its calls by going without a word', async () => {
    const other = connect(baseUrl);
    other.on('error', () => {});
    const calls = [1, 2, 3].map(() => [cancelledCalls.begun(), cancelledCalls.next()] as const);
    for (const _ of calls) {
      const stream = other.request({
        ':method': 'POST',
        ':path': '/unarygrpc.test.v1.TestService/Echo',
        'content-type': 'application/grpc',
      });
      stream.on('error', () => {});
      stream.end(hang());
    }
    await Promise.all(calls.map(([begun]) => begun));
    other.socket.destroy();
    await Promise.all(calls.map(([, cancelled]) => cancelled));
  });
});

describe('stopping', () => {
  async function startOne(impl: (signal: AbortSignal) => Promise<object>) {
    const http = createServer();
    const stopping = serveUnaryGrpc(http, {
      routes: (router) => router.service(TestService, { echo: (_, { signal }) => impl(signal) }),
    });
    await listen(http);
    const transport = createUnaryGrpcTransport({ baseUrl: urlOf(http.address()) });
    return { stopping, client: createClient(TestService, transport) };
  }

  test('lets calls in flight finish and takes no more', async () => {
    const begun = Promise.withResolvers<void>();
    const finish = Promise.withResolvers<object>();
    const { stopping, client } = await startOne(() => {
      begun.resolve();
      return finish.promise;
    });
    const call = client.echo({});
    await begun.promise;
    const stopped = stopping.stop();
    await expect(client.echo({})).rejects.toMatchObject({ code: Code.Unavailable });
    finish.resolve({ payload: { text: 'late' } });
    expect((await call).payload?.text).toBe('late');
    await stopped;
  });

  test('cuts what does not finish in time', async () => {
    const begun = Promise.withResolvers<void>();
    const { stopping, client } = await startOne(() => {
      begun.resolve();
      return new Promise(() => {});
    });
    const call = client.echo({});
    await begun.promise;
    const failed = expect(call).rejects.toMatchObject({ code: Code.Unavailable });
    await stopping.stop(20);
    await failed;
  });

  test('waits for a method whose caller has gone', async () => {
    const begun = Promise.withResolvers<void>();
    const finish = Promise.withResolvers<object>();
    const { stopping, client } = await startOne(() => {
      begun.resolve();
      return finish.promise;
    });
    const abort = new AbortController();
    const call = client.echo({}, { signal: abort.signal });
    await begun.promise;
    abort.abort();
    await expect(call).rejects.toMatchObject({ code: Code.Canceled });
    let isStopped = false;
    const stopped = stopping.stop().then(() => {
      isStopped = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(isStopped).toBe(false);
    finish.resolve({});
    await stopped;
  });
});
