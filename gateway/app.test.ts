import { connect as connectHttp2 } from 'node:http2';
import { json } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createFakeServices } from './testing/fake-services.ts';
import { AS_ADA, startTestGateway, type TestGateway } from './testing/start-test-gateway.ts';

const JSON_TYPE = { 'content-type': 'application/json' } as const;
const AS_ADA_JSON = { ...AS_ADA, ...JSON_TYPE };

const services = createFakeServices();
const { calls } = services;
let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway({ services: services.routes });
});

afterAll(() => gateway.stop());

afterEach(() => {
  services.reset();
  gateway.down.clear();
});

function send(path: string, init: RequestInit = {}): Promise<Response> {
  return fetch(gateway.url + path, init);
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

  test('has no other header of the service', async () => {
    const response = await send('/invoices', { method: 'POST', headers: AS_ADA_JSON, body: '{}' });
    expect(response.headers.get('x-internal')).toBeNull();
    expect(response.headers.get('cache-control')).toBe('private, no-cache');
  });

  test('comes over HTTP/2 as well', async () => {
    const session = connectHttp2(gateway.url);
    const stream = session.request({ ':path': '/invoices', ':method': 'POST', ...AS_ADA_JSON });
    stream.end('{"memo":"two"}');
    expect(await json(stream)).toMatchObject({ id: 'new', memo: 'two' });
    session.close();
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
