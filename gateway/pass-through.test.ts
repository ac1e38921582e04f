import { type Client, Code, ConnectError, createClient, type Transport } from '@connectrpc/connect';
import { createConnectTransport, createGrpcTransport, createGrpcWebTransport } from '@connectrpc/connect-node';
import { createGrpcWebTransport as createWebTransport } from '@connectrpc/connect-web';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { BadRequestSchema, ErrorInfoSchema } from '../gen/google/rpc/error_details_pb.ts';
import { Health, HealthCheckResponse_ServingStatus as ServingStatus } from '../gen/grpc/health/v1/health_pb.ts';
import { InvoiceService } from '../gen/numer/invoice/v1/invoice_service_pb.ts';
import { SessionService } from '../gen/numer/user/v1/session_service_pb.ts';
import { UserService } from '../gen/numer/user/v1/user_service_pb.ts';
import { invalidField } from '../runtime/call/errors.ts';
import { createFakeServices } from './testing/fake-services.ts';
import { fetchInBase64 } from './testing/fetch-in-base64.ts';
import { AS_ADA, startTestGateway, type TestGateway } from './testing/start-test-gateway.ts';

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

const protocols: readonly (readonly [string, (baseUrl: string) => Transport])[] = [
  ['Connect with JSON', (baseUrl) => createConnectTransport({ baseUrl, httpVersion: '1.1', useBinaryFormat: false })],
  ['Connect with protobuf', (baseUrl) => createConnectTransport({ baseUrl, httpVersion: '1.1' })],
  ['Connect by GET', (baseUrl) => createConnectTransport({ baseUrl, httpVersion: '1.1', useHttpGet: true })],
  ['Connect over HTTP/2', (baseUrl) => createConnectTransport({ baseUrl, httpVersion: '2' })],
  ['gRPC-web', (baseUrl) => createGrpcWebTransport({ baseUrl, httpVersion: '1.1' })],
  ['gRPC-web in base64', (baseUrl) => createWebTransport({ baseUrl, fetch: fetchInBase64 })],
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
    services.fail = invalidField('invoice.memo', 'must be shorter');
    const error = await errorOf(invoices.createInvoice({}, asAda));
    expect(error).toMatchObject({ code: Code.InvalidArgument, rawMessage: 'invoice.memo must be shorter' });
    expect(reasonOf(error)).toBe('INVALID_ARGUMENT');
    expect(error.findDetails(BadRequestSchema)[0]?.fieldViolations[0]).toMatchObject({
      field: 'invoice.memo',
      description: 'must be shorter',
    });
  });

  test('gets nothing of a defect', async () => {
    services.fail = new Error('relation "invoices" does not exist');
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
    services.fail = new ConnectError('http/2 stream closed with error code CANCEL (0x8)', Code.Canceled);
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

  test('is told of an RPC or a service that does not exist', async () => {
    const unknown = { ...InvoiceService.method.createInvoice, name: 'Nope' };
    const noService = { ...unknown, parent: { ...InvoiceService, typeName: 'numer.none.v1.NoneService' } };
    for (const method of [unknown, noService]) {
      const error = await errorOf(transport.unary(method, undefined, undefined, AS_ADA, {}));
      expect([error.code, reasonOf(error), error.rawMessage]).toEqual([
        Code.Unimplemented,
        'NOT_FOUND',
        'There is no such RPC.',
      ]);
    }
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
    services.waiting = Promise.withResolvers();
    const controller = new AbortController();
    const call = errorOf(invoices.getInvoice({ invoiceId: 'i1' }, { ...asAda, signal: controller.signal }));
    const signal = await services.waiting.promise;
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
