import {
  type ClientHttp2Session,
  connect,
  createServer,
  type OutgoingHttpHeaders,
  type ServerHttp2Stream,
} from 'node:http2';
import { connect as connectSocket } from 'node:net';
import { create, toBinary } from '@bufbuild/protobuf';
import { Code, ConnectError, createClient } from '@connectrpc/connect';
import { connectNodeAdapter } from '@connectrpc/connect-node';
import { expect, test } from 'vitest';
import { createUnaryGrpcTransport } from './client.ts';
import { FrameReader } from './frame.ts';
import { serveUnaryGrpc } from './server.ts';
import { readStatus } from './status.ts';
import { EchoRequestSchema, EchoResponseSchema, TestService } from './testdata/gen/test_service_pb.ts';
import { FULL_PAYLOAD, testRoutes } from './testdata/test-service.ts';
import { listen, urlOf } from './testing/peers.ts';
import { rawCall, rawFrame } from './testing/raw-call.ts';

/** Malformed input in bulk: nothing may crash, hang or stay open, whatever the other side sends. */

const COUNT = { frames: 90_000, requests: 8_000, answers: 5_000, connections: 300 } as const;

/** How many calls are made at once. */
const AT_ONCE = 100;

/** Numbers that look random and are the same in every run (mulberry32). */
function createRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

type Random = ReturnType<typeof createRandom>;

function pick<Item>(random: Random, items: readonly [Item, ...Item[]]): Item {
  return items[random(items.length)] ?? items[0];
}

function randomBytes(random: Random, lengthMax: number): Buffer {
  return Buffer.from(Array.from({ length: random(lengthMax) }, () => random(256)));
}

/** The frame with some of it changed, cut, repeated or replaced. */
function mutate(random: Random, frame: Buffer): Buffer {
  const bytes = Buffer.from(frame);
  switch (random(6)) {
    case 0:
      return bytes.subarray(0, random(bytes.length));
    case 1:
      return Buffer.concat([bytes, randomBytes(random, 40)]);
    case 2:
      return randomBytes(random, 60);
    case 3:
      bytes[random(5)] = random(256);
      return bytes;
    case 4:
      return Buffer.concat([bytes, bytes]);
    default:
      for (let change = 0; change <= random(4); change++) bytes[random(bytes.length)] = random(256);
      return bytes;
  }
}

/** The bytes in pieces of any size. */
function split(random: Random, bytes: Buffer): Buffer[] {
  const pieces: Buffer[] = [];
  for (let start = 0; start < bytes.length; ) {
    const end = random(3) === 0 ? start + 1 + random(bytes.length - start) : bytes.length;
    pieces.push(bytes.subarray(start, end));
    start = end;
  }
  return pieces;
}

async function inParallel(count: number, run: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < count) await run(next++);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

const REQUEST = rawFrame(toBinary(EchoRequestSchema, create(EchoRequestSchema, { payload: FULL_PAYLOAD })));
const ANSWER = rawFrame(toBinary(EchoResponseSchema, create(EchoResponseSchema, { payload: FULL_PAYLOAD })));

test('any bytes are a message or an error of RPC', () => {
  const random = createRandom(1);
  const codes = new Set<Code>();
  for (let run = 0; run < COUNT.frames; run++) {
    const reader = new FrameReader(1_000, Code.InvalidArgument);
    try {
      for (const piece of split(random, mutate(random, REQUEST))) reader.push(piece);
      reader.finish();
    } catch (error) {
      if (!(error instanceof ConnectError)) throw error;
      codes.add(error.code);
    }
    const status = {
      'grpc-status': String(random(20)),
      'grpc-status-details-bin': randomBytes(random, 30).toString('base64'),
    };
    readStatus({ ...status, 'grpc-message': randomBytes(random, 10).toString('latin1') }, () => new Headers());
  }
  expect(codes).toEqual(new Set([Code.InvalidArgument, Code.ResourceExhausted, Code.Unimplemented]));
});

test('a server survives any requests, answers each, and leaves nothing open', { timeout: 60_000 }, async () => {
  const server = createServer();
  const fallback = connectNodeAdapter({ routes: testRoutes, maxTimeoutMs: 60_000 });
  const service = serveUnaryGrpc(server, { routes: testRoutes, fallback, readMaxBytes: 100_000 });
  const open = trackStreams(server);
  await listen(server);
  const session = connect(urlOf(server.address()));
  const random = createRandom(2);
  const statuses = new Set<unknown>();
  await inParallel(COUNT.requests, async () => {
    const pieces = split(random, random(4) === 0 ? REQUEST : mutate(random, REQUEST));
    if (random(20) === 0) await abandon(random, session, pieces);
    else statuses.add((await rawCall(session, pieces, randomHeaders(random))).status['grpc-status']);
  });
  // With success, with malformed, too large, unknown and internal (compressed without encoding) ones, and refused by HTTP.
  expect(statuses).toEqual(new Set(['0', '3', '4', '8', '12', '13', undefined]));
  expect((await rawCall(session, [REQUEST])).status['grpc-status']).toBe('0');
  session.close();
  await service.stop();
  expect(open.size).toBe(0);
});

