import { gzipSync } from 'node:zlib';
import { Code, ConnectError } from '@connectrpc/connect';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { CustomerBulkService } from '../gen/numer/user/v1/customer_bulk_service_pb.ts';
import { DomainError, invalidField } from '../runtime/call/errors.ts';
import { createFakeServices } from './testing/fake-services.ts';
import { AS_ADA, startTestGateway, type TestGateway, type TestGatewayOptions } from './testing/start-test-gateway.ts';

const JSON_TYPE = { 'content-type': 'application/json' } as const;
const AS_ADA_JSON = { ...AS_ADA, ...JSON_TYPE };
const BODY_BYTES_MAX = 4_096;

const services = createFakeServices();
const { calls } = services;
let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway({ config: { BODY_BYTES_MAX }, services: services.routes });
});

afterAll(() => gateway.stop());

afterEach(() => {
  services.reset();
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
    services.fail = invalidField('invoice.lines[0].quantity', 'must be more than 0');
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
    services.fail = new DomainError(kind, reason, 'What the rules say.');
    const body = await expectProblem(await send('/invoices/1', { headers: AS_ADA }), status, reason);
    expect(body.detail).toBe('What the rules say.');
  });
});

describe('a failure', () => {
  test('of a service with a defect is 500 and tells nothing', async () => {
    services.fail = new Error('relation "invoices" does not exist at 10.1.2.3');
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
    services.fail = new ConnectError('http/2 stream closed with error code CANCEL (0x8)', Code.Canceled);
    await expectProblem(await send('/invoices/1', { headers: AS_ADA }), 503, 'UNAVAILABLE');
  });

  test('to answer within the time that the caller gives is 504', async () => {
    services.fail = new ConnectError('the operation timed out', Code.DeadlineExceeded);
    await expectProblem(await send('/invoices/1', { headers: AS_ADA }), 504, 'DEADLINE_EXCEEDED');
  });

  test('of a service that lacks the RPC is 501', async () => {
    await expectProblem(await send('/invoices/1/void', { method: 'POST', headers: AS_ADA }), 501, 'NOT_FOUND');
  });
});
