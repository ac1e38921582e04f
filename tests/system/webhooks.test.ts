import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { makeScratchDir } from '../../runtime/testing/scratch-dir.ts';
import { waitUntil } from '../../runtime/testing/wait-until.ts';
import {
  type ReceivedWebhook,
  startWebhookReceiver,
  type WebhookReceiver,
} from '../../runtime/testing/webhook-receiver.ts';
import { type Api, addCustomer, addDraft, addOpenInvoice, type Json, signUp } from './testing/api.ts';
import { useNumer } from './testing/use-numer.ts';

const numer = useNumer({ environment: { WEBHOOK_TARGETS: 'any' } });
const url = () => numer().url;
const scratch = makeScratchDir('numer-webhooks');
afterAll(() => scratch.remove());

/** The function of docs/webhooks.md with which a receiver verifies deliveries. */
let verifyWebhook: (secret: string, headers: object, body: string) => Json;
let api: Api;
let receiver: WebhookReceiver;

beforeAll(async () => {
  const document = readFileSync(join(import.meta.dirname, '../../docs/webhooks.md'), 'utf8');
  const sample = /<!-- verify -->\n```js\n(.*?)```/s.exec(document)?.[1] ?? '';
  writeFileSync(join(scratch.path, 'verify.mjs'), sample);
  ({ verifyWebhook } = await import(join(scratch.path, 'verify.mjs')));
});
beforeEach(async () => {
  [api, receiver] = await Promise.all([signUp(url), startWebhookReceiver()]);
});
afterEach(() => receiver.close());

async function register(eventTypes: readonly string[] = []): Promise<{ id: string; secret: string; path: string }> {
  const { webhookEndpoint, secret } = await api.post('/webhook-endpoints', { url: receiver.url, eventTypes });
  return { id: webhookEndpoint.id, secret, path: `/webhook-endpoints/${webhookEndpoint.id}` };
}

/** The first request of a type. */
function receive(type: string): Promise<ReceivedWebhook> {
  return waitUntil(() => receiver.received.find(({ body }) => JSON.parse(body).type === type));
}

test('a sent invoice is received, and verified as the documentation says', async () => {
  const { secret, path } = await register(['invoice.sent']);
  const invoice = await addOpenInvoice(api, await addCustomer(api));
  const { headers, body } = await receive('invoice.sent');
  const event = verifyWebhook(secret, headers, body);
  expect(event).toMatchObject({
    id: headers['webhook-id'],
    type: 'invoice.sent',
    data: { invoice: { id: invoice.id, number: 'INV-00001', totalMinor: '11899', state: 'OPEN' } },
  });
  expect(() => verifyWebhook(secret, headers, `${body} `)).toThrow('not signed');
  expect(() => verifyWebhook(secret, { ...headers, 'webhook-id': 'x' }, body)).toThrow('not signed');
  expect(() => verifyWebhook(secret, { ...headers, 'webhook-timestamp': '1' }, body)).toThrow('too old');
  expect(() => verifyWebhook(`whsec_${'A'.repeat(43)}=`, headers, body)).toThrow('not signed');
  const [delivery, ...others] = await waitUntil(async () => {
    const done = await api.list(`${path}/deliveries?state=DELIVERED`, 'webhookDeliveries');
    return done.length > 0 && done;
  });
  expect([delivery.id, others]).toEqual([event.id, []]);
  expect(await api.get(`${path}/deliveries/${event.id}`)).toMatchObject({
    payload: body,
    attempts: [{ statusCode: 204, error: '' }],
  });
  // The audit trail has the same event with the same id.
  const activities = await api.list('/activities/user', 'activities');
  expect(activities.find(({ id }: Json) => id === event.id)).toMatchObject({ type: 'invoice.sent' });
});

test('what a receiver does not take is logged, and sent again when its owner wants it', async () => {
  const { secret, path } = await register(['customer.created']);
  receiver.answer((response) => response.writeHead(500).end('out of order'));
  await addCustomer(api);
  const first = await receive('customer.created');
  const delivery = `${path}/deliveries/${first.headers['webhook-id']}`;
  const failed = await waitUntil(async () => {
    const { attempts, ...rest } = await api.get(delivery);
    return attempts.length === 1 && { ...rest, attempts };
  });
  expect(failed).toMatchObject({
    state: 'QUEUED',
    statusCode: 500,
    attempts: [{ statusCode: 500, error: 'It was answered with status 500.', response: 'out of order' }],
  });
  expect(await api.get(path)).toHaveProperty('firstFailureTime');

  receiver.answer((response) => response.writeHead(200).end());
  expect(await api.post(`${delivery}/resend`, {})).toMatchObject({ state: 'QUEUED' });
  const again = await waitUntil(() => receiver.received[1]);
  expect([again.body, again.headers['webhook-id']]).toEqual([first.body, first.headers['webhook-id']]);
  verifyWebhook(secret, again.headers, again.body);
  await waitUntil(async () => (await api.get(delivery)).state === 'DELIVERED');
  expect(await api.get(path)).not.toHaveProperty('firstFailureTime');
});

test('what was queued when everything is killed arrives afterwards', async () => {
  const { path } = await register(['invoice.created']);
  receiver.answer(() => undefined); // leaves it unanswered
  const customerId = await addCustomer(api);
  const draft = await addDraft(api, customerId);
  const { headers } = await receive('invoice.created');
  await numer().kill();
  receiver.answer((response) => response.writeHead(204).end());
  await numer().restart();
  const delivery = () => api.get(`${path}/deliveries/${headers['webhook-id']}`);
  await waitUntil(async () => (await delivery()).state === 'DELIVERED', { timeoutMs: 15_000 });
  expect(receiver.received.map(({ body }) => JSON.parse(body).data.invoice.id)).toEqual([draft.id, draft.id]);
  expect(new Set(receiver.received.map((request) => request.headers['webhook-id'])).size).toBe(1);
}, 120_000);

describe('the routes', () => {
  test('create with a location, and change under the etag that they give', async () => {
    const created = await api.call('POST', '/webhook-endpoints', { body: { url: receiver.url } });
    const location = created.headers.get('location') ?? '';
    expect([created.status, location]).toEqual([201, `/webhook-endpoints/${created.body.webhookEndpoint.id}`]);
    const read = await api.call('GET', location);
    expect(read.headers.get('etag')).toBe(read.body.etag);
    const change = (etag: string) =>
      api.call('PATCH', location, { body: { description: etag }, headers: { 'if-match': etag } });
    expect((await change(read.body.etag)).status).toBe(200);
    expect(await change(read.body.etag)).toMatchObject({ status: 412, body: { reason: 'ETAG_MISMATCH' } });
    const tested = await api.call('POST', `${location}/test`, { body: {} });
    expect(tested.status).toBe(201);
    expect((await api.get(tested.headers.get('location') ?? '')).eventType).toBe('webhook.test');
    expect((await api.call('DELETE', location)).status).toBe(204);
    expect((await api.call('GET', location)).status).toBe(404);
  });

  test('name what is wrong with a URL and types of events', async () => {
    const body = { url: 'https://user:secret@shop.example/', eventTypes: ['invoice.sent', 'invoice.exploded'] };
    const { status, body: problem } = await api.call('POST', '/webhook-endpoints', { body });
    expect([status, problem.reason]).toEqual([400, 'INVALID_ARGUMENT']);
    expect(problem.errors).toMatchObject([
      { pointer: '/url' },
      { pointer: '/eventTypes/1', detail: expect.stringContaining('"invoice.exploded"') },
    ]);
  });
});
