import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { etagOf, versionOf } from '../../runtime/call/call.ts';
import { waitUntil } from '../../runtime/testing/wait-until.ts';
import { type Api, addCustomer, addOpenInvoice, type Json, signUp } from './testing/api.ts';
import {
  type ChangingCall,
  type ChangingCalls,
  changingRoutes,
  createChangingCalls,
  sendCall,
} from './testing/changing-calls.ts';
import type { PublishedRoute } from './testing/routes.ts';
import { useSharedNumer } from './testing/use-numer.ts';

/** Every request that changes something can be repeated, and does not undo what somebody else did meanwhile. */

/** Changes that take no idempotency key. */
const WITHOUT_KEY: Readonly<Record<string, string>> = {
  'POST /sessions': 'the answer holds secrets, which are kept nowhere, and signing in twice does no harm',
  'POST /sessions/refresh': 'the answer holds secrets, which are kept nowhere; a token is good for one exchange',
  'DELETE /sessions/current': 'ends what it is authenticated by',
  'DELETE /users/{user_id}': 'with the account go the answers that it was given',
};

const MAKES_ANOTHER = 'makes something new, and leaves what is there as it is';
const MAILS_WHAT_IS_THERE = 'mails what is there, and leaves it as it is';
const HAS_ONE_VERSION = 'ends something that cannot change before';

/** Changes that take no If-Match. */
const WITHOUT_VERSION: Readonly<Record<string, string>> = {
  'POST /users': MAKES_ANOTHER,
  'POST /sessions': MAKES_ANOTHER,
  'POST /sessions/refresh': HAS_ONE_VERSION,
  'DELETE /sessions/current': HAS_ONE_VERSION,
  'POST /password-resets': MAKES_ANOTHER,
  'POST /password-resets/confirm': HAS_ONE_VERSION,
  'POST /api-keys': MAKES_ANOTHER,
  'DELETE /api-keys/{api_key_id}': HAS_ONE_VERSION,
  'POST /customers': MAKES_ANOTHER,
  'POST /customers/import': MAKES_ANOTHER,
  'POST /customers/{customer_id}/deposits': MAKES_ANOTHER,
  'POST /customers/{customer_id}/refunds': MAKES_ANOTHER,
  'POST /invoices': MAKES_ANOTHER,
  'POST /invoices/import': MAKES_ANOTHER,
  'POST /invoices/{invoice_id}/duplicate': MAKES_ANOTHER,
  'POST /invoices/{invoice_id}/revise': MAKES_ANOTHER,
  'POST /invoices/{invoice_id}/resend': MAILS_WHAT_IS_THERE,
  'POST /quotes/{quote_id}/resend': MAILS_WHAT_IS_THERE,
  'POST /credit-notes/{credit_note_id}/resend': MAILS_WHAT_IS_THERE,
  'POST /invoices/batch-send': 'is about many invoices, each with a version of its own',
  'POST /invoices/batch-void': 'is about many invoices, each with a version of its own',
  'POST /quotes': MAKES_ANOTHER,
  'POST /recurring-invoices': MAKES_ANOTHER,
  'POST /number-series': MAKES_ANOTHER,
  'POST /exchange-rates': MAKES_ANOTHER,
  'DELETE /exchange-rates/{exchange_rate_id}': HAS_ONE_VERSION,
  'POST /webhook-endpoints': MAKES_ANOTHER,
  'POST /webhook-endpoints/{webhook_endpoint_id}/test': MAKES_ANOTHER,
  'POST /webhook-endpoints/{webhook_endpoint_id}/deliveries/{webhook_delivery_id}/resend':
    'posts once more what never changes',
  'POST /reminders': MAKES_ANOTHER,
  'DELETE /reminders/{reminder_id}': HAS_ONE_VERSION,
  'POST /invoices/{invoice_id}/reminders/pause': 'sets what the plan is to be, whatever it was',
  'POST /invoices/{invoice_id}/reminders/resume': 'sets what the plan is to be, whatever it was',
};

