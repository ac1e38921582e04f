import { request as sendHttp1 } from 'node:http';
import { text } from 'node:stream/consumers';
import { Code, ConnectError } from '@connectrpc/connect';
import pino from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  AnswerLinkedQuoteRequest_Answer as Answer,
  DocumentLinkService,
  GetLinkedFileRequest_Format as Format,
} from '../../gen/numer/notification/v1/document_link_service_pb.ts';
import { errorWithReason } from '../../runtime/call/errors.ts';
import { callerOf, startTestGateway, type TestGateway } from '../testing/start-test-gateway.ts';

const TOKEN = 'A'.repeat(68);
const PAGE = '<!doctype html><title>Invoice 1</title>';
const POLICY = "default-src 'none'; style-src 'sha256-x'";

let gateway: TestGateway;
let fail: Error | undefined;
let log = '';
/** What the notification service was asked, and as whom. */
const asked: { readonly rpc: string; readonly request: object; readonly caller: ReturnType<typeof callerOf> }[] = [];

beforeAll(async () => {
  const encode = (data: string) => new TextEncoder().encode(data);
  gateway = await startTestGateway({
    log: pino(
      { level: 'debug' },
      {
        write(line: string) {
          log += line;
        },
      },
    ),
    services: {
      notification: (router) => {
        const note = (rpc: string, request: object, context: Parameters<typeof callerOf>[0]) => {
          asked.push({ rpc, request, caller: callerOf(context) });
          if (fail !== undefined) throw fail;
        };
        router.service(DocumentLinkService, {
          getLinkedPage(request, context) {
            note('page', request, context);
            return { page: { contentType: 'text/html', data: encode(PAGE) }, contentSecurityPolicy: POLICY };
          },
          getLinkedFile(request, context) {
            note('file', request, context);
            return { file: { contentType: 'application/pdf', data: encode('%PDF') }, fileName: 'Rechnung "ä".pdf' };
          },
          answerLinkedQuote(request, context) {
            note('answer', request, context);
            return {};
          },
        });
      },
    },
  });
});
afterAll(() => gateway.stop());
afterEach(() => {
  fail = undefined;
  asked.length = 0;
  gateway.down.clear();
});

const get = (path: string, init: RequestInit = {}) => fetch(gateway.url + path, { redirect: 'manual', ...init });
const answer = (body: string, headers: Readonly<Record<string, string>> = {}) =>
  get(`/d/${TOKEN}`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
  });

/** Headers of every answer about a link, which keep it secret. */
const SECRECY = {
  'cache-control': 'private, no-store',
  'referrer-policy': 'no-referrer',
  'x-robots-tag': 'noindex, nofollow',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

describe('the page of a document', () => {
  test('is what the notification service gives, asked as the gateway for whoever it is', async () => {
    const response = await get(`/d/${TOKEN}`, { headers: { authorization: 'Bearer x', 'x-request-id': 'r-1' } });
    expect([response.status, await response.text()]).toEqual([200, PAGE]);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      ...SECRECY,
      'content-security-policy': POLICY,
      'content-type': 'text/html',
      'ratelimit-policy': expect.stringContaining('"address"'),
    });
    expect(asked).toMatchObject([
      {
        rpc: 'page',
        request: { token: TOKEN },
        caller: {
          identity: { kind: 'service', name: 'gateway' },
          header: { 'x-request-id': 'r-1', 'x-caller-address': '127.0.0.1' },
        },
      },
    ]);
  });

  test('of which only the head is asked has no body', async () => {
    const response = await get(`/d/${TOKEN}`, { method: 'HEAD' });
    expect([response.status, await response.text()]).toEqual([200, '']);
    expect(Object.fromEntries(response.headers)).toMatchObject(SECRECY);
  });

  test('has files that are downloaded, under names that are safe in a header', async () => {
    const formats = { pdf: Format.PDF, 'factur-x': Format.FACTUR_X, ubl: Format.UBL, cii: Format.CII };
    for (const [name, format] of Object.entries(formats)) {
      const response = await get(`/d/${TOKEN}/${name}`);
      expect([response.status, await response.text()]).toEqual([200, '%PDF']);
      expect(Object.fromEntries(response.headers)).toMatchObject({
        ...SECRECY,
        'content-type': 'application/pdf',
        'content-disposition': 'attachment; filename="Rechnung ___.pdf"',
      });
      expect(asked.at(-1)).toMatchObject({ rpc: 'file', request: { token: TOKEN, format } });
    }
  });
});

