import { spawn } from 'node:child_process';
import {
  constants,
  createSecureServer,
  createServer,
  type Http2Server,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import {
  connect as connectSocket,
  createServer as createSocketServer,
  type Socket,
  type Server as SocketServer,
} from 'node:net';
import { gzipSync } from 'node:zlib';
import { create, toBinary } from '@bufbuild/protobuf';
import { Code, ConnectError, createClient } from '@connectrpc/connect';
import { afterEach, describe, expect, test } from 'vitest';
import { createUnaryGrpcTransport, type UnaryGrpcTransportOptions } from './client.ts';
import { serveUnaryGrpc } from './server.ts';
import { EchoResponseSchema, ItemSchema, TestService } from './testdata/gen/test_service_pb.ts';
import { testRoutes } from './testdata/test-service.ts';
import { listen, urlOf } from './testing/peers.ts';
import { rawFrame } from './testing/raw-call.ts';

/** The client against servers that do what no good server does. */

type Answer = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => void;

const MESSAGE = toBinary(EchoResponseSchema, create(EchoResponseSchema, { payload: { text: 'hello' } }));
const HEADERS = { ':status': 200, 'content-type': 'application/grpc' };

const sockets = new Set<Socket>();
const socketServers: SocketServer[] = [];
const servers: { server: Http2Server; sessions: Set<ServerHttp2Session> }[] = [];
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  for (const server of socketServers.splice(0)) server.close();
  for (const { server, sessions } of servers.splice(0)) {
    for (const session of sessions) session.destroy();
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
    });
  }
});

async function start(answer: Answer, options: Partial<UnaryGrpcTransportOptions> = {}) {
  const server = createServer();
  const sessions = new Set<ServerHttp2Session>();
  server.on('session', (session) => {
    sessions.add(session);
    session.on('error', () => {});
  });
  server.on('stream', (stream, headers) => {
    stream.on('error', () => {});
    answer(stream, headers);
  });
  servers.push({ server, sessions });
  await listen(server);
  const baseUrl = urlOf(server.address());
  const client = createClient(TestService, createUnaryGrpcTransport({ baseUrl, ...options }));
  return { client, sessions, baseUrl };
}

/** Starts a server that speaks what the test makes it speak. */
async function startRaw(onConnection: (socket: Socket) => void): Promise<string> {
  const server = createSocketServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.resume();
    onConnection(socket);
  });
  socketServers.push(server);
  await listen(server);
  return urlOf(server.address());
}

/** An empty SETTINGS frame. */
const SETTINGS = Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]);

