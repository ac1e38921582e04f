import { beforeAll, describe, expect, test } from 'vitest';
import { waitUntil } from '../../runtime/testing/wait-until.ts';
import {
  type Api,
  addCustomer,
  addDraft,
  addOpenInvoice,
  anonymous,
  createApi,
  draftOf,
  type Json,
  recurringOf,
  signUp,
  templateOf,
} from './testing/api.ts';
import { type PublishedRoute, pathOf, routes } from './testing/routes.ts';
import { useSharedNumer } from './testing/use-numer.ts';

const numer = useSharedNumer();
const url = () => numer().url;

let owner: Api;
let stranger: Api;
/** Ids of the resources of the owner, by path variable. */
let ids: Readonly<Record<string, string>>;
let customerId: string;
let draftId: string;
/** The ids of two invoices, a payment and a credit note. */
const MAILS = 4;

beforeAll(async () => {
  [owner, stranger] = await Promise.all([signUp(url), signUp(url)]);
  customerId = await addCustomer(owner);
  draftId = (await addDraft(owner, customerId)).id;
  const invoice = await addOpenInvoice(owner, customerId);
  const payment = await owner.post(`/invoices/${invoice.id}/payments`, { amountMinor: '100' });
  const deposit = await owner.post(`/customers/${customerId}/deposits`, { amountMinor: '100', currencyCode: 'EUR' });
  const reminder = await owner.post('/reminders', { invoiceId: invoice.id, daysBeforeDue: 10 });
  const { apiKey } = await owner.post('/api-keys', { name: 'Accounting' });
  const series = await owner.post('/number-series', { name: 'web-shop', documentType: 'INVOICE', pattern: 'W{SEQ}' });
  const credited = await addOpenInvoice(owner, customerId);
  const creditNote = await owner.post(`/invoices/${credited.id}/credit-notes`, {
    reason: 'Returned',
    amountMinor: '100',
  });
  const quote = await owner.post('/quotes', { invoice: templateOf(customerId) });
  const recurring = await owner.post('/recurring-invoices', recurringOf(customerId));
  const rate = await owner.post('/exchange-rates', { currencyCode: 'USD', rate: '0.9', date: '2026-03-01' });
  const { webhookEndpoint } = await owner.post('/webhook-endpoints', { url: 'https://localhost/', disabled: false });
  const webhooks = `/webhook-endpoints/${webhookEndpoint.id}`;
  const webhook = await owner.post(`${webhooks}/test`, {});
  // The effects of all events have happened, so nothing changes by itself any more.
  await waitUntil(async () => (await owner.get(`${webhooks}/deliveries/${webhook.id}`)).attempts.length === 1);
  await owner.patch(webhooks, { disabled: true });
  await waitUntil(async () => (await owner.list(`/reminders?invoiceId=${credited.id}`, 'reminders')).length > 0);
  const [notification] = await waitUntil(async () => {
    const sent = await owner.list('/notifications?state=SENT', 'notifications');
    return sent.length === MAILS && sent;
  });
  ids = {
    user_id: owner.userId,
    'user.id': owner.userId,
    customer_id: customerId,
    'customer.id': customerId,
    invoice_id: invoice.id,
    'invoice.id': invoice.id,
    payment_id: payment.id,
    credit_entry_id: deposit.id,
    credit_note_id: creditNote.id,
    reminder_id: reminder.id,
    notification_id: notification.id,
    quote_id: quote.id,
    'quote.id': quote.id,
    document_id: invoice.id,
    recurring_invoice_id: recurring.id,
    'recurring_invoice.id': recurring.id,
    number_series_name: series.name,
    'number_series.name': series.name,
    api_key_id: apiKey.id,
    exchange_rate_id: rate.id,
    webhook_endpoint_id: webhookEndpoint.id,
    'webhook_endpoint.id': webhookEndpoint.id,
    webhook_delivery_id: webhook.id,
  };
});

