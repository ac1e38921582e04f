import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { testUser } from '../../../runtime/testing/start-test-service.ts';
import { startWebhooks, type TestEndpoint, type WebhooksTestService } from '../testing/start-webhooks.ts';

let service: WebhooksTestService;
beforeAll(async () => {
  service = await startWebhooks();
});
afterAll(() => service.stop());

interface Changes {
  readonly url?: string;
  readonly description?: string;
  readonly eventTypes?: string[];
  readonly disabled?: boolean;
}

const PATHS = { url: 'url', description: 'description', eventTypes: 'event_types', disabled: 'disabled' } as const;

async function update({ user, id }: Pick<TestEndpoint, 'user' | 'id'>, changes: Changes, headers = {}) {
  const paths = Object.entries(PATHS).flatMap(([name, path]) => (name in changes ? [path] : []));
  const request = { webhookEndpoint: { id, ...changes }, updateMask: { paths } };
  return (await service.webhooks(user, headers).updateWebhookEndpoint(request)).webhookEndpoint;
}

describe('UpdateWebhookEndpoint', () => {
  test('changes the named fields, and publishes which those are', async () => {
    const endpoint = await service.newEndpoint({ description: 'Shop' });
    const changed = await update(endpoint, { eventTypes: ['invoice.sent', 'quote.sent'], url: 'http://10.0.0.1/' });
    expect(changed).toMatchObject({ description: 'Shop', url: 'http://10.0.0.1/', etag: '"2"' });
    expect((await service.eventsOf(endpoint.user.userId)).at(-1)).toMatchObject({
      topic: 'webhook-endpoint.updated',
      version: 2n,
      actor: endpoint.user.actor,
      json: { changes: [{ field: 'eventTypes', newValue: 'invoice.sent, quote.sent' }, { field: 'url' }] },
    });
  });

  test('disables and enables, and then counts no failure of before', async () => {
    const endpoint = await service.newEndpoint();
    await service.happen(endpoint.user.userId);
    await service.deliver();
    expect((await service.endpointRow(endpoint.id)).firstFailureTime).not.toBeNull();
    expect(await update(endpoint, { disabled: true })).toMatchObject({ disabled: true, disableReason: 1 });
    const enabled = await update(endpoint, { disabled: false });
    expect(enabled).toMatchObject({ disabled: false, disableReason: 0 });
    expect(enabled?.firstFailureTime).toBeUndefined();
    expect((await service.endpointRow(endpoint.id)).firstFailureTime).toBeNull();
  });

  test('leaves the failures as they are when only the description changes', async () => {
    const endpoint = await service.newEndpoint();
    await service.happen(endpoint.user.userId);
    await service.deliver();
    expect((await update(endpoint, { description: 'x' }))?.firstFailureTime).toBeDefined();
    expect((await service.endpointRow(endpoint.id)).firstFailureTime).not.toBeNull();
  });

  test('that changes nothing writes nothing', async () => {
    const endpoint = await service.newEndpoint({ eventTypes: ['invoice.sent'] });
    expect(await update(endpoint, { eventTypes: ['invoice.sent'], disabled: false })).toEqual(endpoint.webhookEndpoint);
    expect(await service.eventsOf(endpoint.user.userId)).toHaveLength(1);
  });

  test.each([
    [{ url: '' }, 'webhook_endpoint.url'],
    [{ url: 'ftp://example.com' }, 'webhook_endpoint.url'],
    [{ eventTypes: ['user.created'] }, 'webhook_endpoint.event_types[0]'],
  ])('refuses %o, and changes nothing', async (changes, field) => {
    const endpoint = await service.newEndpoint();
    expect(await refusalOf(update(endpoint, changes))).toMatchObject({ reason: 'INVALID_ARGUMENT', fields: [field] });
    expect((await service.endpointRow(endpoint.id)).version).toBe(1n);
  });

  test('refuses a version that is not the present one', async () => {
    const endpoint = await service.newEndpoint();
    const late = update(endpoint, { description: 'x' }, { 'if-match': '"0"' });
    expect((await refusalOf(late)).reason).toBe('ETAG_MISMATCH');
  });

  test('of many at once loses none', async () => {
    const endpoint = await service.newEndpoint();
    await Promise.all(Array.from({ length: 6 }, (_, index) => update(endpoint, { description: `${index}` })));
    expect((await service.endpointRow(endpoint.id)).version).toBe(7n);
  });

  test('retried with the same key does not undo what came after', async () => {
    const endpoint = await service.newEndpoint();
    const headers = { 'idempotency-key': 'update' };
    const first = await update(endpoint, { description: 'first' }, headers);
    await update(endpoint, { description: 'second' });
    expect(await update(endpoint, { description: 'first' }, headers)).toEqual(first);
    expect((await service.endpointRow(endpoint.id)).description).toBe('second');
  });

  test('disables one whose URL is not allowed any more', async () => {
    const endpoint = await service.newEndpoint();
    await service.db.execute(sql`update webhook_endpoints set url = 'ftp://10.0.0.1/' where id = ${endpoint.id}`);
    await update(endpoint, { disabled: true });
    expect(await service.endpointRow(endpoint.id)).toMatchObject({ disableReason: 'REQUESTED' });
  });

  test('lets an API key change everything but the URL', async () => {
    const endpoint = await service.newEndpoint();
    const key = { ...endpoint, user: { ...endpoint.user, sessionId: '' } };
    expect(await refusalOf(update(key, { url: 'https://eve.example/' }))).toMatchObject({
      reason: 'PERMISSION_DENIED',
      message: 'An API key cannot change the URL of a webhook endpoint; sign in to do so.',
    });
    await update(key, { description: 'Shop', disabled: true });
    expect(await service.endpointRow(endpoint.id)).toMatchObject({
      description: 'Shop',
      url: endpoint.webhookEndpoint.url,
    });
  });

  test("answers for somebody else's endpoint as for a missing one, and leaves it alone", async () => {
    const endpoint = await service.newEndpoint();
    const refusal = await refusalOf(update({ ...endpoint, user: testUser() }, { description: 'x' }));
    expect(refusal.reason).toBe('WEBHOOK_ENDPOINT_NOT_FOUND');
    expect((await service.endpointRow(endpoint.id)).version).toBe(1n);
    const nobody = service.webhooks(undefined).updateWebhookEndpoint({ webhookEndpoint: { id: endpoint.id } });
    expect((await refusalOf(nobody)).reason).toBe('UNAUTHENTICATED');
  });
});
