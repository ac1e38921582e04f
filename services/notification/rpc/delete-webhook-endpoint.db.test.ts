import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { testUser } from '../../../runtime/testing/start-test-service.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../../../runtime/testing/webhook-receiver.ts';
import { pruneWebhooks } from '../jobs/prune-webhooks.ts';
import { startWebhooks, type WebhooksTestService } from '../testing/start-webhooks.ts';

let service: WebhooksTestService;
let receiver: WebhookReceiver;
beforeAll(async () => {
  service = await startWebhooks();
});
afterAll(() => service.stop());
beforeEach(async () => {
  receiver = await startWebhookReceiver();
});
afterEach(() => receiver.close());

describe('DeleteWebhookEndpoint', () => {
  test('posts nothing any more, tells of it, and in the end leaves nothing', async () => {
    const { user, id } = await service.newEndpoint({ url: receiver.url, eventTypes: ['customer.created'] });
    await service.happen(user.userId, 3);
    const client = service.webhooks(user);
    await client.deleteWebhookEndpoint({ webhookEndpointId: id });
    await service.happen(user.userId);
    await service.deliver();
    expect(receiver.received).toEqual([]);
    for (const method of ['getWebhookEndpoint', 'listWebhookDeliveries'] as const) {
      expect((await refusalOf(client[method]({ webhookEndpointId: id }))).reason).toBe('WEBHOOK_ENDPOINT_NOT_FOUND');
    }
    expect((await service.eventsOf(user.userId)).at(-1)).toMatchObject({
      topic: 'webhook-endpoint.deleted',
      version: 2n,
      json: { changes: [{ field: 'eventTypes', oldValue: 'customer.created' }, { field: 'url' }] },
    });
    expect(await service.endpointRow(id)).toMatchObject({ url: '', description: '' });
    await pruneWebhooks.run(await service.newReplica(), service.clock.now(), new AbortController().signal);
    await expect(service.endpointRow(id)).rejects.toThrow('there is no endpoint');
    expect(await service.deliveryRows(id)).toEqual([]);
  });

  test('is done once, however often at once, and answers a retry with the same key as before', async () => {
    const { user, id: webhookEndpointId } = await service.newEndpoint();
    const client = service.webhooks(user, { 'idempotency-key': 'deletion', 'if-match': '"1"' });
    await Promise.all(Array.from({ length: 5 }, () => client.deleteWebhookEndpoint({ webhookEndpointId })));
    expect(await service.eventsOf(user.userId)).toHaveLength(2);
    const late = service.webhooks(user).deleteWebhookEndpoint({ webhookEndpointId });
    expect((await refusalOf(late)).reason).toBe('WEBHOOK_ENDPOINT_NOT_FOUND');
  });

  test("refuses another version, and answers for somebody else's endpoint as for a missing one", async () => {
    const { user, id: webhookEndpointId } = await service.newEndpoint();
    const stale = service.webhooks(user, { 'if-match': '"7"' }).deleteWebhookEndpoint({ webhookEndpointId });
    expect((await refusalOf(stale)).reason).toBe('ETAG_MISMATCH');
    const strange = service.webhooks(testUser()).deleteWebhookEndpoint({ webhookEndpointId });
    expect((await refusalOf(strange)).reason).toBe('WEBHOOK_ENDPOINT_NOT_FOUND');
    const nobody = service.webhooks(undefined).deleteWebhookEndpoint({ webhookEndpointId });
    expect((await refusalOf(nobody)).reason).toBe('UNAUTHENTICATED');
    const invalid = service.webhooks(user).deleteWebhookEndpoint({ webhookEndpointId: 'x' });
    expect((await refusalOf(invalid)).fields).toEqual(['webhook_endpoint_id']);
    expect((await service.endpointRow(webhookEndpointId)).deleteTime).toBeNull();
  });
});