test('a server survives any bytes on a connection', { timeout: 60_000 }, async () => {
  const server = createServer();
  const service = serveUnaryGrpc(server, { routes: testRoutes });
  const open = trackStreams(server);
  await listen(server);
  const { port } = new URL(urlOf(server.address()));
  const random = createRandom(3);
  await inParallel(COUNT.connections, () => {
    const socket = connectSocket(Number(port), '127.0.0.1');
    socket.on('error', () => {});
    socket.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
    for (let frame = 0; frame < 10; frame++) socket.write(randomH2Frame(random));
    socket.resume();
    return new Promise<void>((resolve) => {
      socket.on('close', () => resolve());
      socket.end(randomBytes(random, 100));
    });
  });
  const session = connect(urlOf(server.address()));
  expect((await rawCall(session, [REQUEST])).status['grpc-status']).toBe('0');
  session.close();
  await service.stop(1_000);
  expect(open.size).toBe(0);
});

test('a client survives any answers', { timeout: 60_000 }, async () => {
  const server = createServer();
  const random = createRandom(4);
  let isTame = false;
  server.on('stream', (stream) => {
    stream.on('error', () => {});
    if (isTame) answer(stream, { ':status': 200, 'content-type': 'application/grpc' }, ANSWER, { 'grpc-status': '0' });
    else answer(stream, randomAnswerHeaders(random), mutate(random, ANSWER), randomTrailers(random));
    if (!isTame && random(30) === 0) stream.close(random(14));
  });
  await listen(server);
  const client = createClient(
    TestService,
    createUnaryGrpcTransport({ baseUrl: urlOf(server.address()), readMaxBytes: 100_000 }),
  );
  await inParallel(COUNT.answers, async () => {
    try {
      await client.echo({}, { timeoutMs: 20_000 });
    } catch (error) {
      if (!(error instanceof ConnectError)) throw error;
    }
  });
  isTame = true;
  expect((await client.echo({})).payload?.text).toBe(FULL_PAYLOAD.text);
  server.close();
});

/** The streams of a server that are not closed. */
function trackStreams(server: ReturnType<typeof createServer>): ReadonlySet<ServerHttp2Stream> {
  const open = new Set<ServerHttp2Stream>();
  server.on('stream', (stream) => {
    open.add(stream);
    stream.on('close', () => open.delete(stream));
  });
  return open;
}

/** A request whose caller goes away in the middle. */
function abandon(random: Random, session: ClientHttp2Session, pieces: readonly Buffer[]): Promise<void> {
  const stream = session.request({
    ':method': 'POST',
    ':path': '/unarygrpc.test.v1.TestService/Echo',
    'content-type': 'application/grpc',
  });
  stream.on('error', () => {});
  stream.resume();
  for (const piece of pieces.slice(0, random(pieces.length + 1))) stream.write(piece);
  return new Promise((resolve) => {
    stream.on('close', () => resolve());
    setImmediate(() => stream.close(random(14)));
  });
}

function randomHeaders(random: Random): OutgoingHttpHeaders {
  const headers: OutgoingHttpHeaders = {};
  const text = () => randomBytes(random, 12).toString('hex');
  if (random(5) === 0) headers['grpc-timeout'] = pick(random, ['1H', '0m', '5u', '-1S', '500H', '1', 'm', text()]);
  if (random(5) === 0) headers['grpc-encoding'] = pick(random, ['gzip', 'identity', 'br', '', text()]);
  if (random(20) === 0)
    headers['content-type'] = pick(random, ['application/grpc+json', 'application/json', 'application/grpcX', text()]);
  if (random(20) === 0)
    headers[':path'] = pick(random, [
      '/',
      '/unarygrpc.test.v1.TestService/Missing',
      '/unarygrpc.test.v1.TestService/Count',
      `/${text()}`,
    ]);
  if (random(10) === 0) headers['x-data-bin'] = randomBytes(random, 30).toString('base64');
  if (random(10) === 0) headers['x-latin'] = `ä${text()}`;
  return headers;
}

function randomAnswerHeaders(random: Random): OutgoingHttpHeaders {
  return {
    ':status': pick(random, [200, 200, 200, 200, 204, 404, 503]),
    'content-type': pick(random, ['application/grpc', 'application/grpc', 'application/grpc+proto', 'text/html', '']),
    ...(random(6) === 0 ? { 'grpc-status': String(random(30)) } : {}),
    ...(random(6) === 0 ? { 'grpc-encoding': pick(random, ['gzip', 'identity', 'br']) } : {}),
  };
}

function randomTrailers(random: Random): OutgoingHttpHeaders {
  return {
    ...(random(6) === 0 ? {} : { 'grpc-status': pick(random, ['0', '0', '5', '99', '-1', 'x', '']) }),
    ...(random(3) === 0 ? { 'grpc-message': pick(random, ['%', '%zz', '%C3', '%FF%FE', 'fine']) } : {}),
    ...(random(3) === 0 ? { 'grpc-status-details-bin': randomBytes(random, 40).toString('base64') } : {}),
  };
}

function answer(
  stream: ServerHttp2Stream,
  headers: OutgoingHttpHeaders,
  body: Buffer,
  trailers: OutgoingHttpHeaders,
): void {
  stream.respond(headers, { waitForTrailers: true });
  if (headers[':status'] === 204) return;
  stream.on('wantTrailers', () => stream.sendTrailers(trailers));
  stream.end(body);
}

/** A frame of HTTP/2 with a valid length and anything else. */
function randomH2Frame(random: Random): Buffer {
  const payload = randomBytes(random, 64);
  const head = Buffer.from([0, 0, payload.length, random(11), random(256), 0, 0, 0, random(8)]);
  return Buffer.concat([head, payload]);
}