/** What each route needs besides its path to be a valid request. */
const BODIES: Readonly<Record<string, unknown>> = {
  '/invoices/{invoice_id}/payments': { amountMinor: '100' },
  '/invoices/{invoice_id}/payments/{payment_id}/reverse': { reason: 'returned' },
  '/invoices/{invoice_id}/write-off': { reason: 'insolvent' },
  '/invoices/{invoice_id}/credit-notes': { reason: 'returned' },
  '/customers/{customer_id}/deposits': { amountMinor: '100', currencyCode: 'EUR' },
  '/users/{user_id}/password': { currentPassword: 'correct horse', newPassword: 'battery staple' },
  '/customers/{customer_id}/refunds': { amountMinor: '100', currencyCode: 'EUR' },
};

function request(caller: Api, route: PublishedRoute): Promise<Json> {
  const body = route.body === '' ? undefined : (BODIES[route.path] ?? {});
  return caller.call(
    route.verb.toUpperCase(),
    pathOf(route, (variable) => ids[variable]),
    { body },
  );
}

/** All data of the owner, to check that nothing changed. */
async function inventory(): Promise<Json> {
  const lists = ['invoices', 'quotes', 'customers', 'reminders', 'notifications'];
  return Promise.all([
    owner.get(`/users/${owner.userId}`),
    owner.list('/api-keys', 'apiKeys'),
    owner.list('/number-series', 'numberSeries'),
    owner.list('/exchange-rates', 'exchangeRates'),
    owner.list('/webhook-endpoints', 'webhookEndpoints'),
    owner.list('/recurring-invoices', 'recurringInvoices'),
    owner.get(`/document-links/${ids.document_id}`),
    owner.get(`/customers/${customerId}/balances`),
    owner.list(`/customers/${customerId}/credit-entries`, 'creditEntries'),
    owner.list('/credit-notes', 'creditNotes'),
    owner.list('/ledger-entries', 'ledgerEntries'),
    ...lists.map((name) => owner.list(`/${name}`, name)),
  ]);
}

const closed = routes.filter(({ isPublic }) => !isPublic);
const ofResources = closed.filter(({ path }) => path.includes('{'));

describe('without credentials', () => {
  test.each(closed)('$name is refused', async (route) => {
    const answer = await request(anonymous(url), route);
    expect(answer).toMatchObject({ status: 401, body: { reason: 'UNAUTHENTICATED' } });
    expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/);
  });

  test('only signing up, signing in, refreshing and setting a forgotten password anew are possible', () => {
    expect(
      routes
        .filter(({ isPublic }) => isPublic)
        .map(({ name }) => name)
        .toSorted(),
    ).toEqual([
      'POST /password-resets',
      'POST /password-resets/confirm',
      'POST /sessions',
      'POST /sessions/refresh',
      'POST /users',
    ]);
  });
});

describe('another user', () => {
  test.each(ofResources)('finds nothing at $name', async (route) => {
    const answer = await request(stranger, route);
    expect(answer.status).toBe(404);
    // The response for another owner's resource is the same as for one that never existed.
    const name = route.path.slice(route.path.indexOf('{'));
    const missing = await stranger.call(
      route.verb.toUpperCase(),
      pathOf(route, () => '01a20306-0400-7b32-833b-7f949d76e486'),
      { body: route.body === '' ? undefined : (BODIES[route.path] ?? {}) },
    );
    const comparable = ({ requestId, instance, ...problem }: Json) => problem;
    expect(comparable(answer.body), name).toEqual(comparable(missing.body));
  });

  test('cannot name the owner’s resources in the body either', async () => {
    const attempts: readonly [string, string, unknown][] = [
      ['POST', '/invoices', draftOf(customerId)],
      ['POST', '/quotes', { invoice: templateOf(customerId) }],
      ['POST', '/recurring-invoices', recurringOf(customerId)],
      ['POST', '/invoices/send', { invoiceId: draftId }],
      ['POST', '/credit-notes/preview', { invoiceId: ids.invoice_id }],
      ['POST', '/reminders', { invoiceId: ids.invoice_id, daysBeforeDue: 5 }],
    ];
    for (const [method, path, body] of attempts) {
      expect(await stranger.call(method, path, { body }), path).toMatchObject({ status: 404 });
    }
    const own = await addDraft(stranger, await addCustomer(stranger));
    const moved = await stranger.call('PATCH', `/invoices/${own.id}`, { body: { customerId } });
    expect(moved).toMatchObject({ status: 404, body: { reason: 'CUSTOMER_NOT_FOUND' } });
  });

  test('sees none of them in a list', async () => {
    const lists = ['/customers', '/api-keys', '/quotes', '/recurring-invoices', '/exchange-rates', '/ledger-entries'];
    for (const path of ['/reminders', '/notifications', ...lists]) {
      const filter = ['/reminders', '/notifications'].includes(path) ? `?invoiceId=${ids.invoice_id}` : '';
      expect(JSON.stringify(await stranger.get(path + filter)), path).not.toMatch(Object.values(ids).join('|'));
    }
    const filtered = await stranger.get(`/invoices?customerId=${customerId}`);
    expect(filtered.invoices).toEqual([]);
    expect(JSON.stringify(await stranger.get('/activities/user'))).not.toContain(owner.userId);
  });

  test('has changed nothing', async () => {
    const before = await inventory();
    for (const route of ofResources) await request(stranger, route);
    expect(await inventory()).toEqual(before);
  });
});

