import { describe, expect, test } from 'vitest';
import { ProblemError } from './problem-error.ts';
import { createRestClient, type RestClientOptions } from './rest-client.ts';
import { createTestServer, json, NO_NETWORK, type TestServer } from './testing/test-server.ts';

function clientOf(server: TestServer, options: Partial<RestClientOptions> = {}) {
  return createRestClient({ baseUrl: 'http://numer.test/', apiKey: 'key', fetch: server.fetch, ...options });
}

function problem(status: number, reason: string, headers: Readonly<Record<string, string>> = {}): Response {
  return json({ type: 'about:blank', title: 'No', status, reason }, status, {
    'content-type': 'application/problem+json',
    ...headers,
  });
}

const CUSTOMER = { name: 'Ada' };

describe('a REST call', () => {
  test('is sent as its route says', async () => {
    const server = createTestServer(json({ id: '1' }, 200, { etag: '"2"' }));
    const answer = await clientOf(server).send('PATCH /invoices/{invoiceId}', {
      path: { invoiceId: 'a/b c' },
      query: { updateMask: 'memo' },
      body: { memo: null },
      ifMatch: '"1"',
      headers: { 'x-request-id': 'mine' },
    });
    expect(answer).toMatchObject({ status: 200, body: { id: '1' } });
    expect(answer.headers.get('etag')).toBe('"2"');
    const [seen] = server.seen;
    expect(seen?.target).toBe('PATCH /invoices/a%2Fb%20c?updateMask=memo');
    expect(seen?.body).toBe('{"memo":null}');
    expect(Object.fromEntries(seen?.headers ?? [])).toMatchObject({
      authorization: 'Bearer key',
      'content-type': 'application/json',
      'if-match': '"1"',
      'x-request-id': 'mine',
    });
  });

  test('repeats the parameter of a list', async () => {
    const server = createTestServer(json({}));
    await clientOf(server).call('GET /invoices', { query: { state: ['OPEN', 'PAID'], overdue: false, pageSize: 5 } });
    expect(server.seen[0]?.target).toBe('GET /invoices?state=OPEN&state=PAID&overdue=false&pageSize=5');
  });

  test('without a body in its answer gives undefined', async () => {
    const server = createTestServer(new Response(null, { status: 204 }));
    expect(await clientOf(server).call('DELETE /invoices/{invoiceId}', { path: { invoiceId: '1' } })).toBeUndefined();
    expect(server.seen[0]?.headers.has('content-type')).toBe(false);
  });

  test.each(['', '.', '..'])(
    'is not sent with the path parameter "%s", which would lead elsewhere',
    async (invoiceId) => {
      const server = createTestServer(json({}));
      const call = clientOf(server).call('DELETE /invoices/{invoiceId}', { path: { invoiceId } });
      await expect(call).rejects.toThrow('"invoiceId" is missing, empty or a step in the path');
      expect(server.seen).toEqual([]);
    },
  );

  test('carries no credentials to a public route', async () => {
    const server = createTestServer(json({}));
    await clientOf(server).call('POST /sessions', { body: { email: 'a@example.com', password: 'secret' } });
    expect(server.seen[0]?.headers.has('authorization')).toBe(false);
  });

  test('fails with the problem that is answered', async () => {
    const server = createTestServer(problem(409, 'INVOICE_STATE'));
    const error = await clientOf(server)
      .call('POST /invoices/{invoiceId}/send', { path: { invoiceId: '1' } })
      .catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ProblemError);
    expect(error).toMatchObject({ status: 409, reason: 'INVOICE_STATE', message: '409 INVOICE_STATE' });
  });

  test('fails with the status alone when a proxy answered', async () => {
    const server = createTestServer(new Response('<h1>Bad request</h1>', { status: 400, statusText: 'Bad Request' }));
    await expect(clientOf(server).call('GET /stats')).rejects.toMatchObject({
      problem: { type: 'about:blank', title: 'Bad Request', status: 400 },
    });
  });
});

