import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { waitUntil } from '../../runtime/testing/wait-until.ts';
import {
  type Answer,
  type Api,
  addCustomer,
  addDraft,
  addOpenInvoice,
  anonymous,
  createApi,
  draftOf,
  type Json,
  type RequestOptions,
  signUp,
} from './testing/api.ts';
import { pathOf, routes } from './testing/routes.ts';
import { useSharedNumer } from './testing/use-numer.ts';

const numer = useSharedNumer();
const url = () => numer().url;

let api: Api;
let customerId: string;
let draft: Json;
let invoice: Json;

beforeAll(async () => {
  api = await signUp(url);
  customerId = await addCustomer(api);
  draft = await addDraft(api, customerId);
  invoice = await addOpenInvoice(api, customerId);
});

afterAll(async () => {
  // Whatever a caller sends is merely refused, and the system goes on.
  expect((await anonymous(url).call('GET', '/readyz')).status).toBe(200);
  expect(await api.get(`/invoices/${draft.id}`)).toEqual(draft);
  expect(await api.get(`/invoices/${invoice.id}`)).toEqual(invoice);
});

/** The part at fault, as the response must name it. */
type Fault = { readonly pointer: string } | { readonly parameter: string } | { readonly header: string };

function expectProblem(answer: Answer, status: number, fault?: Fault): void {
  expect({ status: answer.status, body: answer.body }).toMatchObject({
    status,
    body: { status, title: expect.any(String), reason: expect.any(String), requestId: expect.any(String) },
  });
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  if (fault !== undefined) {
    expect(answer.body.errors).toEqual(expect.arrayContaining([expect.objectContaining(fault)]));
    for (const { detail } of answer.body.errors) expect(detail).toMatch(/\S/);
  }
}

/** A draft with one field changed, in the line when its name begins with `line.`. */
function draftWith(field: string, value: unknown): Json {
  const body = draftOf(customerId);
  if (field.startsWith('line.')) body.lines[0][field.slice('line.'.length)] = value;
  else body[field] = value;
  return body;
}

function without(field: string): Json {
  const { [field]: _, ...body } = draftOf(customerId);
  return body;
}

