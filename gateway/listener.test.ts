import { once } from 'node:events';
import { Agent, get, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, test } from 'vitest';
import { type Listener, type ListenerTimeouts, listen, type RequestListener } from './listener.ts';

const FAST: ListenerTimeouts = { firstBytesMs: 50, headersMs: 50, requestMs: 100, idleMs: 60_000 };
const HTTP2_PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';
const EMPTY_SETTINGS = Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]);

const hello: RequestListener = (request, response) => {
  response.setHeader('content-type', 'text/plain');
  response.end(`${request.httpVersion} ${request.url}`);
};

/** A listener that leaves each request open until the test answers it. */
function holding() {
  const held: Parameters<RequestListener>[] = [];
  const { promise: begun, resolve } = Promise.withResolvers<void>();
  const listener: RequestListener = (request, response) => {
    held.push([request, response]);
    resolve();
  };
  return { listener, begun, answer: () => held.map(([request, response]) => hello(request, response)) };
}

/** A listener with an answer that no buffer of the system holds; `left` tells whether it was written to its end. */
async function openLarge() {
  const { promise: left, resolve } = Promise.withResolvers<'finished' | 'unfinished'>();
  const opened = await open(
    (_, response) => {
      response.once('close', () => resolve(response.writableFinished ? 'finished' : 'unfinished'));
      response.end(Buffer.alloc(64 * 1024 * 1024));
    },
    { ...FAST, idleMs: 200 },
  );
  return { ...opened, left };
}

const listeners: Listener[] = [];

afterEach(async () => {
  await Promise.all(listeners.splice(0).map((listener) => listener.stop(0)));
});

async function open(listener: RequestListener, timeouts?: ListenerTimeouts): Promise<Listener & { port: number }> {
  const opened = await listen(listener, '127.0.0.1', 0, timeouts);
  listeners.push(opened);
  return { ...opened, port: Number(new URL(opened.url).port) };
}

async function connected(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1').setNoDelay(true);
  await once(socket, 'connect');
  return socket;
}

async function over2(url: string, path = '/'): Promise<string> {
  const session = connectHttp2(url);
  const body = await text(session.request({ ':path': path }));
  session.close();
  return body;
}

async function over1(url: string, agent: Agent | false = false): Promise<{ response: IncomingMessage; body: string }> {
  const [response] = (await once(get(url, { agent }), 'response')) as [IncomingMessage];
  return { response, body: await text(response) };
}

describe('one port', () => {
  test('speaks HTTP/1.1 and HTTP/2', async () => {
    const { url } = await open(hello);
    expect((await over1(`${url}/one`)).body).toBe('1.1 /one');
    expect(await over2(url, '/two')).toBe('2.0 /two');
  });

  test('answers HTTP/1.1 to a client that offers an upgrade to HTTP/2', async () => {
    const { port } = await open(hello);
    const socket = await connected(port);
    socket.end(
      'GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n',
    );
    expect(await text(socket)).toMatch(/^HTTP\/1.1 200 OK/);
  });

  test('takes an HTTP/1.1 request byte by byte', async () => {
    const { port } = await open(hello);
    const socket = await connected(port);
    const answer = text(socket);
    await writeSlowly(socket, Buffer.from('GET /slow HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'));
    expect(await answer).toContain('1.1 /slow');
  });

  test('takes the HTTP/2 preface byte by byte', async () => {
    const { port } = await open(hello);
    const socket = await connected(port);
    const answered = once(socket, 'data');
    await writeSlowly(socket, Buffer.concat([Buffer.from(HTTP2_PREFACE), EMPTY_SETTINGS]));
    const [chunk] = (await answered) as [Buffer];
    const frameType = chunk[3];
    expect(frameType).toBe(4); // SETTINGS
    socket.destroy();
  });

  test('rejects when the port is taken', async () => {
    const { port } = await open(hello);
    await expect(listen(hello, '127.0.0.1', port)).rejects.toMatchObject({ code: 'EADDRINUSE', port });
  });

  test('writes an IPv6 host in brackets', async () => {
    const opened = await listen(hello, '::1', 0);
    listeners.push(opened);
    expect(opened.url).toMatch(/^http:\/\/\[::1\]:\d+$/);
    expect((await over1(`${opened.url}/six`)).body).toBe('1.1 /six');
  });
});