describe('a REST call without an answer', () => {
  test('is made again with the same idempotency key', async () => {
    const server = createTestServer(NO_NETWORK, problem(503, 'UNAVAILABLE'), json({ id: '1' }, 201));
    expect(await clientOf(server).call('POST /customers', { body: CUSTOMER })).toEqual({ id: '1' });
    const keys = server.seen.map(({ headers }) => headers.get('idempotency-key'));
    expect(keys).toHaveLength(3);
    expect(new Set(keys).size).toBe(1);
    expect(keys[0]).toMatch(/^[0-9a-f]{32}$/);
  });

  test('is made again with a key also when it deletes, or has a condition', async () => {
    const server = createTestServer(NO_NETWORK, new Response(null, { status: 204 }));
    await clientOf(server).call('DELETE /invoices/{invoiceId}', { path: { invoiceId: '1' }, ifMatch: '"1"' });
    const keys = server.seen.map(({ headers }) => headers.get('idempotency-key'));
    expect(keys).toEqual([expect.stringMatching(/^[0-9a-f]{32}$/), keys[0]]);
  });

  test('has another key than the next call, or the one that the caller gives', async () => {
    const server = createTestServer(json({}, 201));
    const client = clientOf(server);
    await client.call('POST /customers', { body: CUSTOMER });
    await client.call('POST /customers', { body: CUSTOMER });
    await client.call('POST /customers', { body: CUSTOMER, idempotencyKey: 'mine' });
    const keys = server.seen.map(({ headers }) => headers.get('idempotency-key'));
    expect(new Set(keys).size).toBe(3);
    expect(keys[2]).toBe('mine');
  });

  test('is made again without a key when it changes nothing', async () => {
    const server = createTestServer(NO_NETWORK, json({}));
    await clientOf(server).call('GET /stats');
    expect(server.seen.map(({ headers }) => headers.has('idempotency-key'))).toEqual([false, false]);
  });

  test('ends after three attempts, or as many as the client is given', async () => {
    const server = createTestServer(NO_NETWORK);
    await expect(clientOf(server).call('GET /stats')).rejects.toBe(NO_NETWORK);
    expect(server.seen).toHaveLength(3);
    await expect(clientOf(server, { attemptsMax: 1 }).call('GET /stats')).rejects.toBe(NO_NETWORK);
    expect(server.seen).toHaveLength(4);
  });

  test.each([
    ['signs in', (client: ReturnType<typeof clientOf>) => client.session.signIn({ email: 'a@b.c', password: 'p' })],
    [
      'refreshes',
      (client: ReturnType<typeof clientOf>) => client.call('POST /sessions/refresh', { body: { refreshToken: 'r' } }),
    ],
  ])('is not made again when it %s', async (_, call) => {
    const server = createTestServer(NO_NETWORK);
    await expect(call(clientOf(server))).rejects.toBe(NO_NETWORK);
    expect(server.seen).toHaveLength(1);
  });

  test('is given up with its signal', async () => {
    const abort = new AbortController();
    const server = createTestServer(() => {
      abort.abort(new Error('no longer wanted'));
      return problem(503, 'UNAVAILABLE');
    });
    await expect(clientOf(server).call('GET /stats', { signal: abort.signal })).rejects.toThrow();
    expect(server.seen).toHaveLength(1);
  });

  test('ends with its deadline, in the middle of a pause as well', async () => {
    const server = createTestServer(problem(503, 'UNAVAILABLE', { 'retry-after': '9' }));
    await expect(clientOf(server, { timeoutMs: 20 }).call('GET /stats')).rejects.toMatchObject({
      name: 'TimeoutError',
    });
  });
});

describe('a REST call that is refused', () => {
  test('waits as long as the server asks and is made again, whatever it does', async () => {
    const server = createTestServer(problem(429, 'RATE_LIMITED', { 'retry-after': '0' }), json({}));
    await clientOf(server).call('POST /sessions', { body: { email: 'a@example.com', password: 'secret' } });
    expect(server.seen).toHaveLength(2);
  });

  test('is left to the caller when the server asks for more than ten seconds', async () => {
    const server = createTestServer(problem(429, 'RATE_LIMITED', { 'retry-after': '60' }));
    await expect(clientOf(server).call('GET /stats')).rejects.toMatchObject({ retryAfterMs: 60_000 });
    expect(server.seen).toHaveLength(1);
  });

  test.each([400, 404, 409, 412, 500])('with %i is not made again', async (status) => {
    const server = createTestServer(problem(status, 'ANY'));
    await expect(clientOf(server).call('GET /stats')).rejects.toMatchObject({ status });
    expect(server.seen).toHaveLength(1);
  });
});

describe('a REST call in a session', () => {
  const tokens = (number: number) =>
    json({
      userId: 'ada',
      accessToken: `access-${number}`,
      refreshToken: `refresh-${number}`,
      expireTime: new Date(Date.now() + 600_000).toISOString(),
    });

  test('goes on with a new token when the server refuses the old one, once for many calls', async () => {
    const server = createTestServer(({ target, headers }) => {
      if (target === 'POST /sessions') return tokens(1);
      if (target === 'POST /sessions/refresh') return tokens(2);
      return headers.get('authorization') === 'Bearer access-2' ? json({}) : problem(401, 'UNAUTHENTICATED');
    });
    const client = clientOf(server, { apiKey: undefined });
    expect(await client.session.signIn({ email: 'ada@example.com', password: 'secret' })).toBe('ada');
    await Promise.all(Array.from({ length: 10 }, () => client.call('GET /stats')));
    expect(server.seen.filter(({ target }) => target === 'POST /sessions/refresh')).toHaveLength(1);
  });

  test('fails when another token is refused as well', async () => {
    const server = createTestServer(({ target }) => {
      if (target === 'POST /sessions') return tokens(1);
      return target === 'POST /sessions/refresh' ? tokens(2) : problem(401, 'UNAUTHENTICATED');
    });
    const client = clientOf(server, { apiKey: undefined });
    await client.session.signIn({ email: 'ada@example.com', password: 'secret' });
    await expect(client.call('GET /stats')).rejects.toMatchObject({ reason: 'UNAUTHENTICATED' });
    expect(server.seen.map(({ target }) => target)).toEqual([
      'POST /sessions',
      'GET /stats',
      'POST /sessions/refresh',
      'GET /stats',
    ]);
  });

  test('is given up while it waits for a token, without giving up the refresh', async () => {
    const { promise: answered, resolve: answer } = Promise.withResolvers<Response>();
    const server = createTestServer(({ target }) => {
      if (target === 'POST /sessions') return tokens(1);
      return target === 'POST /sessions/refresh' ? answered : problem(401, 'UNAUTHENTICATED');
    });
    const client = clientOf(server, { apiKey: undefined });
    await client.session.signIn({ email: 'ada@example.com', password: 'secret' });
    const abort = new AbortController();
    const call = client.call('GET /stats', { signal: abort.signal });
    const replaced = client.session.replace('access-1');
    abort.abort(new Error('no longer wanted'));
    await expect(call).rejects.toThrow('no longer wanted');
    answer(tokens(2));
    expect(await replaced).toBe('access-2');
  });
});