describe('a value that is wrong is refused by name', () => {
  const line = (field: string) => `/lines/0/${field}`;
  test.each<[string, unknown, string]>([
    ['customerId', 17, '/customerId'],
    ['customerId', 'no uuid', '/customerId'],
    ['customerId', '', '/customerId'],
    ['currencyCode', 'EURO', '/currencyCode'],
    ['currencyCode', 'eur', '/currencyCode'],
    ['currencyCode', 'XXQ', '/currencyCode'],
    ['dueDate', '2026-02-30', '/dueDate'],
    ['dueDate', '31.12.2099', '/dueDate'],
    ['dueDate', '2099-12-31T00:00:00Z', '/dueDate'],
    ['issueDate', '2099-13-01', '/issueDate'],
    ['discountPercent', '101', '/discountPercent'],
    ['discountPercent', '-1', '/discountPercent'],
    ['discountPercent', '1e1', '/discountPercent'],
    ['discountPercent', 10, '/discountPercent'],
    ['memo', 'x'.repeat(5_001), '/memo'],
    ['memo', 'NUL \0', '/memo'],
    ['memo', { text: 'x' }, '/memo'],
    ['lines', 'none', '/lines'],
    ['lines', [null], '/lines/0'],
    ['lines', [[]], '/lines/0'],
    ['lines', Array.from({ length: 501 }, () => draftOf('').lines[0]), '/lines'],
    ['line.description', '', line('description')],
    ['line.description', null, line('description')],
    ['line.quantity', 2, line('quantity')],
    ['line.quantity', '', line('quantity')],
    ['line.quantity', '1e400', line('quantity')],
    ['line.quantity', 'NaN', line('quantity')],
    ['line.quantity', '0x10', line('quantity')],
    ['line.quantity', '1.12345678901', line('quantity')],
    ['line.unitPrice', '-1', line('unitPrice')],
    ['line.unitPrice', '1,5', line('unitPrice')],
    ['line.unitPrice', '9'.repeat(13), line('unitPrice')],
    ['line.taxPercent', '100.000001', line('taxPercent')],
    ['line.id', 'no uuid', line('id')],
    ['line.price', '1', line('price')],
    ['colour', 'red', '/colour'],
    ['__proto__', { state: 'PAID' }, '/__proto__'],
    ['constructor', { prototype: {} }, '/constructor'],
  ])('%s: %o', async (field, value, pointer) => {
    // Written by hand, because JSON.stringify would leave `__proto__` out.
    const body = JSON.stringify(draftWith(field === '__proto__' ? 'placeholder' : field, value));
    const answer = await api.call('POST', '/invoices', { text: body.replace('"placeholder"', '"__proto__"') });
    expectProblem(answer, 400, { pointer });
  });

  test.each(['customerId', 'dueDate'])('%s is missing', async (field) => {
    expectProblem(await api.call('POST', '/invoices', { body: without(field) }), 400, { pointer: `/${field}` });
  });

  test('half a surrogate pair, in JSON as such', async () => {
    const body = JSON.stringify(draftOf(customerId)).replace('Bread', '\\ud800');
    expectProblem(await api.call('POST', '/invoices', { text: body }), 400, { pointer: '/lines/0/description' });
  });

  test('amounts that nobody can pay', async () => {
    const huge = { description: 'Gold', quantity: '999999999999', unitPrice: '999999999999' };
    const answer = await api.call('POST', '/invoices', { body: draftWith('lines', [huge]) });
    expectProblem(answer, 400);
    expect(answer.body.reason).toBe('AMOUNT_TOO_LARGE');
    const negative = { description: 'Refund', quantity: '-1', unitPrice: '1' };
    const below = await api.call('POST', '/invoices', { body: draftWith('lines', [negative]) });
    expect(below).toMatchObject({ status: 400, body: { reason: 'NEGATIVE_TOTAL' } });
  });

  test.each<[unknown, number]>([
    ['0', 400],
    ['-1', 400],
    [1.5, 400],
    ['1.5', 400],
    ['9223372036854775808', 400],
    ['9223372036854775807', 400],
    ['999999999999', 409],
    [{}, 400],
    [null, 400],
  ])('a payment of %o', async (amountMinor, status) => {
    const answer = await api.call('POST', `/invoices/${invoice.id}/payments`, { body: { amountMinor } });
    expectProblem(answer, status, status === 400 ? { pointer: '/amountMinor' } : undefined);
  });

  test.each<[string, unknown, string]>([
    ['email', 'nobody', '/email'],
    ['email', `${'x'.repeat(300)}@example.com`, '/email'],
    ['password', 'short', '/password'],
    ['password', 'x'.repeat(201), '/password'],
    ['name', '', '/name'],
    ['timeZone', 'Mars/Olympus', '/timeZone'],
    ['locale', '!!', '/locale'],
    ['defaultCurrencyCode', 'ABC', '/defaultCurrencyCode'],
    ['address', 'Street 1', '/address'],
    ['address', { countryCode: 'Germany' }, '/address/countryCode'],
  ])('a sign-up whose %s is %o', async (field, value, pointer) => {
    const body = { email: 'new@example.com', password: 'correct horse', name: 'New', [field]: value };
    expectProblem(await anonymous(url).call('POST', '/users', { body }), 400, { pointer });
  });

  test('a reminder at no time, at two, in the past, or too far away', async () => {
    const remind = (schedule: Json) => api.call('POST', '/reminders', { body: { invoiceId: invoice.id, ...schedule } });
    expectProblem(await remind({}), 400, { pointer: '/daysBeforeDue' });
    expectProblem(await remind({ daysBeforeDue: 1, daysAfterDue: 1 }), 400);
    expectProblem(await remind({ daysBeforeDue: 366 }), 400, { pointer: '/daysBeforeDue' });
    expectProblem(await remind({ daysBeforeDue: '1e400' }), 400, { pointer: '/daysBeforeDue' });
    expectProblem(await remind({ remindTime: 'tomorrow' }), 400, { pointer: '/remindTime' });
    expectProblem(await remind({ remindTime: '2099-02-30T00:00:00Z' }), 400, { pointer: '/remindTime' });
    const past = await remind({ remindTime: '2020-01-01T00:00:00Z' });
    expectProblem(past, 400, { pointer: '/remindTime' });
    expect(past.body.reason).toBe('REMINDER_IN_PAST');
  });
});

test('an invoice that is due before it is issued', async () => {
  const body = draftOf(customerId, { issueDate: '2026-01-02', dueDate: '2026-01-01' });
  expectProblem(await api.call('POST', '/invoices', { body }), 400, { pointer: '/dueDate' });
});