function goaway(code: number, lastStreamId: number): Buffer {
  const frame = Buffer.from([0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  frame.writeUInt32BE(lastStreamId, 9);
  frame.writeUInt32BE(code, 13);
  return frame;
}

/** Answers with bytes of the test's own making. */
function answerWith(body: Uint8Array, trailers: OutgoingHttpHeaders, headers: OutgoingHttpHeaders = {}): Answer {
  return (stream) => {
    stream.respond({ ...HEADERS, ...headers }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers(trailers));
    stream.end(body);
  };
}

const succeed = answerWith(rawFrame(MESSAGE), { 'grpc-status': '0' });

async function failureOf(call: Promise<unknown>): Promise<ConnectError> {
  const error: unknown = await call.then(
    () => new Error('the call succeeded'),
    (reason: unknown) => reason,
  );
  if (error instanceof ConnectError) return error;
  throw error;
}

describe('an answer', () => {
  test.each<[string, Code, Answer]>([
    [
      'of headers only, with a status',
      Code.NotFound,
      (s) => s.respond({ ...HEADERS, 'grpc-status': '5' }, { endStream: true }),
    ],
    ['of a status that nobody knows', Code.Unknown, answerWith(Buffer.alloc(0), { 'grpc-status': '99' })],
    ['of a status that is no number', Code.Unknown, answerWith(Buffer.alloc(0), { 'grpc-status': 'x' })],
    ['without a status', Code.Unknown, answerWith(rawFrame(MESSAGE), { other: '1' })],
    [
      'without trailers',
      Code.Unknown,
      (s) => {
        s.respond(HEADERS);
        s.end(rawFrame(MESSAGE));
      },
    ],
    ['without a message', Code.Unimplemented, answerWith(Buffer.alloc(0), { 'grpc-status': '0' })],
    [
      'with two messages',
      Code.Unimplemented,
      answerWith(Buffer.concat([rawFrame(MESSAGE), rawFrame(MESSAGE)]), { 'grpc-status': '0' }),
    ],
    ['that ends too early', Code.Internal, answerWith(rawFrame(MESSAGE).subarray(0, -1), { 'grpc-status': '0' })],
    ['with unknown flags', Code.Internal, answerWith(rawFrame(MESSAGE, 2), { 'grpc-status': '0' })],
    ['that is no protobuf', Code.Internal, answerWith(rawFrame(Uint8Array.of(255, 255)), { 'grpc-status': '0' })],
    [
      'in an unknown encoding',
      Code.Internal,
      answerWith(rawFrame(MESSAGE, 1), { 'grpc-status': '0' }, { 'grpc-encoding': 'br' }),
    ],
    ['over the limit', Code.ResourceExhausted, answerWith(rawFrame(MESSAGE, 0, 1e9), { 'grpc-status': '0' })],
    [
      'that grows over the limit',
      Code.ResourceExhausted,
      answerWith(rawFrame(gzipSync(new Uint8Array(5e6)), 1), { 'grpc-status': '0' }, { 'grpc-encoding': 'gzip' }),
    ],
    [
      'of another content type',
      Code.Unknown,
      (s) => {
        s.respond({ ':status': 200, 'content-type': 'text/html' });
        s.end('<html>');
      },
    ],
    ['of HTTP 400', Code.Internal, (s) => s.respond({ ':status': 400 }, { endStream: true })],
    ['of HTTP 401', Code.Unauthenticated, (s) => s.respond({ ':status': 401 }, { endStream: true })],
    ['of HTTP 403', Code.PermissionDenied, (s) => s.respond({ ':status': 403 }, { endStream: true })],
    ['of HTTP 404', Code.Unimplemented, (s) => s.respond({ ':status': 404 }, { endStream: true })],
    ['of HTTP 429', Code.Unavailable, (s) => s.respond({ ':status': 429 }, { endStream: true })],
    [
      'of HTTP 503',
      Code.Unavailable,
      (s) => {
        s.respond({ ':status': 503 });
        s.end('try later');
      },
    ],
    ['of HTTP 500', Code.Unknown, (s) => s.respond({ ':status': 500 }, { endStream: true })],
  ])('%s fails with %i', async (_, code, answer) => {
    const { client } = await start(answer);
    expect((await failureOf(client.echo({}))).code).toBe(code);
  });

  test('may be compressed, whether that was asked for or not', async () => {
    const { client } = await start(
      answerWith(rawFrame(gzipSync(MESSAGE), 1), { 'grpc-status': '0' }, { 'grpc-encoding': 'gzip' }),
    );
    expect((await client.echo({})).payload?.text).toBe('hello');
  });

  test('keeps its status when message and details are garbage', async () => {
    const garbage = { 'grpc-status': '5', 'grpc-message': '%zz%', 'grpc-status-details-bin': '!!!!' };
    const { client } = await start(answerWith(Buffer.alloc(0), garbage));
    const failure = await failureOf(client.echo({}));
    expect([failure.code, failure.rawMessage, failure.findDetails(ItemSchema)]).toEqual([Code.NotFound, '%zz%', []]);
  });
});

describe('a stream that is reset', () => {
  test.each([
    ['NO_ERROR', constants.NGHTTP2_NO_ERROR, Code.Unknown],
    ['PROTOCOL_ERROR', constants.NGHTTP2_PROTOCOL_ERROR, Code.Internal],
    ['INTERNAL_ERROR', constants.NGHTTP2_INTERNAL_ERROR, Code.Internal],
    ['REFUSED_STREAM', constants.NGHTTP2_REFUSED_STREAM, Code.Unavailable],
    ['CANCEL', constants.NGHTTP2_CANCEL, Code.Canceled],
    ['ENHANCE_YOUR_CALM', constants.NGHTTP2_ENHANCE_YOUR_CALM, Code.ResourceExhausted],
    ['INADEQUATE_SECURITY', constants.NGHTTP2_INADEQUATE_SECURITY, Code.PermissionDenied],
  ])('with %s fails as gRPC defines it', async (_, rstCode, code) => {
    const { client } = await start((stream) => stream.close(rstCode));
    expect((await failureOf(client.echo({}))).code).toBe(code);
  });

  test('untouched is called again', async () => {
    let calls = 0;
    const { client } = await start((stream, headers) => {
      if (calls++ === 0) stream.close(constants.NGHTTP2_REFUSED_STREAM);
      else succeed(stream, headers);
    });
    expect((await client.echo({})).payload?.text).toBe('hello');
    expect(calls).toBe(2);
  });
});

describe('a connection', () => {
  test('that cannot be opened is unavailable', async () => {
    const client = createClient(TestService, createUnaryGrpcTransport({ baseUrl: 'http://127.0.0.1:1' }));
    const failures = await Promise.all([1, 2, 3].map(() => failureOf(client.echo({}))));
    expect(failures.map(({ code }) => code)).toEqual([Code.Unavailable, Code.Unavailable, Code.Unavailable]);
  });

  test('that is lost makes its calls unavailable, not cancelled, and the next call opens another', async () => {
    let calls = 0;
    const { client, sessions } = await start((stream, headers) => {
      if (++calls === 3) for (const session of sessions) session.socket.destroy();
      else if (calls > 3) succeed(stream, headers);
    });
    const failures = await Promise.all([1, 2, 3].map(() => failureOf(client.echo({}))));
    expect(failures.map(({ code }) => code)).toEqual([Code.Unavailable, Code.Unavailable, Code.Unavailable]);
    expect((await client.echo({})).payload?.text).toBe('hello');
  });

  test('that the server leaves in peace finishes its calls and is followed by another', async () => {
    const { client, sessions } = await start((stream, headers) => {
      if (sessions.size === 1) stream.session?.close();
      succeed(stream, headers);
    });
    expect((await client.echo({})).payload?.text).toBe('hello');
    expect((await client.echo({})).payload?.text).toBe('hello');
    expect(sessions.size).toBe(2);
  });

  test.each([
    ['in peace', constants.NGHTTP2_NO_ERROR],
    ['in anger', constants.NGHTTP2_ENHANCE_YOUR_CALM],
  ])('left by the server %s repeats the calls that it did not touch', async (_, goawayCode) => {
    const { baseUrl: good } = await start(succeed);
    let connections = 0;
    const baseUrl = await startRaw((socket) => {
      if (++connections === 1) {
        // Node's own server cannot say that it touched no stream at all.
        socket.once('data', () => socket.write(Buffer.concat([SETTINGS, goaway(goawayCode, 0)])));
      } else {
        const onward = connectSocket(Number(new URL(good).port), '127.0.0.1');
        socket.pipe(onward).pipe(socket);
        onward.on('error', () => socket.destroy());
      }
    });
    const client = createClient(TestService, createUnaryGrpcTransport({ baseUrl }));
    const answers = await Promise.all([1, 2, 3].map(() => client.echo({})));
    expect(answers.map(({ payload }) => payload?.text)).toEqual(['hello', 'hello', 'hello']);
    expect(connections).toBe(2);
  });

  test('left in anger fails the calls that the server may have touched', async () => {
    const { client } = await start((stream) => stream.session?.goaway(constants.NGHTTP2_ENHANCE_YOUR_CALM, stream.id));
    expect((await failureOf(client.echo({}))).code).toBe(Code.Unavailable);
  });

  test('that is silent while calls wait is given up', async () => {
    const baseUrl = await startRaw(() => {});
    const transport = createUnaryGrpcTransport({ baseUrl, pingIntervalMs: 20, pingTimeoutMs: 20 });
    expect((await failureOf(createClient(TestService, transport).echo({}))).code).toBe(Code.Unavailable);
  });

  test('that answers pings is kept, however long a call takes', async () => {
    const { client } = await start(
      (stream, headers) => {
        setTimeout(() => succeed(stream, headers), 150);
      },
      { pingIntervalMs: 10, pingTimeoutMs: 5_000 },
    );
    expect((await client.echo({})).payload?.text).toBe('hello');
  });

  test('without calls is closed after a while', async () => {
    const { client, sessions } = await start(succeed, { idleMs: 10 });
    await client.echo({});
    const [session] = sessions;
    await new Promise<void>((resolve) => session?.once('close', resolve));
    expect((await client.echo({})).payload?.text).toBe('hello');
  });

  test('serves more calls at once than the server takes at once', async () => {
    let [open, openMax] = [0, 0];
    const server = createServer({ settings: { maxConcurrentStreams: 5 } });
    const sessions = new Set<ServerHttp2Session>();
    server.on('session', (session) => sessions.add(session));
    server.on('stream', (stream, headers) => {
      openMax = Math.max(openMax, ++open);
      setImmediate(() => {
        open--;
        succeed(stream, headers);
      });
    });
    servers.push({ server, sessions });
    await listen(server);
    const client = createClient(TestService, createUnaryGrpcTransport({ baseUrl: urlOf(server.address()) }));
    await client.echo({});
    await Promise.all(Array.from({ length: 100 }, () => client.echo({})));
    expect([openMax <= 5, sessions.size]).toEqual([true, 1]);
  });

  test('does not keep a process that has nothing else to do', async () => {
    const { baseUrl } = await start(succeed);
    const script = `
      import { createClient } from '@connectrpc/connect';
      import { createUnaryGrpcTransport } from '${new URL('./client.ts', import.meta.url)}';
      import { TestService } from '${new URL('./testdata/gen/test_service_pb.ts', import.meta.url)}';
      const client = createClient(TestService, createUnaryGrpcTransport({ baseUrl: '${baseUrl}' }));
      const { payload } = await client.echo({});
      process.stdout.write(payload.text);`;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', script], { cwd: import.meta.dirname });
    let output = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
    });
    const exitCode = await new Promise((resolve) => child.once('exit', resolve));
    expect([output, exitCode]).toEqual(['hello', 0]);
  });
});

