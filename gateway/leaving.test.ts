import { once } from 'node:events';
import { request as sendHttp1 } from 'node:http';
import { connect as connectHttp2, constants } from 'node:http2';
import { text } from 'node:stream/consumers';
import { Code, ConnectError, type HandlerContext } from '@connectrpc/connect';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { InvoiceService } from '../gen/numer/invoice/v1/invoice_service_pb.ts';
import { waitUntil } from '../runtime/testing/wait-until.ts';
import { AS_ADA, startTestGateway, type TestGateway } from './testing/start-test-gateway.ts';

const HEADERS = { ...AS_ADA, 'content-type': 'application/json' } as const;

/** A request that is under way. */
interface Underway {
  /** Status and body of the answer. */
  readonly answer: Promise<{ readonly status: number; readonly body: string }>;
  /** Breaks it off as a closed browser tab does: the connection over HTTP/1.1, the stream over HTTP/2. */
  leave(): void;
}

type Send = (
  url: string,
  method: string,
  path: string,
  options?: { readonly headers?: Record<string, string>; readonly body?: string },
) => Underway;

const overHttp1: Send = (url, method, path, { headers = {}, body } = {}) => {
  const request = sendHttp1(url + path, { method, headers: { ...HEADERS, ...headers } });
  const answer = once(request, 'response').then(async ([response]) => {
    return { status: response.statusCode, body: await text(response) };
  });
  request.end(body);
  return { answer, leave: () => request.destroy() };
};

const overHttp2: Send = (url, method, path, { headers = {}, body } = {}) => {
  const session = connectHttp2(url);
  const stream = session.request({ ':method': method, ':path': path, ...HEADERS, ...headers });
  const answer = once(stream, 'response').then(async ([head]) => {
    const answered = { status: head[':status'], body: await text(stream) };
    session.close();
    return answered;
  });
  stream.end(body);
  return {
    answer,
    leave() {
      stream.close(constants.NGHTTP2_CANCEL);
      session.close();
    },
  };
};

describe.each([
  ['in this process', false],
  ['by gRPC', true],
])('a service that is called %s', (_, overNetwork) => {
  let gateway: TestGateway;
  let called = Promise.withResolvers<HandlerContext>();
  let waits = true;

  beforeAll(async () => {
    const handle = async (context: HandlerContext) => {
      called.resolve(context);
      if (waits) await new Promise((resolve) => context.signal.addEventListener('abort', resolve));
      return {};
    };
    gateway = await startTestGateway({
      overNetwork,
      services: {
        invoice: (router) =>
          router.service(InvoiceService, {
            getInvoice: (_request, context) => handle(context),
            createInvoice: (_request, context) => handle(context),
          }),
      },
    });
  });
  afterAll(() => gateway.stop(0));

  function begin(isToWait: boolean) {
    called = Promise.withResolvers();
    waits = isToWait;
  }

  describe.each([
    ['HTTP/1.1', overHttp1],
    ['HTTP/2', overHttp2],
  ])('for a caller over %s', (_protocol, send) => {
    test.each([
      ['GET', '/invoices/1', undefined],
      ['POST', '/invoices', '{"memo":"a"}'],
    ])('%s is ended when the caller leaves', async (method, path, body) => {
      begin(true);
      const { answer, leave } = send(gateway.url, method, path, body === undefined ? {} : { body });
      answer.catch(() => undefined);
      const { signal } = await called.promise;
      expect(signal.aborted).toBe(false);
      const ended = once(signal, 'abort');
      leave();
      await ended;
    });

    test('is told the deadline of the caller, and is ended by it', async () => {
      begin(true);
      const { answer } = send(gateway.url, 'GET', '/invoices/1', { headers: { 'request-timeout': '0.4' } });
      const { signal, timeoutMs } = await called.promise;
      expect(timeoutMs()).toBeGreaterThan(0);
      expect(timeoutMs()).toBeLessThanOrEqual(400);
      const ended = signal.aborted ? undefined : once(signal, 'abort');
      const { status, body } = await answer;
      expect([status, JSON.parse(body).reason]).toEqual([504, 'DEADLINE_EXCEEDED']);
      await ended;
    });

    test('answers HEAD as GET, without the body', async () => {
      begin(false);
      const { answer } = send(gateway.url, 'HEAD', '/invoices/1');
      expect(await answer).toEqual({ status: 200, body: '' });
    });
  });
});

test.each([
  ['cancels it', constants.NGHTTP2_CANCEL],
  ['says it has an error', constants.NGHTTP2_INTERNAL_ERROR], // as connect-node does when the deadline of a call has passed
])('a gRPC call whose caller leaves and %s is no error of the gateway', async (_, code) => {
  const records: { readonly level: number; readonly msg: string }[] = [];
  const log = pino({ level: 'info' }, { write: (line) => records.push(JSON.parse(line)) });
  const called = Promise.withResolvers<void>();
  const getInvoice = async (_request: unknown, { signal }: HandlerContext) => {
    called.resolve();
    await once(signal, 'abort');
    return {};
  };
  const gateway = await startTestGateway({
    log,
    services: { invoice: (router) => router.service(InvoiceService, { getInvoice }) },
  });
  const session = connectHttp2(gateway.url);
  const path = `/${InvoiceService.typeName}/GetInvoice`;
  const stream = session.request({ ':method': 'POST', ':path': path, ...AS_ADA, 'content-type': 'application/grpc' });
  stream.on('error', () => undefined);
  const emptyMessage = Buffer.alloc(5);
  stream.end(emptyMessage);
  await called.promise;
  stream.close(code);
  await waitUntil(() => records.length > 0, { what: 'the call to be logged' });
  session.destroy();
  await gateway.stop(0);
  expect(records).toMatchObject([{ level: log.levels.values.info, msg: 'call refused' }]);
});

describe.each([
  ['REST', 'GET', '/invoices/1', 'request-timeout', 1],
  ['Connect', 'POST', `/${InvoiceService.typeName}/GetInvoice`, 'connect-timeout-ms', 1_000],
])('a deadline that passes over %s', (_protocol, method, path, header, perSecond) => {
  test.each([
    ["is the caller's where the caller set a shorter one", 0.05, 0, ['info', 'debug']],
    ['is ours where the caller has more patience', 60, 504, ['error', 'info']],
  ])('%s', async (_, patienceSeconds, status, levels) => {
    const records: { readonly level: number }[] = [];
    const log = pino({ level: 'debug' }, { write: (line) => records.push(JSON.parse(line)) });
    const counted: number[] = [];
    const getInvoice = async (_request: unknown, { signal }: HandlerContext) => {
      if (patienceSeconds < 1) await once(signal, 'abort');
      throw new ConnectError('the operation timed out', Code.DeadlineExceeded);
    };
    const gateway = await startTestGateway({
      log,
      metrics: { requestAnswered: (request) => counted.push(request.status) },
      services: { invoice: (router) => router.service(InvoiceService, { getInvoice }) },
    });
    const headers = { [header]: String(patienceSeconds * perSecond) };
    const { answer } = overHttp1(gateway.url, method, path, method === 'GET' ? { headers } : { headers, body: '{}' });
    expect((await answer).status).toBe(504);
    await gateway.stop(0);
    expect(counted).toEqual([status]);
    for (const { level } of records) expect(levels).toContain(log.levels.labels[level]);
  });
});