describe('a body that is none', () => {
  test.each<[string, number, RequestOptions]>([
    ['not JSON', 400, { text: '{"name": ' }],
    ['a list', 400, { text: '[]' }],
    ['a number', 400, { text: '1e400' }],
    ['a key twice', 400, { text: '{"name": "Ada", "name": "Eve"}' }],
    ['nested 100,000 deep', 400, { text: `{"name": ${'['.repeat(100_000)}` }],
    ['of 5 MB', 413, { text: JSON.stringify({ name: 'x'.repeat(5_000_000) }) }],
    ['of 300,000 values', 413, { text: JSON.stringify({ name: Array.from({ length: 300_000 }, () => 1) }) }],
    ['a form', 415, { text: 'name=Ada', headers: { 'content-type': 'application/x-www-form-urlencoded' } }],
    ['in another character set', 415, { text: '{}', headers: { 'content-type': 'application/json; charset=utf-16' } }],
    ['in XML', 415, { text: '<name/>', headers: { 'content-type': 'text/xml' } }],
  ])('%s: %i', async (_, status, options) => {
    expectProblem(await api.call('POST', '/customers', options), status);
  });

  test('is refused on every route that takes one', async () => {
    for (const route of routes.filter(({ body }) => body !== '')) {
      const path = pathOf(route, () => invoice.id);
      const method = route.verb.toUpperCase();
      for (const sent of ['7', '"x"', '[{}]', '{"unknown": 1}', '{"\\u0000": 1}', '{']) {
        const answer = await api.call(method, path, { text: sent });
        expect(answer.status, `${method} ${path} ${sent}`).toBeGreaterThanOrEqual(400);
        expect(answer.status, `${method} ${path} ${sent}`).toBeLessThan(500);
      }
    }
  });
});

describe('parameters', () => {
  test.each<[string, string]>([
    ['/invoices?colour=red', 'colour'],
    ['/invoices?pageSize=101', 'pageSize'],
    ['/invoices?pageSize=-1', 'pageSize'],
    ['/invoices?pageSize=ten', 'pageSize'],
    ['/invoices?pageSize=1e400', 'pageSize'],
    ['/invoices?pageSize=1&pageSize=2', 'pageSize'],
    ['/invoices?pageToken=garbage', 'pageToken'],
    [`/invoices?pageToken=${'x'.repeat(501)}`, 'pageToken'],
    ['/invoices?pageToken=%00', 'pageToken'],
    ['/invoices?state=LOST', 'state'],
    ['/invoices?overdue=maybe', 'overdue'],
    ['/invoices?order=RANDOM', 'order'],
    ['/invoices?customerId=no-uuid', 'customerId'],
    ['/invoices?dueDateFrom=2026-02-30', 'dueDateFrom'],
    ['/invoices?issueDateTo=yesterday', 'issueDateTo'],
    ['/invoices?currencyCode=E%00R', 'currencyCode'],
    ['/invoices?metadataValue=x', 'metadataValue'],
    ['/invoices?tag=%00', 'tag'],
    ['/reminders?invoiceId=1', 'invoiceId'],
    ['/notifications?state=%F0%9F%92%A9', 'state'],
    ['/customers?pageToken=abc', 'pageToken'],
    ['/activities/user?pageSize=x', 'pageSize'],
    ['/stats?year=2026', 'year'],
    ['/invoices/no-uuid', 'invoiceId'],
    ['/customers/1', 'customerId'],
    ["/invoices/'%20or%201=1", 'invoiceId'],
    ['/activities/invoice/x', 'invoiceId'],
  ])('%s', async (path, parameter) => {
    expectProblem(await api.call('GET', path), 400, { parameter });
  });

  test('a page token of another list, of other filters, of another user', async () => {
    const tokenOf = async (path: string): Promise<string> => (await api.get(path)).nextPageToken;
    const pageToken = await tokenOf('/invoices?pageSize=1');
    const activityToken = await waitUntil(() => tokenOf('/activities/user?pageSize=1'));
    for (const path of [
      `/invoices?state=OPEN&pageToken=${pageToken}`,
      `/invoices?order=DUE_DATE_ASC&pageToken=${pageToken}`,
      `/customers?pageToken=${pageToken}`,
      `/invoices?pageToken=${activityToken}`,
      `/notifications?pageToken=${activityToken}`,
    ]) {
      expect(await api.call('GET', path), path).toMatchObject({ status: 400, body: { reason: 'INVALID_PAGE_TOKEN' } });
    }
    const other = await signUp(url);
    const foreign = await other.call('GET', `/invoices?pageToken=${pageToken}`);
    expect(JSON.stringify(foreign.body)).not.toContain(draft.id);
  });
});

describe('credentials', () => {
  test.each<[string, string]>([
    ['garbage', 'Bearer garbage'],
    ['another scheme', 'Basic YTpi'],
    ['nothing', 'Bearer '],
    ['very long', `Bearer ${'x'.repeat(8_000)}`],
    ['unsigned', 'Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.'],
    ['an API key that never was', 'Bearer numer_0000000000000000000000000000000000000000'],
  ])('%s are refused', async (_, authorization) => {
    const answer = await anonymous(url).call('GET', '/stats', { headers: { authorization } });
    expectProblem(answer, 401);
    expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/);
  });

  test('with one character changed, or of a session that has ended, are refused', async () => {
    const session = await signUp(url);
    const { accessToken } = session;
    const changed = accessToken.slice(0, -5) + (accessToken.at(-5) === 'A' ? 'B' : 'A') + accessToken.slice(-4);
    const forged = createApi(url, { ...session, accessToken: changed });
    expectProblem(await forged.call('GET', '/stats'), 401);
    expect((await session.call('DELETE', '/sessions/current')).status).toBe(204);
    expectProblem(await session.call('GET', '/stats'), 401);
    const refreshToken = session.refreshToken;
    expectProblem(await anonymous(url).call('POST', '/sessions/refresh', { body: { refreshToken } }), 401);
  });

  test('a wrong password and an unknown address are told alike', async () => {
    const nobody = anonymous(url);
    const attempt = (email: string) => nobody.call('POST', '/sessions', { body: { email, password: 'wrong horse' } });
    await nobody.post('/users', { email: 'known@example.com', password: 'correct horse', name: 'Known' });
    const [known, unknown] = [await attempt('known@example.com'), await attempt('unknown@example.com')];
    expectProblem(known, 401);
    expect({ ...known.body, requestId: '' }).toEqual({ ...unknown.body, requestId: '' });
  });
});

