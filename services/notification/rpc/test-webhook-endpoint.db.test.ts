import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { testUser } from '../../../runtime/testing/start-test-service.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../../../runtime/testing/webhook-receiver.ts';
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

describe('TestWebhookEndpoint', () => {
  test('queues a test event, whatever types of events the endpoint gets', async () => {
    const { user, id } = await service.newEndpoint({ url: receiver.url, eventTypes: ['invoice.sent'] });
    const { webhookDelivery } = await service.webhooks(user).testWebhookEndpoint({ webhookEndpointId: id });
    expect(webhookDelivery).toMatchObject({
      webhookEndpointId: id,
      eventType: 'webhook.test',
      state: 1,
      attemptCount: 0,
    });
    await service.deliver();
    expect(receiver.received.map(({ headers, body }) => [headers['webhook-id'], JSON.parse(body)])).toEqual([
      [
        webhookDelivery?.id,
        {
          id: webhookDelivery?.id,
          type: 'webhook.test',
          time: service.clock.now().toISOString(),
          data: { webhookEndpointId: id },
        },
      ],
    ]);
    expect(await service.deliveryRow(id, webhookDelivery?.id ?? '')).toMatchObject({ state: 'DELIVERED' });
  });

  test('retried with the same key queues one', async () => {
    const { user, id: webhookEndpointId } = await service.newEndpoint();
    const client = service.webhooks(user, { 'idempotency-key': 'test' });
    const first = await client.testWebhookEndpoint({ webhookEndpointId });
    expect(await client.testWebhookEndpoint({ webhookEndpointId })).toEqual(first);
    expect(await service.deliveryRows(webhookEndpointId)).toHaveLength(1);
  });

  test('refuses an endpoint that is disabled', async () => {
    const { user, id: webhookEndpointId } = await service.newEndpoint({ disabled: true });
    const refusal = await refusalOf(service.webhooks(user).testWebhookEndpoint({ webhookEndpointId }));
    expect(refusal.reason).toBe('WEBHOOK_ENDPOINT_DISABLED');
    expect(await service.deliveryRows(webhookEndpointId)).toEqual([]);
  });

  test("answers for somebody else's endpoint as for a missing one", async () => {
    const { user, id: webhookEndpointId } = await service.newEndpoint();
    const strange = service.webhooks(testUser()).testWebhookEndpoint({ webhookEndpointId });
    expect((await refusalOf(strange)).reason).toBe('WEBHOOK_ENDPOINT_NOT_FOUND');
    const nobody = service.webhooks(undefined).testWebhookEndpoint({ webhookEndpointId });
    expect((await refusalOf(nobody)).reason).toBe('UNAUTHENTICATED');
    const invalid = service.webhooks(user).testWebhookEndpoint({ webhookEndpointId: 'x' });
    expect((await refusalOf(invalid)).fields).toEqual(['webhook_endpoint_id']);
    expect(await service.deliveryRows(webhookEndpointId)).toEqual([]);
  });
});