describe('bytes that are no request', () => {
  test.each([
    ['text', 'hello there\r\n\r\n'],
    ['what only begins like HTTP/2', 'PRX * HTTP/1.1\r\n\r\n'],
    ['a TLS handshake', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
    ['two lengths', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n'],
    [
      'length and chunks',
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
  ])('are answered with 400: %s', async (_, bytes) => {
    const { port } = await open(hello);
    const socket = await connected(port);
    socket.write(bytes, 'latin1');
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
  });

  test('are answered as a problem', async () => {
    const { port } = await open(hello);
    const socket = await connected(port);
    socket.write('hello there\r\n\r\n');
    const [head = '', body = ''] = (await text(socket)).split('\r\n\r\n');
    expect(head).toContain('content-type: application/problem+json');
    expect(JSON.parse(body)).toMatchObject({ status: 400, title: 'Bad Request', reason: 'INVALID_ARGUMENT' });
  });

  test('get 417 as a problem when they expect what nobody knows', async () => {
    const { port } = await open(hello);
    const socket = await connected(port);
    socket.write('GET / HTTP/1.1\r\nHost: x\r\nExpect: foo\r\nConnection: close\r\n\r\n');
    const [head = '', body = ''] = (await text(socket)).split('\r\n\r\n');
    expect(head).toMatch(/^HTTP\/1\.1 417 /);
    expect(body).toContain('"title":"Expectation Failed","status":417');
  });

  test('get 431 when they are headers without end', async () => {
    const { port } = await open(hello);
    const socket = await connected(port);
    socket.on('error', () => undefined);
    socket.write(`GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${'a'.repeat(100_000)}`);
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 431 .*"title":"Request Header Fields Too Large"/s);
  });

  test('end the session, and nothing else, when they come after the HTTP/2 preface', async () => {
    const { port, url } = await open(hello);
    const socket = await connected(port);
    socket.on('error', () => undefined);
    socket.write(Buffer.concat([Buffer.from(HTTP2_PREFACE), Buffer.alloc(200, 0xff)]));
    socket.resume();
    await once(socket, 'close');
    expect(await over2(url)).toBe('2.0 /');
  });

  test('do no harm when the peer vanishes in the middle', async () => {
    const { port, url } = await open(hello);
    for (const bytes of [
      'P',
      HTTP2_PREFACE,
      'GET / HT',
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhalf',
    ]) {
      const socket = await connected(port);
      socket.write(bytes);
      socket.resetAndDestroy();
    }
    expect((await over1(url)).body).toBe('1.1 /');
  });
});

describe('a peer that is too slow', () => {
  test.each([
    ['says nothing', ''],
    ['stops within the first bytes', 'PR'],
  ])('is cut off when it %s', async (_, bytes) => {
    const { port } = await open(hello, FAST);
    const socket = await connected(port);
    socket.write(bytes);
    expect(await text(socket)).toBe('');
  });

  test('is told 408 when its headers do not end', async () => {
    const { port } = await open(hello, FAST);
    const socket = await connected(port);
    socket.write('GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ');
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n.*"reason":"DEADLINE_EXCEEDED"/s);
  });

  test('is told 408 when its body does not end', async () => {
    const { port } = await open(() => undefined, FAST);
    const socket = await connected(port);
    socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf');
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 408 /);
  });

  test('has its stream reset when its body does not end over HTTP/2', async () => {
    const { url } = await open(() => undefined, FAST);
    const session = connectHttp2(url);
    const stream = session.request({ ':method': 'POST' }, { endStream: false });
    stream.on('error', () => undefined);
    stream.write('half');
    await once(stream, 'close');
    expect(stream.rstCode).toBe(8); // CANCEL
    session.close();
  });

  test('loses its idle HTTP/1.1 connection', async () => {
    const { port } = await open(hello, { ...FAST, idleMs: 50 });
    const socket = await connected(port);
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    expect(await text(socket)).toContain('1.1 /');
  });

  test('loses its HTTP/1.1 connection when it does not read the answer', async () => {
    const { port, left } = await openLarge();
    (await connected(port)).pause().write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    expect(await left).toBe('unfinished');
  });

  test('has its stream reset when it does not read the answer over HTTP/2', async () => {
    const { url, left } = await openLarge();
    const session = connectHttp2(url);
    session
      .request({ ':path': '/' })
      .on('error', () => undefined)
      .pause();
    expect(await left).toBe('unfinished');
    session.destroy();
  });

  test('loses its idle HTTP/2 session', async () => {
    const { url } = await open(hello, { ...FAST, idleMs: 50 });
    const session = connectHttp2(url);
    await once(session, 'close');
    expect(session.destroyed).toBe(true);
  });
});