/** Changes whose responses contain a secret. It is stored nowhere, so it is given only once, in this field. */
const SECRET_FIELDS: Readonly<Record<string, string>> = {
  'POST /api-keys': 'secret',
  'POST /webhook-endpoints': 'secret',
  'POST /webhook-endpoints/{webhook_endpoint_id}/rotate-secret': 'secret',
  'POST /document-links/{document_id}/rotate': 'url',
};

/** Changes with only one possible request, so that a key cannot be reused with another one. */
const HAS_ONE_REQUEST: ReadonlySet<string> = new Set(['DELETE /users/{user_id}/logo']);

/** Changes that are not in the audit trail of the account. */
const UNRECORDED = /\/test$|\/deliveries\/.*\/resend$/;

const document = JSON.parse(readFileSync(join(import.meta.dirname, '../../gen/openapi.json'), 'utf8'));

/** Whether the published document says that the route takes a header: `IdempotencyKey` or `IfMatch`. */
function takes(route: PublishedRoute, header: string): boolean {
  const path = route.path.replaceAll(/[._](\w)/g, (_, letter: string) => letter.toUpperCase());
  const { parameters = [] } = document.paths[path][route.verb];
  return parameters.some(({ $ref = '' }: Json) => $ref.endsWith(`/${header}`));
}

const keyed = changingRoutes.filter(({ name }) => !(name in WITHOUT_KEY));
const versioned = changingRoutes.filter(({ name }) => !(name in WITHOUT_VERSION));

const numer = useSharedNumer();
const url = () => numer().url;

let api: Api;
let calls: ChangingCalls;
/** Ids of the requests that should have changed something, and of those that should not. */
const [effective, idle] = [new Set<string>(), new Set<string>()];

beforeAll(async () => {
  api = await signUp(url);
  calls = createChangingCalls(numer, api, await addCustomer(api));
});

function make({ name }: PublishedRoute, from: ChangingCalls = calls): Promise<ChangingCall> {
  const makeCall = from[name];
  if (makeCall === undefined) throw new Error(`${name} has no call in testing/changing-calls.ts`);
  return makeCall();
}

/** Sends a request with an id of its own, which is added to `ids` unless another account records it, or none does. */
function send(route: PublishedRoute, call: ChangingCall, ids: Set<string>, headers: Readonly<Record<string, string>>) {
  const requestId = randomUUID();
  const isRecorded = ids === idle || !UNRECORDED.test(route.path);
  if (isRecorded && call.credentials === undefined && call.caller === undefined) ids.add(requestId);
  return sendCall(api, route, call, { ...headers, 'x-request-id': requestId });
}

describe('the contract', () => {
  test('has an idempotency key for every change that is not listed here', () => {
    expect(changingRoutes.filter((route) => takes(route, 'IdempotencyKey'))).toEqual(keyed);
  });

  test('has If-Match for every change that is not listed here', () => {
    expect(changingRoutes.filter((route) => takes(route, 'IfMatch'))).toEqual(versioned);
  });
});

describe('with an idempotency key', () => {
  test.each(keyed)('$name is done once, and another request with the key is refused', async (route) => {
    const call = await make(route);
    const headers = { 'idempotency-key': randomUUID() };
    const first = await send(route, call, effective, headers);
    expect([first.status < 300, first.body]).toEqual([true, first.body]);
    expect(first.headers.get('idempotent-replayed')).toBeNull();

    const again = await send(route, call, idle, headers);
    const secret = SECRET_FIELDS[route.name];
    if (secret !== undefined) expect(first.body[secret]).not.toBe('');
    const kept = secret === undefined ? first.body : { ...first.body, [secret]: '' };
    expect([again.status, again.body]).toEqual([first.status, kept]);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    for (const name of ['etag', 'location']) expect(again.headers.get(name), name).toBe(first.headers.get(name));

    if (HAS_ONE_REQUEST.has(route.name)) return;
    const reused = await send(route, await make(route), idle, headers);
    expect(reused).toMatchObject({ status: 422, body: { reason: 'IDEMPOTENCY_KEY_REUSED' } });
  });
});

