import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { type IncomingMessage, request as sendHttp1 } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import {
  type Client,
  Code,
  ConnectError,
  createClient,
  type HandlerContext,
  type Transport,
} from '@connectrpc/connect';
import { createConnectTransport, createGrpcTransport, createGrpcWebTransport } from '@connectrpc/connect-node';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { BadRequestSchema, ErrorInfoSchema } from '../gen/google/rpc/error_details_pb.ts';
import { Health, HealthCheckResponse_ServingStatus as ServingStatus } from '../gen/grpc/health/v1/health_pb.ts';
import { InvoiceService } from '../gen/numer/invoice/v1/invoice_service_pb.ts';
import { SessionService } from '../gen/numer/user/v1/session_service_pb.ts';
import { UserService } from '../gen/numer/user/v1/user_service_pb.ts';
import { HEADER } from '../runtime/call.ts';
import { DomainError, invalidField } from '../runtime/errors.ts';
import { AS_ADA, callerOf, startTestGateway, type TestGateway } from './testing/start-test-gateway.ts';

const BODY_BYTES_MAX = 4_096;
/** The calls of `buf curl`, which compiles the protos first, take a second or two each on a busy machine. */
const BUF_TIMEOUT_MS = 60_000;

let gateway: TestGateway;
let fail: Error | undefined;
/** What the services were called with, newest last. */
const calls: (ReturnType<typeof callerOf> & { readonly timeoutMs: number | undefined })[] = [];
/** Set by a test that wants GetInvoice to wait until its call is cancelled. */
let waiting: PromiseWithResolvers<AbortSignal> | undefined;

beforeAll(async () => {
  const called = (context: HandlerContext) => {
    calls.push({ ...callerOf(context), timeoutMs: context.timeoutMs() });
    if (fail !== undefined) throw fail;
  };
  gateway = await startTestGateway({
    config: { BODY_BYTES_MAX },
    services: {
      invoice: (router) =>
        router.service(InvoiceService, {
          async getInvoice({ invoiceId }, context) {
            called(context);
            const { signal } = context;
            waiting?.resolve(signal);
            if (waiting !== undefined) await new Promise((resolve) => signal.addEventListener('abort', resolve));
            return { invoice: { id: invoiceId, totalMinor: 9_007_199_254_740_993n } };
          },
          createInvoice({ invoice }, context) {
            called(context);
            context.responseHeader.set(HEADER.idempotentReplayed, 'true');
            context.responseHeader.set('x-internal', 'secret');
            return { invoice: { id: 'new', memo: invoice?.memo ?? '' } };
          },
          batchGetInvoices(_, context) {
            called(context);
            return {};
          },
        }),
      user: (router) =>
        router.service(UserService, {
          createUser(_, context) {
            called(context);
            return { user: { id: 'new' } };
          },
        }),
    },
  });
});

afterAll(() => gateway.stop());

afterEach(() => {
  calls.length = 0;
  fail = undefined;
  waiting = undefined;
  gateway.down.clear();
});

const protocols: readonly (readonly [string, (baseUrl: string) => Transport])[] = [
  ['Connect with JSON', (baseUrl) => createConnectTransport({ baseUrl, httpVersion: '1.1', useBinaryFormat: false })],
  ['Connect with protobuf', (baseUrl) => createConnectTransport({ baseUrl, httpVersion: '1.1' })],
  ['Connect by GET', (baseUrl) => createConnectTransport({ baseUrl, httpVersion: '1.1', useHttpGet: true })],
  ['Connect over HTTP/2', (baseUrl) => createConnectTransport({ baseUrl, httpVersion: '2' })],
  ['gRPC-web', (baseUrl) => createGrpcWebTransport({ baseUrl, httpVersion: '1.1' })],
  ['gRPC', (baseUrl) => createGrpcTransport({ baseUrl })],
];