describe('routes', () => {
  test.each<[string, string]>([
    ['GET', '/nothing'],
    ['POST', '/invoices/send/twice'],
    ['GET', '//invoices'],
    ['GET', '/invoices/'],
    ['GET', '/../etc/passwd'],
    ['GET', '/dev/mail/..%2f..%2fkeys.json'],
  ])('%s %s is unknown', async (method, path) => {
    expectProblem(await api.call(method, path), 404);
  });

  test.each<[string, string, string]>([
    ['PUT', '/invoices', 'GET, HEAD, POST'],
    ['DELETE', '/invoices', 'GET, HEAD, POST'],
    ['POST', '/stats', 'GET, HEAD'],
  ])('%s %s is not allowed', async (method, path, allow) => {
    const answer = await api.call(method, path);
    expectProblem(answer, 405);
    expect(answer.headers.get('allow')?.split(', ').toSorted().join(', ')).toContain(allow);
  });

  test('malformed percent-encoding is refused', async () => {
    for (const path of ['/invoices/%', '/invoices/%zz', '/invoices/%ff', '/invoices?state=%']) {
      const answer = await api.call('GET', path);
      expect(answer.status, path).toBe(400);
    }
  });

  test('HEAD answers like GET without a body, OPTIONS without credentials', async () => {
    const head = await api.call('HEAD', `/invoices/${invoice.id}`);
    expect(head).toMatchObject({ status: 200, body: undefined });
    expect(head.headers.get('etag')).toBe(invoice.etag);
    expect((await api.call('HEAD', '/invoices/no-uuid')).status).toBe(400);
    const preflight = { origin: 'https://app.example', 'access-control-request-method': 'PATCH' };
    const options = await anonymous(url).call('OPTIONS', '/invoices', { headers: preflight });
    expect(options.status).toBe(204);
    expect(options.headers.get('access-control-allow-methods')).toContain('PATCH');
  });

  test('what is not HTTP gets 400 and no more', async () => {
    const { hostname, port } = new URL(url());
    const answerTo = async (bytes: string) => {
      const socket = connect(Number(port), hostname);
      socket.end(bytes);
      return text(socket);
    };
    expect(await answerTo('GARBAGE\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
    expect(await answerTo(`GET /livez HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(100_000)}\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 4(00|31) /,
    );
    expect(await answerTo('PRI * HTTP/2.0\r\n\r\nnonsense')).not.toMatch(/^HTTP\/1\.1 [25]/);
  });
});

describe('headers', () => {
  test('an idempotency key with another body is refused, a malformed one as well', async () => {
    const headers = { 'idempotency-key': 'once' };
    await api.post('/customers', { name: 'Ada' }, headers);
    const other = await api.call('POST', '/customers', { body: { name: 'Eve' }, headers });
    expectProblem(other, 422);
    expect(other.body.reason).toBe('IDEMPOTENCY_KEY_REUSED');
    for (const key of ['has space', 'x'.repeat(256), 'ümlaut']) {
      const options = { body: { name: 'Eve' }, headers: { 'idempotency-key': key } };
      expectProblem(await api.call('POST', '/customers', options), 400, { header: 'idempotency-key' });
    }
  });

  test('an If-Match that names another version, or nothing that could be one, is refused', async () => {
    for (const etag of ['"999"', 'W/"1"', 'nonsense', '"', '"998", "999"', 'W/"1", "999"']) {
      const headers = { 'if-match': etag };
      const patched = await api.call('PATCH', `/invoices/${draft.id}`, { body: { memo: 'x' }, headers });
      expect(patched.status, etag).toBe(412);
      expect((await api.call('DELETE', `/invoices/${draft.id}`, { headers })).status, etag).toBe(412);
    }
  });

  test('an Accept that leaves nothing to answer with is refused', async () => {
    expectProblem(await api.call('GET', '/stats', { headers: { accept: 'image/png' } }), 406);
  });
});
