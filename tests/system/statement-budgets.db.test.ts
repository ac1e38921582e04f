import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { KEY_VARIABLES } from '../../cli/keys.ts';
import { type OpenServices, openServices } from '../../cli/open-services.ts';
import { GATEWAY_CONFIG } from '../../gateway/config.ts';
import { startGateway } from '../../gateway/gateway.ts';
import type { Listener } from '../../gateway/listener.ts';
import { createInternalTokens } from '../../runtime/call/identity.ts';
import { systemClock } from '../../runtime/clock.ts';
import type { EmbeddedPostgres } from '../../runtime/embedded-postgres/embedded-postgres.ts';
import { readConfig } from '../../runtime/process/config.ts';
import { silentLog } from '../../runtime/process/log.ts';
import { type Api, addCustomer, addDraft, addOpenInvoice, draftOf, signUp } from './testing/api.ts';
import { startUnusedPostgres } from './testing/start-unused-postgres.ts';
import { type SeenStatement, type StatementWatch, watchStatements } from './testing/watch-statements.ts';

const KEY = Buffer.alloc(32, 7);
const keys = Object.fromEntries(KEY_VARIABLES.map((name) => [name, KEY.toString('base64url')]));

let postgres: EmbeddedPostgres | undefined;
let watch: StatementWatch;
let services: OpenServices | undefined;
let gateway: Listener | undefined;
let api: Api;
let customerId: string;
beforeAll(async () => {
  postgres = await startUnusedPostgres();
  watch = await watchStatements(postgres.url('postgres'));
  const [log, clock] = [silentLog(), systemClock];
  const tokens = createInternalTokens(KEY, clock);
  const environment = { ...keys, SMTP_URL: 'smtp://127.0.0.1:1' };
  const databaseUrl = watch.url;
  // Relays, consumers and jobs do not run, so every statement seen belongs to a request.
  services = await openServices({ databaseUrl, amqpUrl: undefined, tokens, secret: KEY, environment, log, clock });
  const config = readConfig(GATEWAY_CONFIG, {});
  const { transportTo } = services;
  const started = await startGateway({ config, tokens, log, clock, host: '127.0.0.1', port: 0, transportTo });
  gateway = started;
  // Documents must be valid electronic invoices, because a refusal ends while other calls for it still run.
  const address = { city: 'Berlin', countryCode: 'DE' };
  api = await signUp(() => started.url, { address, taxId: 'DE123456789' });
  customerId = await addCustomer(api, { address });
}, 120_000);
afterAll(async () => {
  await gateway?.stop();
  await services?.stop();
  await watch.stop();
  await postgres?.stop();
});

/** Makes a request twice, since the first one may fill caches; gives the statements of the second. */
async function statementsOf(prepare: () => Promise<() => Promise<unknown>>): Promise<SeenStatement[]> {
  await (await prepare())();
  const request = await prepare();
  watch.seen.length = 0;
  await request();
  return [...watch.seen];
}

/** A file that must be returned, not refused. */
const given = async (asked: ReturnType<Api['call']>) => expect((await asked).status).toBe(200);

/** The resources for requests that change something. */
const onDraft = (request: (id: string) => Promise<unknown>) => async () => {
  const { id } = await addDraft(api, customerId);
  return () => request(id);
};
const onOpen = (request: (id: string) => Promise<unknown>) => async () => {
  const { id } = await addOpenInvoice(api, customerId);
  return () => request(id);
};
const onLink = (request: (url: string) => Promise<unknown>) =>
  onOpen(async (id) => {
    const { url } = await api.get(`/document-links/${id}`);
    watch.seen.length = 0;
    await request(url);
  });
