import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Code, ConnectError } from '@connectrpc/connect';
import { getRequestListener } from '@hono/node-server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LibraryService } from './gen/testdata/library_pb.ts';
import { createAsk } from './testdata/ask.ts';
import { createLibrary } from './testdata/library-server.ts';
import { createTranscoder, type Failure } from './transcoder.ts';

const failures: Failure[] = [];
const { ask, library } = createAsk({ onError: (failure) => failures.push(failure) });
const events = { accept: 'text/event-stream' };

describe('a stream', () => {
  test('is newline-delimited JSON', async () => {
    const { status, headers, body } = await ask('GET /v1/books:watch?count=2');
    expect([status, headers.get('content-type')]).toEqual([200, 'application/x-ndjson']);
    const lines = String(body).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line).name)).toEqual(['1', '2']);
  });

  test('is server-sent events for whoever accepts them', async () => {
    const { headers, body } = await ask('GET /v1/books:watch?count=1', undefined, events);
    expect([headers.get('content-type'), headers.get('cache-control')]).toEqual(['text/event-stream', 'no-store']);
    const [beat, message, end, rest] = String(body).split('\n\n');
    expect([beat, end, rest]).toEqual([': keep-alive', 'event: end\ndata: {}', '']);
    expect(JSON.parse(message?.replace('data: ', '') ?? '').name).toBe('1');
  });

  test('is refused when it is not accepted', async () => {
    expect((await ask('GET /v1/books:watch?count=1', undefined, { accept: 'text/html' })).status).toBe(406);
  });

  test('that fails at once has the status of the failure', async () => {
    library.failure = new ConnectError('No such shelf.', Code.NotFound);
    const { status, body } = await ask('GET /v1/books:watch?count=1', undefined, events);
    library.failure = undefined;
    expect([status, body.detail]).toEqual([404, 'No such shelf.']);
  });

  test('that fails later ends with a problem', async () => {
    const lines = String((await ask('GET /v1/books:watch?count=-1')).body)
      .trimEnd()
      .split('\n');
    expect(JSON.parse(lines[1] ?? '').error).toMatchObject({ status: 409, detail: 'the shelf broke' });
    expect(failures.at(-1)?.status).toBe(409);
    const { body } = await ask('GET /v1/books:watch?count=-1', undefined, events);
    expect(body).toMatch(/\n\nevent: error\ndata: \{.*"status":409.*\}\n\n$/);
  });

  test('has no body for HEAD', async () => {
    expect(await ask('HEAD /v1/books:watch?count=1')).toMatchObject({ status: 200, body: '' });
    expect(await ask('HEAD /v1/books/b1/text:stream')).toMatchObject({ status: 200, body: '' });
  });

  test('of raw bodies is the bytes one after the other', async () => {
    const { headers, body } = await ask('GET /v1/books/b1/text:stream');
    expect([headers.get('content-type'), body]).toEqual(['text/plain', 'text of b1']);
  });
});

describe('a file in parts', () => {
  test('is answered as one, from the part that is asked for', async () => {
    const { headers, body } = await ask('GET /v1/catalogue?count=3');
    expect([headers.get('content-type'), body]).toEqual(['text/csv', '1\n2\n3\n']);
    expect((await ask('GET /v1/catalogue?count=3&pageToken=2')).body).toBe('2\n3\n');
    expect((await ask('GET /v1/catalogue?count=1')).body).toBe('1\n');
  });

  test('is named, and not sent again to a client that has it', async () => {
    const { status, headers } = await ask('GET /v1/catalogue?count=3');
    expect([status, headers.get('etag')]).toEqual([200, '"v3"']);
    expect(headers.get('content-disposition')).toBe('attachment; filename="_3___.csv"');
    const before = library.calls.length;
    const unchanged = await ask('GET /v1/catalogue?count=3', undefined, { 'if-none-match': '"v3"' });
    expect([unchanged.status, unchanged.body, unchanged.headers.get('etag')]).toEqual([304, '', '"v3"']);
    expect(library.calls.length).toBe(before + 1);
    expect((await ask('GET /v1/catalogue?count=3', undefined, { 'if-none-match': '"v2"' })).status).toBe(200);
  });

  test('has each part let in and called with metadata like a request of its own', async () => {
    let entered = 0;
    const counting = createAsk({
      beforeCall: ({ header }) => {
        header.set('x-entered', String(++entered));
      },
    });
    await counting.ask('GET /v1/catalogue?count=3', undefined, { 'x-request-id': 'r1' });
    expect(counting.library.calls.map(({ header }) => header.get('x-entered'))).toEqual(['1', '2', '3']);
  });

  test('that fails at once has the status of the failure, and no body for HEAD', async () => {
    expect((await ask('GET /v1/catalogue?count=20&pageToken=13')).status).toBe(409);
    const before = library.calls.length;
    expect(await ask('HEAD /v1/catalogue?count=3')).toMatchObject({ status: 200, body: '' });
    expect(library.calls.length).toBe(before + 1);
  });
});

describe('over HTTP', () => {
  const served = createLibrary();
  const transcoder = createTranscoder({
    services: [LibraryService],
    transport: () => served.transport,
    heartbeatMs: 10,
    streamTimeoutMs: 60_000,
  });
  const answer = async (request: Request) => (await transcoder.handle(request)) ?? new Response(null, { status: 404 });
  const server = createServer(getRequestListener(answer));
  let address = '';

  beforeAll(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    // A TCP server that listens has an address of this type.
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterAll(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });

  test('silence is broken by heartbeats, and a client that leaves ends the upstream call', async () => {
    const leave = new AbortController();
    const response = await fetch(`${address}/v1/books:watch?count=0`, { headers: events, signal: leave.signal });
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let seen = '';
    while (seen.split(': keep-alive').length < 4) {
      seen += (await reader?.read())?.value ?? '';
    }
    const { signal, timeoutMs = 0 } = served.calls.at(-1) ?? {};
    expect(timeoutMs).toBeGreaterThan(50_000);
    expect(signal?.aborted).toBe(false);
    const ended = once(signal ?? new EventTarget(), 'abort');
    leave.abort();
    await ended;
    expect(signal?.aborted).toBe(true);
  });

  test('parts of a file are asked for only as fast as they are read, and a failure breaks the connection', async () => {
    const before = served.calls.length;
    const response = await fetch(`${address}/v1/catalogue?count=1000000`);
    await expect(response.text()).rejects.toThrow();
    expect(served.calls.length - before).toBe(13);
  });

  test('bodies are read from the wire, chunked or not', async () => {
    const post = (body: string | ReadableStream) => {
      const headers = { 'content-type': 'application/json' };
      return fetch(`${address}/v1/echo`, { method: 'POST', headers, body, duplex: 'half' });
    };
    expect(await (await post('{"text":"a"}')).json()).toMatchObject({ text: 'a' });
    const chunks = new Blob(['{"text":', '"b"}']).stream();
    expect(await (await post(chunks)).json()).toMatchObject({ text: 'b' });
    const endless = new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(1024 * 1024)) });
    const refused = await post(endless).catch(() => ({ status: 413 }));
    expect(refused.status).toBe(413);
  });
});