describe('nobody chooses what they may do', () => {
  test('there is no role to ask for', async () => {
    const credentials = { email: 'boss@example.com', password: 'correct horse', name: 'Boss' };
    for (const wish of [{ role: 'admin' }, { isAdmin: true }, { scopes: ['*'] }]) {
      const answer = await anonymous(url).call('POST', '/users', { body: { ...credentials, ...wish } });
      const [name] = Object.keys(wish);
      expect(answer).toMatchObject({ status: 400, body: { errors: [{ pointer: `/${name}` }] } });
      const patched = await owner.call('PATCH', `/users/${owner.userId}`, { body: wish });
      expect(patched).toMatchObject({ status: 400, body: { errors: [{ pointer: `/${name}` }] } });
    }
  });

  test('the owner is whoever calls, whatever headers say', async () => {
    const headers = { 'x-user-id': owner.userId, 'x-actor': `user:${owner.userId}`, 'x-internal-token': 'x' };
    const answer = await stranger.call('GET', `/invoices/${ids.invoice_id}`, { headers });
    expect(answer.status).toBe(404);
  });

  test('a read-only API key only reads', async () => {
    const { secret } = await owner.post('/api-keys', { name: 'Auditor', readOnly: true });
    const auditor = createApi(url, { userId: owner.userId, accessToken: secret, refreshToken: '' });
    expect((await auditor.call('GET', `/invoices/${ids.invoice_id}`)).status).toBe(200);
    for (const [method, path] of [
      ['POST', '/customers'],
      ['DELETE', `/customers/${customerId}`],
    ] as const) {
      const answer = await auditor.call(method, path, { body: method === 'POST' ? { name: 'Eve' } : undefined });
      expect(answer).toMatchObject({ status: 403, body: { reason: 'PERMISSION_DENIED' } });
    }
  });

  test('an API key cannot get at the account itself, and revokes keys', async () => {
    const { apiKey, secret } = await owner.post('/api-keys', { name: 'Shop' });
    const shop = createApi(url, { userId: owner.userId, accessToken: secret, refreshToken: '' });
    const account = `/users/${owner.userId}`;
    const passwords = { currentPassword: 'correct horse', newPassword: 'battery staple' };
    for (const [method, path, body] of [
      ['POST', `${account}/password`, passwords],
      ['PATCH', account, { email: 'eve@example.com' }],
      ['DELETE', account, undefined],
      ['PATCH', account, { paymentAccount: { accountIdentifier: '12345' } }],
      ['POST', '/api-keys', { name: 'Another' }],
      ['POST', '/webhook-endpoints', { url: 'https://eve.example/' }],
    ] as const) {
      const answer = await shop.call(method, path, { body });
      expect(answer).toMatchObject({ status: 403, body: { reason: 'PERMISSION_DENIED' } });
    }
    expect((await shop.call('PATCH', account, { body: { companyName: 'Shop Ltd' } })).status).toBe(200);
    expect((await shop.call('DELETE', `/api-keys/${apiKey.id}`)).status).toBe(204);
    expect((await shop.call('GET', '/stats')).status).toBe(401);
  });
});