const onCreditNote = (request: (id: string) => Promise<unknown>) => async () => {
  const invoice = await addOpenInvoice(api, customerId);
  const { id } = await api.post(`/invoices/${invoice.id}/credit-notes`, { reason: 'Returned' });
  return () => request(id);
};
const onDeposits = (request: () => Promise<unknown>) => async () => {
  for (let count = 0; count < 3; count++) {
    const deposit = { amountMinor: '100', currencyCode: 'EUR' };
    await api.post(`/customers/${await addCustomer(api)}/deposits`, deposit);
  }
  return request;
};
let ratesCount = 0;
/** Stores a rate for a day that has none yet. */
const addRate = () => {
  const date = new Date(Date.UTC(2026, 0, ++ratesCount)).toISOString().slice(0, 10);
  return api.post('/exchange-rates', { currencyCode: 'USD', rate: '0.9', date });
};
const onRate = (request: (id: string) => Promise<unknown>) => async () => {
  const { id } = await addRate();
  return () => request(id);
};
const addEndpoint = async () => {
  const { webhookEndpoint } = await api.post('/webhook-endpoints', { url: 'https://example.com/' });
  return `/webhook-endpoints/${webhookEndpoint.id}`;
};
let endpoint: Promise<string> | undefined;
/** An account has few endpoints, so all requests share one, to which something was posted. */
const onEndpoint = (request: (path: string) => Promise<unknown>) => async () => {
  endpoint ??= addEndpoint();
  const path = await endpoint;
  await api.post(`${path}/test`, {});
  return () => request(path);
};
const onDelivery = (request: (path: string) => Promise<unknown>) => async () => {
  endpoint ??= addEndpoint();
  const path = await endpoint;
  const { id } = await api.post(`${path}/test`, {});
  return () => request(`${path}/deliveries/${id}`);
};
const onSettings = (request: (settings: { readonly attachPdf?: boolean }) => Promise<unknown>) => async () => {
  const settings = await api.get('/mail-settings');
  return () => request(settings);
};
let planChanges = 0;
const changePlan = () => api.patch('/reminder-settings', { steps: [{ daysAfterDue: ++planChanges }] });
const always = (request: () => Promise<unknown>) => async () => request;

/** The number of round trips that a request may take in all databases, including that of the user service. */
const BUDGETS: readonly (readonly [string, number, () => Promise<() => Promise<unknown>>])[] = [
  ['GET /invoices/{id}', 1, onDraft((id) => api.get(`/invoices/${id}`))],
  ['HEAD /invoices/{id}/ubl', 1, onOpen((id) => given(api.call('HEAD', `/invoices/${id}/ubl`)))],
  ['HEAD /invoices/{id}/cii', 1, onOpen((id) => given(api.call('HEAD', `/invoices/${id}/cii`)))],
  // The logo is also read, for each document.
  ['HEAD /invoices/{id}/pdf', 2, onOpen((id) => given(api.call('HEAD', `/invoices/${id}/pdf`)))],
  ['HEAD /credit-notes/{id}/ubl', 1, onCreditNote((id) => given(api.call('HEAD', `/credit-notes/${id}/ubl`)))],
  ['HEAD /credit-notes/{id}/cii', 1, onCreditNote((id) => given(api.call('HEAD', `/credit-notes/${id}/cii`)))],
  ['HEAD /invoices/{id}/factur-x', 3, onOpen((id) => given(api.call('HEAD', `/invoices/${id}/factur-x`)))],
  // The credit note twice, for each of its forms, and its invoice.
  [
    'HEAD /credit-notes/{id}/factur-x',
    4,
    onCreditNote((id) => given(api.call('HEAD', `/credit-notes/${id}/factur-x`))),
  ],
  ['GET /invoices', 1, always(() => api.get('/invoices'))],
  ['GET /invoices?state=OPEN', 1, always(() => api.get('/invoices?state=OPEN&overdue=false'))],
  ['GET /ledger-entries', 1, onOpen(() => api.get('/ledger-entries'))],
  ['GET /ledger-entries/csv', 1, onOpen(() => given(api.call('HEAD', '/ledger-entries/csv')))],
  // The names of customers who are on no invoice are asked for, all at once.
  ['GET /ledger-entries?type=DEPOSIT', 1 + 1, onDeposits(() => api.get('/ledger-entries?type=DEPOSIT'))],
  ['GET /invoices?quoteId=', 1, always(() => api.get(`/invoices?quoteId=${customerId}`))],
  ['GET /quotes', 1, always(() => api.get('/quotes?numberPrefix=Q-&issueDateFrom=2026-01-01'))],
  ['GET /credit-notes', 1, always(() => api.get('/credit-notes?numberPrefix=CN-&issueDateFrom=2026-01-01'))],
  ['GET /stats', 1, always(() => api.get('/stats'))],
  ['GET /stats/months', 1, always(() => api.get('/stats/months'))],
  ['GET /stats/customers', 1, always(() => api.get('/stats/customers'))],
  ['GET /exchange-rates', 1, always(() => api.get('/exchange-rates'))],
  ['POST /exchange-rates', 1, always(addRate)],
  ['DELETE /exchange-rates/{id}', 2, onRate((id) => api.call('DELETE', `/exchange-rates/${id}`))],
  ['POST /invoices', 1, always(() => api.post('/invoices', draftOf(customerId)))],
  ['PATCH /invoices/{id}', 2, onDraft((id) => api.patch(`/invoices/${id}`, { memo: 'Thank you' }))],
  // Two of its own, and one for the present details of both parties.
  ['POST /invoices/{id}/send', 2 + 1, onDraft((id) => api.post(`/invoices/${id}/send`, {}))],
  ['POST /invoices/{id}/payments', 2, onOpen((id) => api.post(`/invoices/${id}/payments`, { amountMinor: '100' }))],
  ['POST /invoices/{id}/void', 2, onOpen((id) => api.post(`/invoices/${id}/void`, {}))],
  ['DELETE /invoices/{id}', 2, onDraft((id) => api.call('DELETE', `/invoices/${id}`))],
  ['GET /customers/{id}', 1, always(() => api.get(`/customers/${customerId}`))],
  ['GET /customers', 1, always(() => api.get('/customers'))],
  ['GET /activities/user', 1, always(() => api.get('/activities/user'))],
  ['GET /reminders', 1, always(() => api.get('/reminders'))],
  ['GET /notifications', 1, always(() => api.get('/notifications'))],
  ['GET /mail-settings', 1, always(() => api.get('/mail-settings'))],
  [
    'PATCH /mail-settings',
    2,
    onSettings(({ attachPdf }) => api.patch('/mail-settings', { attachPdf: attachPdf !== true })),
  ],
  // The invoice, the present details of its customer, the settings, and the mail.
  ['POST /invoices/{id}/resend', 1 + 1 + 2, onOpen((id) => api.post(`/invoices/${id}/resend`, {}))],
  // The document, which is first requested as an invoice, and the state of its link.
  ['GET /document-links/{id}', 1 + 1, onOpen((id) => api.get(`/document-links/${id}`))],
  ['POST /document-links/{id}/rotate', 1 + 2, onOpen((id) => api.post(`/document-links/${id}/rotate`, {}))],
  // The state of the link, its owner, the invoice, and a check for each kind of electronic invoice.
  ['HEAD /d/{token}', 6, onLink((url) => given(api.call('HEAD', url)))],
  ['HEAD /d/{token}/pdf', 4, onLink((url) => given(api.call('HEAD', `${url}/pdf`)))],
  ['GET /reminder-settings', 1, always(() => api.get('/reminder-settings'))],
  ['PATCH /reminder-settings', 2, always(changePlan)],
  ['GET /webhook-endpoints', 1, always(() => api.get('/webhook-endpoints'))],
  ['GET /webhook-endpoints/{id}', 1, onEndpoint((path) => api.get(path))],
  ['PATCH /webhook-endpoints/{id}', 2, onEndpoint((path) => api.patch(path, { description: crypto.randomUUID() }))],
  ['POST /webhook-endpoints/{id}/test', 1, onEndpoint((path) => api.post(`${path}/test`, {}))],
  ['GET /webhook-endpoints/{id}/deliveries', 1, onEndpoint((path) => api.get(`${path}/deliveries`))],
  ['POST .../deliveries/{id}/resend', 2, onDelivery((path) => api.post(`${path}/resend`, {}))],
];

