import { Code } from '@connectrpc/connect';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { testUser } from '../../../runtime/testing/start-test-service.ts';
import { startWebhooks, type WebhooksTestService } from '../testing/start-webhooks.ts';

let service: WebhooksTestService;
let anywhere: WebhooksTestService;
beforeAll(async () => {
  [service, anywhere] = await Promise.all([startWebhooks('public'), startWebhooks('any')]);
});
afterAll(() => Promise.all([service.stop(), anywhere.stop()]));

const ENDPOINT = { url: 'https://example.com/webhooks', description: 'Shop', eventTypes: ['invoice.sent'] };

describe('CreateWebhookEndpoint', () => {
  test('stores an endpoint, tells its secret, and publishes neither URL nor secret', async () => {
    const user = testUser();
    const { webhookEndpoint, secret } = await service.webhooks(user).createWebhookEndpoint({
      webhookEndpoint: ENDPOINT,
    });
    expect(webhookEndpoint).toMatchObject({ ...ENDPOINT, disabled: false, disableReason: 0, etag: '"1"' });
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const id = webhookEndpoint?.id ?? '';
    expect((await service.webhooks(user).getWebhookEndpoint({ webhookEndpointId: id })).webhookEndpoint).toEqual(
      webhookEndpoint,
    );
    const events = await service.eventsOf(user.userId);
    expect(events).toMatchObject([
      {
        topic: 'webhook-endpoint.created',
        subject: id,
        version: 1n,
        actor: user.actor,
        json: {
          webhookEndpointId: id,
          changes: [{ field: 'description' }, { field: 'eventTypes', newValue: 'invoice.sent' }, { field: 'url' }],
        },
      },
    ]);
    expect(JSON.stringify(events.map(({ json }) => json))).not.toMatch(/example\.com|whsec|Shop/);
  });

  test('stores the secret nowhere', async () => {
    const { secret } = await service.newEndpoint();
    const bytes = Buffer.from(secret.replace('whsec_', ''), 'base64');
    for (const needle of [secret, secret.replace('whsec_', ''), bytes.toString('hex'), bytes.toString('base64url')]) {
      for (const table of ['webhook_endpoints', 'idempotency_records', 'outbox']) {
        const rows = await service.db.$client.unsafe(
          `select 1 from ${table} as row where strpos(row::text, '${needle}') > 0`,
        );
        expect(rows).toEqual([]);
      }
    }
  });

  test('makes one disabled when that is wanted', async () => {
    const { webhookEndpoint } = await service.newEndpoint({ disabled: true });
    expect(webhookEndpoint).toMatchObject({ disabled: true, disableReason: 1 });
  });

  test.each([
    [{ url: '' }, 'webhook_endpoint.url'],
    [{ url: `https://example.com/${'x'.repeat(2_000)}` }, 'webhook_endpoint.url'],
    [{ url: 'http://example.com/' }, 'webhook_endpoint.url'],
    [{ url: 'https://user:secret@example.com/' }, 'webhook_endpoint.url'],
    [{ url: 'https://10.0.0.1/' }, 'webhook_endpoint.url'],
    [{ description: 'x'.repeat(501) }, 'webhook_endpoint.description'],
    [{ eventTypes: ['invoice.sent', 'session.created'] }, 'webhook_endpoint.event_types[1]'],
    [{ eventTypes: ['webhook-endpoint.created'] }, 'webhook_endpoint.event_types[0]'],
    [{ eventTypes: ['webhook.test'] }, 'webhook_endpoint.event_types[0]'],
    [{ eventTypes: ['invoice.*'] }, 'webhook_endpoint.event_types[0]'],
    [{ eventTypes: ['invoice.sent', 'invoice.sent'] }, 'webhook_endpoint.event_types'],
    [{ eventTypes: [''] }, 'webhook_endpoint.event_types[0]'],
    [{ eventTypes: Array.from({ length: 101 }, (_, index) => `t${index}`) }, 'webhook_endpoint.event_types'],
  ])('refuses %o', async (changes, field) => {
    const user = testUser();
    const call = service.webhooks(user).createWebhookEndpoint({ webhookEndpoint: { ...ENDPOINT, ...changes } });
    expect(await refusalOf(call)).toMatchObject({
      code: Code.InvalidArgument,
      reason: 'INVALID_ARGUMENT',
      fields: [field],
    });
    expect((await service.webhooks(user).listWebhookEndpoints({})).webhookEndpoints).toEqual([]);
  });

  test('names a type of event that there is not', async () => {
    const call = service.newEndpoint({ eventTypes: ['invoice.exploded'] });
    expect((await refusalOf(call)).message).toContain('"invoice.exploded"');
  });

  test('takes http and private addresses where webhooks may go anywhere', async () => {
    const { webhookEndpoint } = await anywhere.newEndpoint({ url: 'http://10.0.0.1/' });
    expect(webhookEndpoint.url).toBe('http://10.0.0.1/');
  });

  test('makes twenty for a user, also when more are asked for at once, and again one when one was deleted', async () => {
    const user = testUser();
    const client = service.webhooks(user);
    const calls = Array.from({ length: 25 }, () => client.createWebhookEndpoint({ webhookEndpoint: ENDPOINT }));
    const results = await Promise.allSettled(calls);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(20);
    const { webhookEndpoints } = await client.listWebhookEndpoints({ pageSize: 100 });
    expect(webhookEndpoints).toHaveLength(20);
    const create = () => client.createWebhookEndpoint({ webhookEndpoint: ENDPOINT });
    expect(await refusalOf(create())).toMatchObject({ reason: 'LIMIT_REACHED', metadata: { limit: '20' } });
    await client.deleteWebhookEndpoint({ webhookEndpointId: webhookEndpoints[7]?.id ?? '' });
    await create();
    expect((await refusalOf(create())).reason).toBe('LIMIT_REACHED');
  });

  test('retried with the same key tells of the same endpoint, without its secret', async () => {
    const client = service.webhooks(testUser(), { 'idempotency-key': 'creation' });
    const first = await client.createWebhookEndpoint({ webhookEndpoint: ENDPOINT });
    const again = await client.createWebhookEndpoint({ webhookEndpoint: ENDPOINT });
    expect(again).toEqual({ ...first, secret: '' });
    const other = client.createWebhookEndpoint({ webhookEndpoint: { ...ENDPOINT, description: 'Other' } });
    expect((await refusalOf(other)).reason).toBe('IDEMPOTENCY_KEY_REUSED');
  });

  test('refuses a caller without credentials, an API key, and one that may only read', async () => {
    const webhookEndpoint = ENDPOINT;
    const nobody = service.webhooks(undefined).createWebhookEndpoint({ webhookEndpoint });
    expect((await refusalOf(nobody)).reason).toBe('UNAUTHENTICATED');
    const key = service.webhooks({ ...testUser(), sessionId: '' }).createWebhookEndpoint({ webhookEndpoint });
    expect(await refusalOf(key)).toMatchObject({
      reason: 'PERMISSION_DENIED',
      message: 'An API key cannot add a webhook endpoint; sign in to do so.',
    });
    const reader = service.webhooks({ ...testUser(), canWrite: false }).createWebhookEndpoint({ webhookEndpoint });
    expect((await refusalOf(reader)).reason).toBe('PERMISSION_DENIED');
  });
});