test('a request that is written in another order when it is sent again is the same request', async () => {
  const headers = { 'idempotency-key': randomUUID() };
  const [metadata, other] = [
    { project: 'roof', order: '7' },
    { order: '7', project: 'roof' },
  ];
  const first = await api.call('POST', '/customers', { body: { name: 'Ada', metadata }, headers });
  const again = await api.call('POST', '/customers', { body: { metadata: other, name: 'Ada' }, headers });
  expect([again.status, again.body]).toEqual([201, first.body]);

  const path = `/customers/${first.body.id}`;
  const change = { headers: { 'idempotency-key': randomUUID() } };
  await api.call('PATCH', path, { body: { notes: 'x', phone: '1' }, ...change });
  const repeated = await api.call('PATCH', path, { body: { phone: '1', notes: 'x' }, ...change });
  expect([repeated.status, repeated.headers.get('idempotent-replayed')]).toEqual([200, 'true']);
});

describe('with an idempotency key, a change that another request has made already', () => {
  test.each(keyed)('$name is remembered as well, so that a late retry does not undo what came after', async (route) => {
    const call = await make(route);
    await sendCall(api, route, call, {});
    const headers = { 'idempotency-key': randomUUID() };
    const first = await sendCall(api, route, call, headers);
    const again = await sendCall(api, route, call, headers);
    // Some are refused when they are repeated, or make something new.
    expect(again.headers.get('idempotent-replayed')).toBe(first.status < 300 ? 'true' : null);
  });
});

describe('with If-Match', () => {
  test.each(versioned)('$name changes nothing of another version, and the version that it names', async (route) => {
    const call = await make(route);
    const resource = call.resource ?? call.path.split('/').slice(0, 3).join('/');
    const { caller = api } = call;
    const before = await caller.get(resource);
    const stale = etagOf((versionOf(before.etag) ?? 0n) - 1n);
    const refused = await send(route, call, idle, { 'if-match': stale });
    expect(refused).toMatchObject({ status: 412, body: { reason: 'ETAG_MISMATCH' } });
    expect(await caller.get(resource)).toEqual(before);
    const changed = await send(route, call, effective, { 'if-match': before.etag });
    expect([changed.status < 300, changed.body]).toEqual([true, changed.body]);
  });
});

test('nothing is recorded of the requests that were repeated or refused', async () => {
  const recorded = await waitUntil(async () => {
    const activities = await api.list('/activities/user', 'activities');
    const ids = new Set(activities.map(({ requestId }: Json) => requestId));
    return [...effective].every((id) => ids.has(id)) && ids;
  });
  expect([...idle].filter((id) => recorded.has(id))).toEqual([]);
});

describe('from 16 clients at once with the same key', () => {
  /** The effect, which must have happened once. */
  const EFFECTS: Readonly<Record<string, (api: Api, call: ChangingCall) => Promise<unknown[]>>> = {
    'POST /customers': async (api) =>
      (await api.list('/customers', 'customers')).filter(({ name }) => name !== 'Ada Bakery'),
    'POST /invoices': (api) => api.list('/invoices', 'invoices'),
    'POST /invoices/{invoice_id}/send': async (api) => {
      // Numbers have no gap, so the next one shows how many were taken.
      const { number } = await addOpenInvoice(api, await addCustomer(api));
      return Array.from({ length: Number(number.replace('INV-', '')) - 1 });
    },
    'POST /invoices/{invoice_id}/payments': (api, { path }) => api.list(path, 'payments'),
    'POST /invoices/{invoice_id}/credit-notes': (api) => api.list('/credit-notes', 'creditNotes'),
  };

  test.each(changingRoutes.filter(({ name }) => name in EFFECTS))(
    '$name has one effect and one answer',
    async (route) => {
      const user = await signUp(url);
      const call = await make(route, createChangingCalls(numer, user, await addCustomer(user)));
      const headers = { 'idempotency-key': randomUUID() };
      const answers = await Promise.all(Array.from({ length: 16 }, () => sendCall(user, route, call, headers)));
      expect(new Set(answers.map(({ status, body }) => `${status} ${JSON.stringify(body)}`)).size).toBe(1);
      expect([200, 201]).toContain(answers[0]?.status);
      expect(answers.filter((answer) => answer.headers.get('idempotent-replayed') !== 'true')).toHaveLength(1);
      expect(await EFFECTS[route.name]?.(user, call)).toHaveLength(1);
    },
  );
});