async function errorOf(call: Promise<unknown>): Promise<ConnectError> {
  const error = await call.then(
    () => undefined,
    (cause: unknown) => cause,
  );
  if (error instanceof ConnectError) return error;
  throw new Error('the call did not fail', { cause: error });
}

function reasonOf(error: ConnectError): string | undefined {
  return error.findDetails(ErrorInfoSchema)[0]?.reason;
}

describe.each(protocols)('%s', (_, createTransport) => {
  let invoices: Client<typeof InvoiceService>;
  let transport: Transport;
  const asAda = { headers: AS_ADA };

  beforeAll(() => {
    transport = createTransport(gateway.url);
    invoices = createClient(InvoiceService, transport);
  });

  test('reaches the service as the caller', async () => {
    const { invoice } = await invoices.getInvoice({ invoiceId: 'i1' }, asAda);
    expect(invoice).toMatchObject({ id: 'i1', totalMinor: 9_007_199_254_740_993n });
    expect(calls[0]?.identity).toMatchObject({ kind: 'user', userId: 'ada' });
  });

  test('carries the headers that services read, and no others', async () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    const read = { traceparent, 'if-match': '"3"', 'idempotency-key': 'k1', 'x-request-id': 'my-id' };
    const unread = { 'x-user-id': 'eve', 'x-forwarded-user': 'eve', cookie: 'a=b' };
    const answered: Headers[] = [];
    const onHeader = (header: Headers) => answered.push(header);
    const options = { headers: { ...AS_ADA, ...read, ...unread }, onHeader };
    await invoices.createInvoice({ invoice: { memo: 'hello' } }, options);
    expect(calls[0]?.header).toMatchObject(read);
    for (const name of Object.keys(unread)) expect(Object.keys(calls[0]?.header ?? {})).not.toContain(name);
    expect(answered[0]?.get('idempotent-replayed')).toBe('true');
    expect(answered[0]?.get('x-request-id')).toBe('my-id');
    expect(answered[0]?.get('ratelimit')).toMatch(/^"user";/);
    expect(answered[0]?.get('x-internal')).toBeNull();
  });

  test('is at the address that the gateway sees, whatever it claims', async () => {
    const claim = { 'x-caller-address': '6.6.6.6', 'X-Forwarded-For': '6.6.6.6' };
    await invoices.createInvoice({}, { headers: { ...AS_ADA, ...claim } });
    await createClient(UserService, transport).createUser({}, { headers: claim });
    expect(calls.map(({ header }) => header['x-caller-address'])).toEqual(['127.0.0.1', '127.0.0.1']);
  });

  test('gets the code, the reason and the fields of an error', async () => {
    fail = invalidField('invoice.memo', 'must be shorter');
    const error = await errorOf(invoices.createInvoice({}, asAda));
    expect(error).toMatchObject({ code: Code.InvalidArgument, rawMessage: 'invoice.memo must be shorter' });
    expect(reasonOf(error)).toBe('INVALID_ARGUMENT');
    expect(error.findDetails(BadRequestSchema)[0]?.fieldViolations[0]).toMatchObject({
      field: 'invoice.memo',
      description: 'must be shorter',
    });
  });

  test('gets nothing of a defect', async () => {
    fail = new Error('relation "invoices" does not exist');
    const error = await errorOf(invoices.getInvoice({ invoiceId: 'i1' }, asAda));
    expect([error.code, reasonOf(error), error.rawMessage]).toEqual([
      Code.Internal,
      'INTERNAL',
      'Something went wrong on our side.',
    ]);
  });

  test('is told when to come back to a service that is down, and nothing of where it is', async () => {
    await invoices.getInvoice({ invoiceId: 'i1' }, asAda);
    gateway.down.add('invoice');
    const error = await errorOf(invoices.getInvoice({ invoiceId: 'i1' }, asAda));
    expect([error.code, reasonOf(error)]).toEqual([Code.Unavailable, 'UNAVAILABLE']);
    expect(error.metadata.get('retry-after')).toBe('1');
    expect(error.message).not.toMatch(/ECONN|10\.1\.2\.3/);
  });

  test('is told that a service was killed during the call, not that the caller left', async () => {
    fail = new ConnectError('http/2 stream closed with error code CANCEL (0x8)', Code.Canceled);
    const error = await errorOf(invoices.getInvoice({ invoiceId: 'i1' }, asAda));
    expect([error.code, reasonOf(error)]).toEqual([Code.Unavailable, 'UNAVAILABLE']);
  });

  test('needs credentials', async () => {
    const error = await errorOf(invoices.getInvoice({ invoiceId: 'i1' }));
    expect([error.code, reasonOf(error)]).toEqual([Code.Unauthenticated, 'UNAUTHENTICATED']);
    expect(error.metadata.get('www-authenticate')).toBe('Bearer');
    expect(error.metadata.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(calls).toEqual([]);
  });

  test('needs none for a public RPC, and bad ones do no harm there', async () => {
    const users = createClient(UserService, transport);
    const { user } = await users.createUser({}, { headers: { authorization: 'Bearer nonsense' } });
    expect(user?.id).toBe('new');
    expect(calls[0]?.identity).toBeUndefined();
  });

  test('reaches no internal RPC', async () => {
    const sessions = createClient(SessionService, transport);
    const asked = gateway.asked.length;
    const internal = await gateway.tokens.issue({ kind: 'service', name: 'invoice' });
    for (const headers of [AS_ADA, { authorization: `Bearer ${internal}` }]) {
      for (const call of [
        () => invoices.batchGetInvoices({}, { headers }),
        () => sessions.authenticate({ token: 'token-of-ada' }, { headers }),
      ]) {
        const error = await errorOf(call());
        expect([error.code, reasonOf(error)]).toEqual([Code.Unimplemented, 'NOT_FOUND']);
      }
    }
    expect([calls.length, gateway.asked.length - asked]).toEqual([0, 0]);
  });

  test('hands its deadline on', async () => {
    await invoices.getInvoice({ invoiceId: 'i1' }, { ...asAda, timeoutMs: 5_000 });
    expect(calls[0]?.timeoutMs).toBeGreaterThan(3_000);
    expect(calls[0]?.timeoutMs).toBeLessThanOrEqual(5_000);
  });

  test('may have more patience than services have', async () => {
    await invoices.getInvoice({ invoiceId: 'i1' }, { ...asAda, timeoutMs: 3_600_000 });
    expect(calls[0]?.timeoutMs).toBeLessThanOrEqual(30_000);
  });

  test('hands its cancellation on', async () => {
    waiting = Promise.withResolvers();
    const controller = new AbortController();
    const call = errorOf(invoices.getInvoice({ invoiceId: 'i1' }, { ...asAda, signal: controller.signal }));
    const signal = await waiting.promise;
    const ended = new Promise((resolve) => signal.addEventListener('abort', resolve));
    controller.abort();
    expect((await call).code).toBe(Code.Canceled);
    await ended;
  });

  test('is refused a message that is too large', async () => {
    const memo = 'a'.repeat(BODY_BYTES_MAX + 1);
    const error = await errorOf(invoices.createInvoice({ invoice: { memo } }, asAda));
    expect([error.code, reasonOf(error)]).toEqual([Code.ResourceExhausted, 'BODY_TOO_LARGE']);
    expect(calls).toEqual([]);
  });
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
    ['JSON of another shape', 'application/json', '{"invoice":7}'],
    ['no protobuf', 'application/proto', new Uint8Array([255, 255, 255])],
  ])('with a body that is %s is 400', async (_, type, body) => {
    const response = await post({ ...AS_ADA, 'content-type': type }, body);
    expect(response.status).toBe(400);
    const error = await response.json();
    expect(error).toMatchObject({ code: 'invalid_argument', details: [{ debug: { reason: 'INVALID_ARGUMENT' } }] });
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
    ['connect-timeout-ms', 'soon', 400],
    ['grpc-timeout', '99999999H', 200],
  ])('with the deadline %s: %s is %i', async (name, value, status) => {
    const response = await post({ ...AS_ADA, 'content-type': 'application/json', [name]: value }, '{}');
    expect(response.status).toBe(status);
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

  test('to an RPC that does not exist is 404', async () => {
    const response = await fetch(`${gateway.url}/numer.invoice.v1.InvoiceService/Nope`, { method: 'POST' });
    expect([response.status, await response.json()]).toMatchObject([404, { reason: 'NOT_FOUND' }]);
  });
});