describe('a request whose token was seen before', () => {
  test.each(BUDGETS)('%s takes no more than %i statements, all of them prepared', async (_route, budget, prepare) => {
    const statements = await statementsOf(prepare);
    expect(statements.filter(({ isPrepared }) => !isPrepared)).toEqual([]);
    const told = statements.map(({ database, text }) => `${database}: ${text.replaceAll(/\s+/g, ' ').slice(0, 120)}`);
    expect(told.length, `statements:\n${told.join('\n')}`).toBeLessThanOrEqual(budget);
    expect(told.length).toBeGreaterThan(0);
  });

  test('with an idempotency key takes one more, to look for the answer', async () => {
    const create = always(() => api.post('/invoices', draftOf(customerId), { 'idempotency-key': crypto.randomUUID() }));
    expect(await statementsOf(create)).toHaveLength(2);
  });
});

test('a request for a password reset makes the same two statements with an account, without one, and after too many', async () => {
  const ask = (email: string) => api.call('POST', '/password-resets', { body: { email } });
  const newEmail = () => `${crypto.randomUUID()}@example.com`;
  const known = async () => {
    const email = newEmail();
    await api.post('/users', { email, password: 'correct horse', name: 'Eve' });
    return () => ask(email);
  };
  const unknown = async () => () => ask(newEmail());
  const exhausted = async () => {
    const email = newEmail();
    for (let times = 0; times < 3; times++) await ask(email);
    return () => ask(email);
  };
  const seen = await statementsOf(unknown);
  expect(seen.map(({ isPrepared }) => isPrepared)).toEqual([true, true]);
  expect(await statementsOf(known)).toEqual(seen);
  expect(await statementsOf(exhausted)).toEqual(seen);
});
