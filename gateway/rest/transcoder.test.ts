import { Code, ConnectError } from '@connectrpc/connect';
import { describe, expect, test } from 'vitest';
import { LibraryService } from './gen/testdata/library_pb.ts';
import { createAsk } from './testdata/ask.ts';
import { createLibrary } from './testdata/library-server.ts';
import { createTranscoder, type Failure } from './transcoder.ts';

describe('methods and paths', () => {
  const { ask } = createAsk();

  test('an unknown path is left to the caller', async () => {
    const transcoder = createTranscoder({ services: [LibraryService], transport: () => createLibrary().transport });
    expect(await transcoder.handle(new Request('http://api.example/nothing'))).toBeUndefined();
    expect(await transcoder.handle(new Request('http://api.example/v1/audit'))).toBeUndefined();
    expect(await transcoder.handle(new Request('http://api.example'))).toBeUndefined();
  });

  test('a known path with another method is 405 with Allow', async () => {
    const { status, headers, body } = await ask('DELETE /v1/books');
    expect([status, headers.get('allow')]).toEqual([405, 'GET, HEAD, POST']);
    expect(headers.get('content-type')).toBe('application/problem+json');
    expect(body).toEqual({
      type: 'about:blank',
      title: 'Method Not Allowed',
      status: 405,
      detail: 'This route does not support DELETE.',
      instance: '/v1/books',
    });
  });

  test('OPTIONS is such a method, on a known path only', async () => {
    const { status, headers } = await ask('OPTIONS /v1/books');
    expect([status, headers.get('allow')]).toEqual([405, 'GET, HEAD, POST']);
    expect((await ask('OPTIONS /nothing')).body).toBe('no route');
  });

  test('HEAD is GET without a body', async () => {
    const { status, headers, body } = await ask('HEAD /v1/books/b1');
    expect([status, headers.get('content-type'), headers.get('etag'), body]).toEqual([
      200,
      'application/json',
      '"3"',
      '',
    ]);
    expect(await ask('HEAD /v1/books/b1?nothing=1')).toMatchObject({ status: 400, body: '' });
  });

  test('a custom method is served', async () => {
    expect((await ask('SEARCH /v1/echo?text=a')).body.text).toBe('a');
  });
});

describe('answers', () => {
  test('have all fields, unless told otherwise', async () => {
    expect((await createAsk().ask('GET /v1/books/b1')).body).toEqual({
      name: 'b1',
      title: 'A title',
      priceMinor: '1999',
      state: 'STATE_UNSPECIFIED',
      chapters: [],
      tags: [],
      labels: {},
      etag: '3',
    });
    expect((await createAsk({ alwaysEmitImplicit: false }).ask('GET /v1/books/b1')).body).toEqual({
      name: 'b1',
      title: 'A title',
      priceMinor: '1999',
      etag: '3',
    });
  });

  test('are the field that response_body names', async () => {
    const { ask } = createAsk({ alwaysEmitImplicit: false });
    expect((await ask('POST /v1/books', { title: 'x' })).body).toMatchObject({ name: 'new book', title: 'x' });
    expect((await ask('PUT /v1/books/b1/tags', [])).body).toEqual([]);
  });

  test('carry status and Location as the options say', async () => {
    const { ask } = createAsk({
      success: ({ name }) => {
        switch (name) {
          case 'CreateBook':
            return { status: 201, location: '/v1/books/{name}' };
          case 'DeleteBook':
            return { status: 204 };
          default:
            return undefined;
        }
      },
    });
    const created = await ask('POST /v1/books', {});
    expect([created.status, created.headers.get('location')]).toEqual([201, '/v1/books/new%20book']);
    const deleted = await ask('DELETE /v1/books/b1');
    expect([deleted.status, deleted.body, deleted.headers.get('content-type')]).toEqual([204, '', null]);
    expect((await ask('DELETE /v1/books/b1', undefined, { accept: 'text/html' })).status).toBe(204);
    expect((await ask('GET /v1/books/b1')).status).toBe(200);
  });

  test('refuse a Location that the answer cannot fill', () => {
    expect(() => createAsk({ success: () => ({ location: '/books/{nothing}' }) })).toThrow(
      'testdata/library.proto: library.v1.LibraryService.ListBooks: the Location names "nothing"',
    );
  });

  test('carry allowed metadata and nothing else', async () => {
    const { headers } = await createAsk().ask('POST /v1/books', {});
    expect([headers.get('idempotent-replayed'), headers.get('link'), headers.get('x-internal')]).toEqual([
      'true',
      '</next>',
      null,
    ]);
  });

  test('have an ETag and can be asked for conditionally', async () => {
    const { ask } = createAsk();
    expect((await ask('GET /v1/books/b1')).headers.get('etag')).toBe('"3"');
    for (const condition of ['"3"', 'W/"3"', '"1", "3"', '*']) {
      const { status, headers, body } = await ask('GET /v1/books/b1', undefined, { 'if-none-match': condition });
      expect([status, headers.get('etag'), body], condition).toEqual([304, '"3"', '']);
    }
    expect((await ask('GET /v1/books/b1', undefined, { 'if-none-match': '"4"' })).status).toBe(200);
    expect((await ask('PATCH /v1/books/b1', {}, { 'if-none-match': '*' })).status).toBe(200);
  });

  test.each([
    ['application/json', 200],
    ['*/*', 200],
    ['application/*;q=0.1', 200],
    ['text/html, */*;q=0.8', 200],
    ['APPLICATION/JSON', 200],
    ['text/html', 406],
    ['application/json;q=0', 406],
    ['application/json;q=0, */*', 406],
    ['application/problem+json', 406],
  ])('with Accept %s are %d', async (accept, status) => {
    const { ask, library } = createAsk();
    expect((await ask('GET /v1/books', undefined, { accept })).status).toBe(status);
    expect(library.calls).toHaveLength(status === 200 ? 1 : 0);
  });
});