test('a rate-limited call is told when to come back', async () => {
  const limited = await startTestGateway({ config: { RATE_LIMIT_PER_ADDRESS: 1 } });
  const users = createClient(UserService, createGrpcTransport({ baseUrl: limited.url }));
  await errorOf(users.createUser({}));
  const error = await errorOf(users.createUser({}));
  expect([error.code, reasonOf(error)]).toEqual([Code.ResourceExhausted, 'RATE_LIMITED']);
  expect(Number(error.metadata.get('retry-after'))).toBeGreaterThan(0);
  expect(error.metadata.get('ratelimit')).toMatch(/^"address";r=0;/);
  await limited.stop();
});

describe('gRPC health', () => {
  test.each([[''], [InvoiceService.typeName]])('is told for %j, without credentials', async (service) => {
    gateway.clock.advance(1_000);
    const health = createClient(Health, createGrpcTransport({ baseUrl: gateway.url }));
    expect((await health.check({ service })).status).toBe(ServingStatus.SERVING);
    gateway.clock.advance(1_000);
    gateway.down.add('stats');
    expect((await health.check({ service })).status).toBe(ServingStatus.NOT_SERVING);
  });

  test('is not found for a service that is not here', async () => {
    const health = createClient(Health, createGrpcTransport({ baseUrl: gateway.url }));
    expect((await errorOf(health.check({ service: 'nope' }))).code).toBe(Code.NotFound);
  });
});