describe('stop', () => {
  test('closes idle connections of every kind at once', async () => {
    const { url, port, stop } = await open(hello);
    const silent = await connected(port);
    const agent = new Agent({ keepAlive: true });
    await over1(url, agent);
    const session = connectHttp2(url);
    await text(session.request({ ':path': '/' }));
    const closed = Promise.all([once(silent, 'close'), once(session, 'close')]);
    await stop(60_000); // would outlast the test if any of them had to be cut
    await closed;
    agent.destroy();
  });

  test('lets an HTTP/1.1 request in flight finish, and then ends its kept-alive connection', async () => {
    const { listener, begun, answer } = holding();
    const { url, stop } = await open(listener);
    const agent = new Agent({ keepAlive: true });
    const answered = over1(url, agent);
    await begun;
    const stopped = stop(60_000);
    answer();
    const { response, body } = await answered;
    expect(body).toBe('1.1 /');
    expect(response.headers.connection).toBe('close');
    await stopped;
    agent.destroy();
  });

  test('ends a kept-alive connection whose answer had begun', async () => {
    const begun = Promise.withResolvers<() => void>();
    const { port, stop } = await open((_, response) => {
      response.setHeader('content-length', 4);
      (response as ServerResponse).write('ab'); // the request comes over HTTP/1.1
      begun.resolve(() => response.end('cd'));
    });
    const socket = await connected(port);
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    const end = await begun.promise;
    const answer = text(socket);
    const stopped = stop(60_000);
    end();
    expect(await answer).toMatch(/abcd$/);
    await stopped;
  });

  test('lets an HTTP/2 request in flight finish', async () => {
    const { listener, begun, answer } = holding();
    const { url, stop } = await open(listener);
    const answered = over2(url);
    await begun;
    const stopped = stop(60_000);
    answer();
    expect(await answered).toBe('2.0 /');
    await stopped;
  });

  test('cuts what is not finished in time', async () => {
    const { listener, begun } = holding();
    const { url, stop } = await open(listener);
    const answered = over1(url).catch((error: NodeJS.ErrnoException) => error.code);
    await begun;
    await stop(10);
    expect(await answered).toBe('ECONNRESET');
  });

  test('frees the port', async () => {
    const { port, stop } = await open(hello);
    await stop();
    listeners.push(await listen(hello, '127.0.0.1', port));
  });
});

/** Writes bytes one at a time, each in a packet of its own as far as possible. */
async function writeSlowly(socket: Socket, bytes: Buffer): Promise<void> {
  for (const byte of bytes) {
    await new Promise<void>((resolve, reject) => {
      socket.write(Buffer.from([byte]), (error) => (error ? reject(error) : setImmediate(resolve)));
    });
  }
}
