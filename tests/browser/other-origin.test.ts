import { beforeAll, describe, expect, test } from 'vitest';
import { findChromium } from '../../runtime/testing/chromium.ts';
import { type Api, addCustomer, addOpenInvoice, type Json, signUp } from '../system/testing/api.ts';
import { useSharedNumer } from '../system/testing/use-numer.ts';
import type { Callers, Protocol, RestAnswer } from './page/callers.ts';
import { useAppOrigin } from './testing/use-app-origin.ts';
import { useBrowser, type WatchedPage } from './testing/use-browser.ts';

const chromium = await findChromium();
const CREDENTIALS = { email: 'page@example.com', password: 'correct horse' };

describe.skipIf(chromium === undefined)('a page of another origin', () => {
  const numer = useSharedNumer();
  const origin = useAppOrigin();
  const openPage = useBrowser(chromium);
  let api: Api;
  let invoice: Json;
  let app: WatchedPage;

  beforeAll(async () => {
    api = await signUp(() => numer().url, CREDENTIALS);
    invoice = await addOpenInvoice(api, await addCustomer(api));
    app = await openPage();
    await app.page.goto(origin());
    await app.page.waitForFunction(() => 'callers' in globalThis);
  });

  /** Makes the page do something. */
  function inPage<Name extends keyof Callers>(
    name: Name,
    ...args: Parameters<Callers[Name]>
  ): Promise<Awaited<ReturnType<Callers[Name]>>> {
    return app.page.evaluate(
      // The page itself sets this.
      ([called, given]) =>
        (globalThis as unknown as { callers: Record<string, (...all: unknown[]) => never> }).callers[called]?.(
          ...given,
        ),
      [name, args] as const,
    ) as Promise<Awaited<ReturnType<Callers[Name]>>>;
  }

  function rest(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<RestAnswer> {
    return inPage('callRest', numer().url + path, {
      method,
      headers: {
        authorization: `Bearer ${api.accessToken}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  test('is of another origin indeed', () => {
    expect(new URL(origin()).origin).not.toBe(new URL(numer().url).origin);
  });

  test.each<Protocol>(['connect', 'connect-get', 'grpc-web'])('calls RPCs over %s', async (protocol) => {
    const outcome = await inPage('callRpc', protocol, { baseUrl: numer().url, ...CREDENTIALS }, invoice.id);
    expect(outcome).toEqual({
      number: invoice.number,
      totalMinor: invoice.totalMinor,
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      missing: { code: 'NotFound', reason: 'INVOICE_NOT_FOUND', fields: [] },
      invalid: { code: 'InvalidArgument', reason: 'INVALID_ARGUMENT', fields: ['amount_minor'] },
    });
  });

  test('reads by GET over Connect where that was asked for, so that caches may keep it', () => {
    const reads = app.requests.filter(({ url }) => url.includes('/GetInvoice'));
    expect(new Set(reads.map(({ method }) => method))).toEqual(new Set(['POST', 'GET']));
    const byGet = reads.filter(({ method }) => method === 'GET');
    expect(byGet).not.toEqual([]);
    for (const { url } of byGet) expect(new URL(url).searchParams.get('connect')).toBe('v1');
  });

  test('uses the published client', async () => {
    expect(await inPage('callClient', { baseUrl: numer().url, ...CREDENTIALS })).toEqual([invoice.number]);
  });

  test('creates over REST, and can read where it is and which version', async () => {
    const made = await rest('POST', '/customers', { name: 'Bell Books' }, { 'idempotency-key': 'page-1' });
    expect(made.status).toBe(201);
    const { id, etag } = made.body as Json;
    expect(made.headers).toMatchObject({ location: `/customers/${id}`, etag, 'x-request-id': expect.any(String) });
    const again = await rest('POST', '/customers', { name: 'Bell Books' }, { 'idempotency-key': 'page-1' });
    expect([again.body, again.headers['idempotent-replayed']]).toEqual([made.body, 'true']);
  });

  test('reads and changes conditionally over REST', async () => {
    const { body, headers } = await rest('GET', `/invoices/${invoice.id}`);
    expect(body).toEqual(invoice);
    expect(headers.etag).toBe(invoice.etag);
    // The browser passes a 304 that it did not request on to the page unchanged.
    const unchanged = await rest('GET', `/invoices/${invoice.id}`, undefined, { 'if-none-match': invoice.etag });
    expect([unchanged.status, unchanged.body]).toEqual([304, undefined]);
    const stale = await rest('PATCH', `/invoices/${invoice.id}`, { memo: 'x' }, { 'if-match': '"0"' });
    expect([stale.status, (stale.body as Json).reason]).toEqual([412, 'ETAG_MISMATCH']);
  });

  test('is told over REST what is wrong: status, reason and the fields', async () => {
    const invalid = await rest('POST', '/customers', { name: '', email: 'nowhere' });
    expect(invalid.status).toBe(400);
    expect(invalid.headers['content-type']).toBe('application/problem+json');
    expect(invalid.body).toMatchObject({
      reason: 'INVALID_ARGUMENT',
      errors: [{ pointer: '/name' }, { pointer: '/email' }],
      requestId: invalid.headers['x-request-id'],
    });
    const nobody = await rest('GET', '/invoices', undefined, { authorization: 'Bearer nonsense' });
    expect([nobody.status, nobody.headers['www-authenticate']]).toEqual([401, 'Bearer error="invalid_token"']);
  });

  test('asks first, and is told what it may do', async () => {
    const preflight = await fetch(`${numer().url}/invoices/${invoice.id}`, {
      method: 'OPTIONS',
      headers: {
        origin: origin(),
        'access-control-request-method': 'PATCH',
        'access-control-request-headers': 'if-match',
      },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-methods')).toContain('PATCH');
    expect(preflight.headers.get('access-control-allow-headers')).toContain('If-Match');
  });
});