describe('an answer', () => {
  test.each([
    ['accept', Answer.ACCEPT],
    ['decline', Answer.DECLINE],
  ])('to %s is passed on, and leads back to the page', async (word, expected) => {
    const response = await answer(`answer=${word}`, { 'sec-fetch-site': 'same-origin', origin: 'null' });
    expect([response.status, response.headers.get('location')]).toEqual([303, TOKEN]);
    expect(Object.fromEntries(response.headers)).toMatchObject(SECRECY);
    expect(asked).toMatchObject([{ rpc: 'answer', request: { token: TOKEN, answer: expected } }]);
  });

  test.each<[string, string, Record<string, string>]>([
    ['from another site', 'answer=accept', { 'sec-fetch-site': 'cross-site' }],
    ['from a neighbouring site', 'answer=accept', { 'sec-fetch-site': 'same-site' }],
    ['that is none', 'answer=maybe', {}],
    ['that is empty', '', {}],
    ['that is no form', '{"answer":"accept"}', { 'content-type': 'application/json' }],
    ['that is far too long', `answer=accept&x=${'x'.repeat(5_000)}`, {}],
  ])('%s is refused', async (_what, body, headers) => {
    const response = await answer(body, headers);
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('not understood');
    expect(asked).toEqual([]);
  });

  test('is never given by a GET', async () => {
    await get(`/d/${TOKEN}?answer=accept`);
    expect(asked.map(({ rpc }) => rpc)).toEqual(['page']);
  });
});

describe('what leads nowhere', () => {
  /** Sends the path as it is, which fetch would normalize. */
  function getRaw(path: string): Promise<{ status: number; body: string; headers: object }> {
    return new Promise((resolve, reject) => {
      const { hostname, port } = new URL(gateway.url);
      sendHttp1({ hostname, port, path }, async (response) => {
        resolve({ status: response.statusCode ?? 0, body: await text(response), headers: response.headers });
      })
        .on('error', reject)
        .end();
    });
  }

  test('is answered alike, whatever it is', async () => {
    fail = errorWithReason(Code.NotFound, 'NOT_FOUND', 'There is no such document.');
    const unknown = await getRaw(`/d/${TOKEN}`);
    expect(unknown).toMatchObject({ status: 404, body: expect.stringContaining('Hier ist kein Dokument') });
    expect(unknown.headers).toMatchObject(SECRECY);
    const paths = ['/d/x', '/d/', '/d/%ff', '/d/%00', `/d/${'x'.repeat(5_000)}`, `/d/${TOKEN}/pdf`, `/d/${TOKEN}/zip`];
    for (const path of [...paths, `/d/${TOKEN}/pdf/x`, `/d/${TOKEN}/`, '/d/..%2f..%2fetc']) {
      const { status, body } = await getRaw(path);
      expect([path, status, body]).toEqual([path, 404, unknown.body]);
    }
    for (const method of ['PUT', 'PATCH', 'DELETE']) {
      const response = await get(`/d/${TOKEN}`, { method });
      expect([method, response.status, await response.text()]).toEqual([method, 404, unknown.body]);
    }
    expect((await answer('answer=accept')).status).toBe(404);
  });

  test.each([
    ['INVOICE_NOT_FOUND', Code.NotFound],
    ['INVALID_ARGUMENT', Code.InvalidArgument],
    ['E_INVOICE_IMPOSSIBLE', Code.FailedPrecondition],
  ] as const)('is also what is refused with %s', async (reason, code) => {
    fail = errorWithReason(code, reason, 'secret');
    const response = await get(`/d/${TOKEN}/ubl`);
    expect(response.status).toBe(404);
    expect(await response.text()).not.toContain('secret');
  });
});

describe('when it does not work', () => {
  test('the page says to come back, and not why', async () => {
    gateway.down.add('notification');
    const response = await get(`/d/${TOKEN}`);
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '1']);
    expect(await response.text()).toMatch(/Try again later(?!.*ECONNREFUSED)/s);
    expect(Object.fromEntries(response.headers)).toMatchObject(SECRECY);
  });

  test('a defect is told to the log, and only there', async () => {
    fail = new ConnectError('relation "x" does not exist', Code.Internal);
    const response = await get(`/d/${TOKEN}`);
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('relation');
    expect(log).toContain('relation');
  });

  test('too many files at once are to be asked for later', async () => {
    fail = errorWithReason(Code.ResourceExhausted, 'RATE_LIMITED', 'x', { metadata: { retryAfterSeconds: '3' } });
    const response = await get(`/d/${TOKEN}/pdf`);
    expect([response.status, response.headers.get('retry-after')]).toEqual([429, '3']);
  });
});

test('too many requests from one address are refused before a service hears of them', async () => {
  const strict = await startTestGateway({ config: { RATE_LIMIT_PER_ADDRESS: 2 } });
  const isRefused: boolean[] = [];
  for (const path of ['x', 'y', 'z/pdf']) isRefused.push((await fetch(`${strict.url}/d/${path}`)).status === 429);
  expect(isRefused).toEqual([false, false, true]);
  await strict.stop();
});

test('no token was written to the log', () => {
  expect(log).not.toBe('');
  expect(log).not.toContain(TOKEN);
});