describe('buf curl', () => {
  const run = promisify(execFile);
  const root = new URL('..', import.meta.url).pathname;

  async function bufCurl(protocol: string, rpc: string, data: string): Promise<{ stdout: string; stderr: string }> {
    const flags = ['--schema', '.', '--protocol', protocol, '--data', data];
    if (protocol === 'grpc') flags.push('--http2-prior-knowledge');
    const headers = Object.entries(AS_ADA).flatMap(([name, value]) => ['--header', `${name}: ${value}`]);
    return run(`${root}node_modules/.bin/buf`, ['curl', ...flags, ...headers, `${gateway.url}/${rpc}`], { cwd: root });
  }

  test.each([['connect'], ['grpcweb'], ['grpc']])(
    'gets an answer by %s',
    { timeout: BUF_TIMEOUT_MS },
    async (protocol) => {
      const { stdout } = await bufCurl(protocol, 'numer.invoice.v1.InvoiceService/GetInvoice', '{"invoiceId":"i1"}');
      expect(JSON.parse(stdout)).toMatchObject({ invoice: { id: 'i1', totalMinor: '9007199254740993' } });
    },
  );

  test('shows the reason of an error', { timeout: BUF_TIMEOUT_MS }, async () => {
    fail = new DomainError('missing', 'INVOICE_NOT_FOUND', 'There is no such invoice.');
    const call = bufCurl('grpc', 'numer.invoice.v1.InvoiceService/GetInvoice', '{"invoiceId":"i1"}');
    const { stderr } = await call.then(
      () => ({ stderr: 'no error' }),
      (cause: { stderr: string }) => cause,
    );
    const { code, details } = JSON.parse(stderr) as { code: string; details: { type: string; value: string }[] };
    expect([code, details[0]?.type]).toEqual(['not_found', 'google.rpc.ErrorInfo']);
    expect(Buffer.from(details[0]?.value ?? '', 'base64').toString()).toContain('INVOICE_NOT_FOUND');
  });
});
