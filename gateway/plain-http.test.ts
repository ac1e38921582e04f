import { once } from 'node:events';
import { type IncomingMessage, request as sendHttp1 } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import { text } from 'node:stream/consumers';
import { Code } from '@connectrpc/connect';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createFakeServices } from './testing/fake-services.ts';
import { AS_ADA, startTestGateway, type TestGateway } from './testing/start-test-gateway.ts';

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

describe('plain HTTP', () => {
  const path = '/numer.invoice.v1.InvoiceService/CreateInvoice';

  function post(headers: Record<string, string>, body: string | Uint8Array<ArrayBuffer>): Promise<Response> {
    return fetch(gateway.url + path, { method: 'POST', headers, body });
  }

  test('is all that Connect needs', async () => {
    const response = await post({ ...AS_ADA, 'content-type': 'application/json' }, '{"invoice":{"memo":"hello"}}');
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ invoice: { id: 'new', memo: 'hello' } });
  });

  test.each([
    ['no JSON', 'application/json', '{'],
    ['no UTF-8', 'application/json', Uint8Array.from(Buffer.from('{"invoice":{"memo":"Bäckerei"}}', 'latin1'))],
    ['JSON of another shape', 'application/json', '{"invoice":7}'],
    ['no protobuf', 'application/proto', new Uint8Array([255, 255, 255])],
  ])('with a body that is %s is 400', async (_, type, body) => {
    const response = await post({ ...AS_ADA, 'content-type': type }, body);
    expect(response.status).toBe(400);
    const error = await response.json();
    expect(error).toMatchObject({
      code: 'invalid_argument',
      details: expect.arrayContaining([
        expect.objectContaining({ debug: expect.objectContaining({ reason: 'INVALID_ARGUMENT' }) }),
      ]),
    });
    expect(calls).toEqual([]);
  });

  test.each([['application/grpc'], ['application/grpc-web']])(
    'with a message that is no protobuf is refused over %s',
    async (type) => {
      const session = connectHttp2(gateway.url);
      const stream = session.request({
        ':method': 'POST',
        ':path': path,
        'content-type': type,
        te: 'trailers',
        ...AS_ADA,
      });
      const trailed = once(stream, 'trailers').then(([trailers]) => String(trailers['grpc-status']));
      stream.end(Buffer.from([0, 0, 0, 0, 3, 255, 255, 255]));
      const inBody = text(stream).then((body) => /grpc-status: (\d+)/.exec(body)?.[1]);
      expect(await (type === 'application/grpc' ? trailed : inBody)).toBe(String(Code.InvalidArgument));
      session.close();
    },
  );

  test('without credentials is refused before the body is read', async () => {
    const request = sendHttp1(gateway.url + path, { method: 'POST', headers: { 'content-type': 'application/json' } });
    request.on('error', () => undefined);
    request.flushHeaders();
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    expect(response.statusCode).toBe(401);
    request.destroy();
  });

  test.each([
    ['connect-timeout-ms', '9999999999', 200],
    ['connect-timeout-ms', '0000030000', 200],
    ['connect-timeout-ms', '10000000000', 400],
    ['connect-timeout-ms', '1e99', 400],
    ['connect-timeout-ms', 'Infinity', 400],
    ['connect-timeout-ms', '-1', 400],
    ['connect-timeout-ms', 'soon', 400],
    ['grpc-timeout', '99999999H', 200],
  ])('with the deadline %s: %s is %i', async (name, value, status) => {
    const response = await post({ ...AS_ADA, 'content-type': 'application/json', [name]: value }, '{}');
    expect(response.status).toBe(status);
    if (status === 400) {
      expect(await response.json()).toMatchObject({
        message: 'The header Connect-Timeout-Ms must be a whole number of milliseconds with at most 10 digits.',
        details: [{ debug: { reason: 'INVALID_ARGUMENT' } }],
      });
    }
  });

  test('with a gRPC deadline beyond all timers is served', async () => {
    const session = connectHttp2(gateway.url);
    const headers = { 'content-type': 'application/grpc', te: 'trailers', 'grpc-timeout': '99999999H', ...AS_ADA };
    const stream = session.request({ ':method': 'POST', ':path': path, ...headers });
    stream.end(Buffer.alloc(5));
    stream.resume();
    const [trailers] = await once(stream, 'trailers');
    expect(trailers['grpc-status']).toBe('0');
    session.close();
  });

  test.each([
    ['a success', AS_ADA, 200],
    ['a refusal', {}, 401],
  ])('of another origin may read %s', async (_, headers, status) => {
    const response = await post({ ...headers, 'content-type': 'application/json', origin: 'https://a.example' }, '{}');
    expect(response.status).toBe(status);
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect(response.headers.get('access-control-expose-headers')).toContain('X-Request-Id');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  });

  test('of another origin may ask first, for gRPC-web too', async () => {
    const headers = {
      origin: 'https://a.example',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,content-type,x-grpc-web,grpc-timeout,x-user-agent',
    };
    const response = await fetch(gateway.url + path, { method: 'OPTIONS', headers });
    expect(response.status).toBe(204);
    const allowed = response.headers.get('access-control-allow-headers')?.toLowerCase().split(', ');
    expect(allowed).toEqual(expect.arrayContaining(headers['access-control-request-headers'].split(',')));
    expect(response.headers.get('access-control-expose-headers')?.toLowerCase()).toContain('grpc-status-details-bin');
  });

  test('does not change anything by GET', async () => {
    const response = await fetch(`${gateway.url}${path}?encoding=json&message={}`, { headers: AS_ADA });
    expect(response.status).toBe(405);
    expect(calls).toEqual([]);
  });

  test('by GET with a message that is no base64 is 400', async () => {
    const query = 'connect=v1&encoding=proto&base64=1&message=***';
    const response = await fetch(`${gateway.url}/numer.invoice.v1.InvoiceService/GetInvoice?${query}`, {
      headers: AS_ADA,
    });
    expect([response.status, await response.json()]).toMatchObject([
      400,
      { code: 'invalid_argument', details: [{ debug: { reason: 'INVALID_ARGUMENT' } }] },
    ]);
  });

  test.each([
    ['Connect', '/numer.invoice.v1.InvoiceService/Nope', 'application/json', 501],
    ['Connect with protobuf', '/numer.none.v1.NoneService/Nope', 'application/proto', 501],
    ['streaming Connect', '/numer.none.v1.NoneService/Nope', 'application/connect+json', 200],
    ['gRPC-web', '/numer.invoice.v1.InvoiceService/Nope', 'application/grpc-web+proto', 200],
    ['no protocol', '/numer.invoice.v1.InvoiceService/Nope', 'text/plain', 404],
    ['REST', '/invoices/nope', 'application/json', 405],
  ])('by %s to %s, which does not exist, is answered in its terms', async (_, unknownPath, contentType, status) => {
    const init = { method: 'POST', headers: { 'content-type': contentType }, body: '{}' };
    const response = await fetch(gateway.url + unknownPath, init);
    expect(response.status).toBe(status);
    const answer = await response.text();
    if (status === 501) expect(JSON.parse(answer)).toMatchObject({ code: 'unimplemented', details: [{}] });
    if (contentType === 'application/connect+json') expect(answer).toContain('"code":"unimplemented"');
  });

  test('by gRPC that does not exist has status 200 of HTTP', async () => {
    const session = connectHttp2(gateway.url);
    const headers = {
      ':method': 'POST',
      ':path': '/any.Thing/Nope',
      'content-type': 'application/grpc',
      te: 'trailers',
    };
    const stream = session.request(headers);
    const seen: object[] = [];
    stream.on('response', (answer) => seen.push(answer)).on('trailers', (trailers) => seen.push(trailers));
    stream.resume().end();
    await once(stream, 'close');
    session.close();
    expect(Object.assign({}, ...seen)).toMatchObject({
      ':status': 200,
      'grpc-status': '12',
      'grpc-message': 'There is no such RPC.',
    });
  });
});