describe('calls', () => {
  test('carry the allowed headers and the request id', async () => {
    const library = createLibrary();
    const transcoder = createTranscoder({ services: [LibraryService], transport: () => library.transport });
    const headers = {
      authorization: 'Bearer x',
      'idempotency-key': 'k',
      cookie: 'secret',
      'x-user-id': 'me',
      'x-request-id': 'mine',
    };
    const request = new Request('http://api.example/v1/books', { headers });
    await transcoder.handle(request, { requestId: 'given' });
    const seen = library.calls[0]?.header;
    expect([seen?.get('authorization'), seen?.get('idempotency-key'), seen?.get('x-request-id')]).toEqual([
      'Bearer x',
      'k',
      'given',
    ]);
    expect([seen?.get('cookie'), seen?.get('x-user-id')]).toEqual([null, null]);
  });

  test('refuse headers that metadata cannot carry', async () => {
    const { status, body } = await createAsk().ask('GET /v1/books', undefined, { 'idempotency-key': 'é' });
    expect(status).toBe(400);
    expect(body.errors).toEqual([{ header: 'idempotency-key', detail: 'must be printable ASCII' }]);
  });

  test('have a deadline, which the caller can shorten', async () => {
    const { ask, library } = createAsk({ timeoutMs: 5000 });
    await ask('GET /v1/books');
    await ask('GET /v1/books', undefined, { 'request-timeout': '0.5' });
    await ask('GET /v1/books', undefined, { 'request-timeout': '60' });
    await ask('GET /v1/books', undefined, { 'request-timeout': '9007199254740.991' });
    const [usual = 0, shorter = 0, longer = 0, endless = 0] = library.calls.map((call) => call.timeoutMs);
    expect(usual).toBeGreaterThan(4000);
    expect(shorter).toBeLessThanOrEqual(500);
    expect(longer).toBeLessThanOrEqual(5000);
    expect(endless).toBeGreaterThan(4000);
    expect(endless).toBeLessThanOrEqual(5000);
    for (const value of ['0', '-1', 'soon', '1s', '']) {
      expect((await ask('GET /v1/books', undefined, { 'request-timeout': value })).status, value).toBe(400);
    }
  });

  test('are canceled when the client goes away', async () => {
    const library = createLibrary();
    const failures: Failure[] = [];
    const transcoder = createTranscoder({
      services: [LibraryService],
      transport: () => library.transport,
      onError: (failure) => failures.push(failure),
    });
    const abort = new AbortController();
    abort.abort();
    const request = new Request('http://api.example/v1/books', { signal: abort.signal });
    expect((await transcoder.handle(request))?.status).toBe(499);
    expect(failures.map(({ status }) => status)).toEqual([499]);
  });

  test('can be stopped and supplemented by beforeCall, before the body is read', async () => {
    const { ask, library } = createAsk({
      beforeCall: ({ request, route, header }) => {
        if (request.headers.get('authorization') === null) {
          throw new ConnectError('Sign in first.', Code.Unauthenticated);
        }
        header.set('authorization', `internal ${route.rpc.name}`);
      },
    });
    const refused = await ask('POST /v1/books', '{broken');
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
    expect((await ask('POST /v1/books', {}, { authorization: 'x' })).status).toBe(200);
    expect(library.calls.map(({ header }) => header.get('authorization'))).toEqual(['internal CreateBook']);
  });
});
