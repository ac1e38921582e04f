import { once } from 'node:events';
import { request as sendHttp1 } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import { connect } from 'node:net';
import { json, text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { Code, ConnectError, type HandlerContext } from '@connectrpc/connect';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { InvoiceService } from '../gen/numer/invoice/v1/invoice_service_pb.ts';
import { CustomerBulkService } from '../gen/numer/user/v1/customer_bulk_service_pb.ts';
import { CustomerService } from '../gen/numer/user/v1/customer_service_pb.ts';
import { UserService } from '../gen/numer/user/v1/user_service_pb.ts';
import { HEADER } from '../runtime/call.ts';
import { DomainError, invalidField } from '../runtime/errors.ts';
import {
  AS_ADA,
  callerOf,
  startTestGateway,
  type TestGateway,
  type TestGatewayOptions,
} from './testing/start-test-gateway.ts';

const JSON_TYPE = { 'content-type': 'application/json' } as const;
const AS_ADA_JSON = { ...AS_ADA, ...JSON_TYPE };
const BODY_BYTES_MAX = 4_096;

let gateway: TestGateway;
/** What the services were called with, newest last. */
const calls: ReturnType<typeof callerOf>[] = [];
let fail: Error | undefined;

beforeAll(async () => {
  const called = (context: HandlerContext) => {
    calls.push(callerOf(context));
    if (fail !== undefined) throw fail;
  };
  gateway = await startTestGateway({
    config: { BODY_BYTES_MAX },
    services: {
      invoice: (router) =>
        router.service(InvoiceService, {
          getInvoice({ invoiceId }, context) {
            called(context);
            return { invoice: { id: invoiceId, etag: '"7"' } };
          },
          createInvoice({ invoice }, context) {
            called(context);
            if (context.requestHeader.has(HEADER.idempotencyKey)) {
              context.responseHeader.set(HEADER.idempotentReplayed, 'true');
            }
            return { invoice: { id: 'new', memo: invoice?.memo ?? '' } };
          },
          deleteInvoice(_, context) {
            called(context);
            return {};
          },
          batchGetInvoices(_, context) {
            called(context);
            return {};
          },
        }),
      user: (router) => {
        router.service(UserService, {
          createUser(_, context) {
            called(context);
            return { user: { id: 'new' } };
          },
        });
        router.service(CustomerService, {
          listCustomers(_, context) {
            called(context);
            return {};
          },
        });
      },
    },
  });
});

afterAll(() => gateway.stop());

afterEach(() => {
  calls.length = 0;
  fail = undefined;
  gateway.down.clear();
});

function send(path: string, init: RequestInit = {}): Promise<Response> {
  return fetch(gateway.url + path, init);
}

async function expectProblem(response: Response, status: number, reason: string): Promise<Record<string, unknown>> {
  const body = (await response.json()) as Record<string, unknown>;
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  expect({ status: response.status, reason: body.reason }).toEqual({ status, reason });
  expect(body).toMatchObject({ status, type: 'about:blank', requestId: response.headers.get('x-request-id') });
  return body;
}

describe('a success', () => {
  test('of a create is 201 with Location and the resource', async () => {
    const response = await send('/invoices', { method: 'POST', headers: AS_ADA_JSON, body: '{"memo":"hello"}' });
    expect(response.status).toBe(201);
    expect(response.headers.get('location')).toBe('/invoices/new');
    expect(await response.json()).toMatchObject({ id: 'new', memo: 'hello' });
  });

  test('without content is 204', async () => {
    const response = await send('/invoices/1', { method: 'DELETE', headers: AS_ADA });
    expect(response.status).toBe(204);
    expect(await response.text()).toBe('');
  });

  test('has an ETag, with which it is 304 the next time', async () => {
    const first = await send('/invoices/1', { headers: AS_ADA });
    expect(first.headers.get('etag')).toBe('"7"');
    expect(first.headers.get('cache-control')).toBe('private, no-cache');
    const second = await send('/invoices/1', { headers: { ...AS_ADA, 'if-none-match': '"7"' } });
    expect(second.status).toBe(304);
    expect(await second.text()).toBe('');
  });

  test('has no body for HEAD', async () => {
    const response = await send('/invoices/1', { method: 'HEAD', headers: AS_ADA });
    expect(response.status).toBe(200);
    expect(response.headers.get('etag')).toBe('"7"');
    expect(await response.text()).toBe('');
  });

  test('tells that it was replayed', async () => {
    const headers = { ...AS_ADA_JSON, 'idempotency-key': 'k1' };
    const response = await send('/invoices', { method: 'POST', headers, body: '{}' });
    expect(response.headers.get('idempotent-replayed')).toBe('true');
    expect(calls[0]?.header['idempotency-key']).toBe('k1');
  });

  test('comes over HTTP/2 as well', async () => {
    const session = connectHttp2(gateway.url);
    const stream = session.request({ ':path': '/invoices', ':method': 'POST', ...AS_ADA_JSON });
    stream.end('{"memo":"two"}');
    expect(await json(stream)).toMatchObject({ id: 'new', memo: 'two' });
    session.close();
  });
});

describe('a refusal', () => {
  test.each([
    ['an unknown route', '/nothing/here', {}, 404, 'NOT_FOUND'],
    ['an unknown route over a known one', '/invoices/1/2/3', {}, 404, 'NOT_FOUND'],
    ['an internal RPC', '/numer.user.v1.SessionService', {}, 404, 'NOT_FOUND'],
    ['a method that the route lacks', '/invoices', { method: 'PUT' }, 405, 'METHOD_NOT_ALLOWED'],
    ['OPTIONS that is no preflight', '/invoices', { method: 'OPTIONS' }, 405, 'METHOD_NOT_ALLOWED'],
    ['a method that /livez lacks', '/livez', { method: 'POST' }, 405, 'METHOD_NOT_ALLOWED'],
    ['an unknown query parameter', '/customers?colour=red', { headers: AS_ADA }, 400, 'INVALID_ARGUMENT'],
    ['a query parameter of the wrong type', '/customers?pageSize=x', { headers: AS_ADA }, 400, 'INVALID_ARGUMENT'],
    ['an Accept without JSON', '/customers', { headers: { ...AS_ADA, accept: 'text/html' } }, 406, 'NOT_ACCEPTABLE'],
    [
      'a body that is no JSON by its type',
      '/invoices',
      { method: 'POST', headers: { ...AS_ADA, 'content-type': 'text/plain' }, body: '{}' },
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    ],
    [
      'a body that is compressed',
      '/invoices',
      { method: 'POST', headers: { ...AS_ADA_JSON, 'content-encoding': 'gzip' }, body: gzipSync('{}') },
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    ],
    [
      'a body that is no JSON by its text',
      '/invoices',
      { method: 'POST', headers: AS_ADA_JSON, body: '{' },
      400,
      'INVALID_ARGUMENT',
    ],
    [
      'a body that is too large',
      '/invoices',
      { method: 'POST', headers: AS_ADA_JSON, body: JSON.stringify({ memo: 'a'.repeat(BODY_BYTES_MAX) }) },
      413,
      'BODY_TOO_LARGE',
    ],
    ['a call without credentials', '/customers', {}, 401, 'UNAUTHENTICATED'],
    ['a path with a broken escape', '/invoices/%zz', { headers: AS_ADA }, 400, 'INVALID_ARGUMENT'],
  ])('of %s is a problem with a reason', async (_, path, init, status, reason) => {
    await expectProblem(await send(path, init), status, reason);
    expect(calls).toEqual([]);
  });

  test('of a route says where the routes are told', async () => {
    const { detail } = await expectProblem(await send('/nothing/here'), 404, 'NOT_FOUND');
    expect(detail).toContain('/docs');
  });

  test('of a method names the methods there are', async () => {
    const response = await send('/invoices/1', { method: 'POST' });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')?.split(', ').toSorted()).toEqual(['DELETE', 'GET', 'HEAD', 'PATCH']);
  });

  test('names the parameter at fault', async () => {
    const body = await expectProblem(await send('/customers?colour=red', { headers: AS_ADA }), 400, 'INVALID_ARGUMENT');
    expect(body.errors).toEqual([{ parameter: 'colour', detail: expect.any(String) }]);
  });

  test('names the field at fault', async () => {
    fail = invalidField('invoice.lines[0].quantity', 'must be more than 0');
    const response = await send('/invoices', { method: 'POST', headers: AS_ADA_JSON, body: '{"lines":[{}]}' });
    const body = await expectProblem(response, 400, 'INVALID_ARGUMENT');
    expect(body.errors).toEqual([{ pointer: '/lines/0/quantity', detail: 'must be more than 0' }]);
  });

  test('of a body without length is 413 as soon as it is too large', async () => {
    const body = new ReadableStream({
      pull: (controller) => controller.enqueue(new TextEncoder().encode(' '.repeat(1_024))),
    });
    const init: RequestInit = { method: 'POST', headers: AS_ADA_JSON, body, duplex: 'half' };
    await expectProblem(await send('/invoices', init), 413, 'BODY_TOO_LARGE');
  });

  test('of a body that is too large comes no sooner, also from services over the network', async () => {
    const received: number[] = [];
    const services: TestGatewayOptions['services'] = {
      user: (router) =>
        router.service(CustomerBulkService, {
          importCustomers({ file }) {
            received.push(file?.data.length ?? 0);
            return {};
          },
        }),
    };
    const split = await startTestGateway({ services, overNetwork: true });
    try {
      const importing = (length: number) =>
        fetch(`${split.url}/customers/import`, {
          method: 'POST',
          headers: { ...AS_ADA, 'content-type': 'text/csv' },
          body: Buffer.alloc(length),
        });
      expect((await importing(4_194_304)).status).toBe(200);
      await expectProblem(await importing(4_194_305), 413, 'BODY_TOO_LARGE');
      expect(received).toEqual([4_194_304]);
    } finally {
      await split.stop();
    }
  });

  test('has no body for HEAD', async () => {
    const response = await send('/nothing', { method: 'HEAD' });
    expect(response.status).toBe(404);
    expect(await response.text()).toBe('');
  });

  test.each([
    ['state', 'INVOICE_STATE', 409],
    ['state', 'ETAG_MISMATCH', 412],
    ['state', 'IDEMPOTENCY_KEY_REUSED', 422],
    ['missing', 'INVOICE_NOT_FOUND', 404],
    ['forbidden', 'PERMISSION_DENIED', 403],
    ['conflict', 'CONFLICT', 409],
    ['exhausted', 'RATE_LIMITED', 429],
    ['unavailable', 'UNAVAILABLE', 503],
  ] as const)('of kind %s with %s has its status and its text', async (kind, reason, status) => {
    fail = new DomainError(kind, reason, 'What the rules say.');
    const body = await expectProblem(await send('/invoices/1', { headers: AS_ADA }), status, reason);
    expect(body.detail).toBe('What the rules say.');
  });
});

describe('a failure', () => {
  test('of a service with a defect is 500 and tells nothing', async () => {
    fail = new Error('relation "invoices" does not exist at 10.1.2.3');
    const response = await send('/invoices/1', { headers: AS_ADA });
    const body = await expectProblem(response, 500, 'INTERNAL');
    expect(JSON.stringify(body)).not.toMatch(/relation|10\.1\.2\.3/);
  });

  test('of the way to a service is 503 with Retry-After and tells no host', async () => {
    await send('/customers', { headers: AS_ADA });
    gateway.down.add('invoice');
    const response = await send('/invoices/1', { headers: AS_ADA });
    const body = await expectProblem(response, 503, 'UNAVAILABLE');
    expect(response.headers.get('retry-after')).toBe('1');
    expect(JSON.stringify(body)).not.toMatch(/ECONN|10\.1\.2\.3/);
  });

  test('of a service killed during the call is 503, as it may be tried again', async () => {
    fail = new ConnectError('http/2 stream closed with error code CANCEL (0x8)', Code.Canceled);
    await expectProblem(await send('/invoices/1', { headers: AS_ADA }), 503, 'UNAVAILABLE');
  });

  test('to answer within the time that the caller gives is 504', async () => {
    fail = new ConnectError('the operation timed out', Code.DeadlineExceeded);
    await expectProblem(await send('/invoices/1', { headers: AS_ADA }), 504, 'DEADLINE_EXCEEDED');
  });

  test('of a service that lacks the RPC is 501', async () => {
    await expectProblem(await send('/invoices/1/void', { method: 'POST', headers: AS_ADA }), 501, 'NOT_FOUND');
  });
});

describe('the request id', () => {
  test('is the one of the caller, for the answer and for the service', async () => {
    const response = await send('/invoices/1', { headers: { ...AS_ADA, 'x-request-id': 'my-id.1' } });
    expect(response.headers.get('x-request-id')).toBe('my-id.1');
    expect(calls[0]?.header['x-request-id']).toBe('my-id.1');
  });

  test('is made when the caller sends none', async () => {
    const response = await send('/invoices/1', { headers: AS_ADA });
    expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(calls[0]?.header['x-request-id']).toBe(response.headers.get('x-request-id'));
  });

  test.each([['has a space'], ['a'.repeat(101)], ['<script>'], ['']])('is made anew for %j', async (sent) => {
    const response = await send('/livez', { headers: { 'x-request-id': sent } });
    expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe('headers', () => {
  test.each([['/livez'], ['/nothing'], ['/customers']])('that protect are on the answer of %s', async (path) => {
    const response = await send(path);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'x-frame-options': 'DENY',
    });
  });

  test('that services do not read stay at the edge', async () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    const more = { traceparent, cookie: 'a=b', 'x-user-id': 'eve', 'x-forwarded-user': 'eve', 'if-match': '"3"' };
    await send('/invoices/1', { headers: { ...AS_ADA, ...more } });
    expect(calls[0]?.header).toMatchObject({ traceparent, 'if-match': '"3"' });
    expect(Object.keys(calls[0]?.header ?? {})).not.toContain('cookie');
    expect(JSON.stringify(calls[0])).not.toContain('eve');
  });
});

describe('pages of other origins', () => {
  const preflight = {
    method: 'OPTIONS',
    headers: {
      origin: 'https://app.example',
      'access-control-request-method': 'PATCH',
      'access-control-request-headers': 'authorization,content-type,if-match,idempotency-key',
    },
  };

  test('may ask first', async () => {
    const response = await send('/invoices/1', preflight);
    expect(response.status).toBe(204);
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect(response.headers.get('access-control-allow-methods')).toContain('PATCH');
    const allowed = response.headers.get('access-control-allow-headers')?.toLowerCase().split(', ');
    expect(allowed).toEqual(
      expect.arrayContaining(['authorization', 'content-type', 'if-match', 'idempotency-key', 'x-grpc-web']),
    );
  });

  test.each([
    ['a success', '/livez', 200],
    ['an unknown route', '/nothing', 404],
    ['a call without credentials', '/customers', 401],
  ])('may read the answer to %s', async (_, path, status) => {
    const response = await send(path, { headers: { origin: 'https://app.example' } });
    expect(response.status).toBe(status);
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    const exposed = response.headers.get('access-control-expose-headers')?.toLowerCase().split(', ');
    expect(exposed).toEqual(expect.arrayContaining(['etag', 'location', 'ratelimit', 'retry-after', 'x-request-id']));
  });

  test('are let in only when they are on the list, where there is one', async () => {
    const strict = await startTestGateway({ config: { CORS_ORIGINS: ['https://good.example'] } });
    const allowed = async (origin: string) => {
      const response = await fetch(`${strict.url}/livez`, { headers: { origin } });
      expect(response.headers.get('vary')).toBe('Origin');
      return response.headers.get('access-control-allow-origin');
    };
    expect(await allowed('https://good.example')).toBe('https://good.example');
    expect(await allowed('https://evil.example')).toBeNull();
    expect(await allowed('null')).toBeNull();
    await strict.stop();
  });
});

describe('health', () => {
  test('is alive without any service', async () => {
    gateway.down.add('user').add('stats');
    expect((await send('/livez')).status).toBe(200);
  });

  test('is ready when all services are', async () => {
    gateway.clock.advance(1_000);
    const response = await send('/readyz');
    expect({ status: response.status, body: await response.json() }).toEqual({ status: 200, body: { status: 'ok' } });
  });

  test('is not ready when one is down, and says which', async () => {
    gateway.clock.advance(1_000);
    gateway.down.add('stats');
    const response = await send('/readyz');
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('1');
    expect(await response.json()).toEqual({ status: 'unavailable', unready: ['stats'] });
  });

  test('looks at the services once a second at most', async () => {
    gateway.clock.advance(1_000);
    expect((await send('/readyz')).status).toBe(200);
    gateway.down.add('stats');
    gateway.clock.advance(999);
    expect((await send('/readyz')).status).toBe(200);
    gateway.clock.advance(1);
    expect((await send('/readyz')).status).toBe(503);
  });
});

describe('a request that is hardly one', () => {
  function sendRaw(path: string, headers: Record<string, string>): Promise<{ status: number; body: string }> {
    return new Promise((resolve, reject) => {
      const { hostname, port } = new URL(gateway.url);
      sendHttp1({ hostname, port, path, headers, method: 'POST' }, async (response) => {
        resolve({ status: response.statusCode ?? 0, body: await text(response) });
      })
        .on('error', reject)
        .end();
    });
  }

  test.each([
    ['a host that is none, for REST', '/invoices', '['],
    ['a host that is none, for an RPC', '/numer.user.v1.UserService/CreateUser', '['],
    ['a host with a path', '/numer.user.v1.UserService/CreateUser', 'a/b'],
    ['a host with a port that is none', '/numer.user.v1.UserService/CreateUser', 'a:99999'],
    ['a target with a backslash', '/invoices\\..\\x', 'localhost'],
  ])('is 400: %s', async (_, path, host) => {
    const { status, body } = await sendRaw(path, { host });
    expect(status).toBe(400);
    expect(JSON.parse(body)).toMatchObject({ status: 400, reason: 'INVALID_ARGUMENT' });
  });

  async function sendBytes(bytes: string): Promise<string> {
    const { hostname, port } = new URL(gateway.url);
    const socket = connect(Number(port), hostname);
    socket.end(bytes);
    return text(socket);
  }

  test.each([
    ['without a host', ''],
    ['with two hosts', 'Host: localhost\r\nHost: localhost\r\n'],
    ['with an empty host', 'Host:\r\n'],
  ])('is 400 %s', async (_, headers) => {
    const answer = await sendBytes(`GET /livez HTTP/1.1\r\n${headers}Connection: close\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toContain('"reason":"INVALID_ARGUMENT"');
  });

  test('may come over HTTP/1.0 without a host, as the probes of load balancers do', async () => {
    expect(await sendBytes('GET /livez HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.1 200 .*\{"status":"ok"\}$/s);
    expect(await sendBytes('GET /customers HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.1 401 /);
  });

  test('is 400 over HTTP/2 with an authority that is none', async () => {
    const session = connectHttp2(gateway.url);
    const path = '/numer.user.v1.UserService/CreateUser';
    const stream = session.request({ ':method': 'POST', ':path': path, ':authority': '[' });
    const [headers] = await once(stream, 'response');
    expect(headers[':status']).toBe(400);
    expect(await json(stream)).toMatchObject({ reason: 'INVALID_ARGUMENT' });
    session.close();
  });
});