test('TLS is a matter of options', async () => {
  // A key that both sides share serves as well as a certificate, and never expires.
  const psk = Buffer.alloc(32, 7);
  const tls = { ciphers: 'PSK', maxVersion: 'TLSv1.2' } as const;
  const server = createSecureServer({ ...tls, pskCallback: () => psk });
  const service = serveUnaryGrpc(server, { routes: testRoutes });
  await listen(server);
  const transport = createUnaryGrpcTransport({
    baseUrl: urlOf(server.address()).replace('http:', 'https:'),
    nodeOptions: { ...tls, pskCallback: () => ({ psk, identity: 'test' }), checkServerIdentity: () => undefined },
  });
  const { payload } = await createClient(TestService, transport).echo({ payload: { text: 'secret' } });
  expect(payload?.text).toBe('secret');
  await service.stop();
});

test('a stream is refused', async () => {
  const { client } = await start(succeed);
  const counting = client.count({ count: 1 })[Symbol.asyncIterator]().next();
  expect((await failureOf(counting)).code).toBe(Code.Unimplemented);
});

test('a path in the base URL stands before that of the method', async () => {
  const paths: (string | undefined)[] = [];
  const { baseUrl } = await start((stream, headers) => {
    paths.push(headers[':path']);
    succeed(stream, headers);
  });
  await createClient(TestService, createUnaryGrpcTransport({ baseUrl: `${baseUrl}/api/` })).echo({});
  expect(paths).toEqual(['/api/unarygrpc.test.v1.TestService/Echo']);
});
