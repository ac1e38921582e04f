import { randomUUIDv7 } from 'node:crypto';
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

describe('GetWebhookDelivery', () => {
  test('shows what was posted and how each attempt went', async () => {
    const { user, id: webhookEndpointId } = await service.newEndpoint({ url: receiver.url });
    const [webhookDeliveryId = ''] = await service.happen(user.userId);
    receiver.answer((response) => response.writeHead(500).end('broken'));
    await service.deliver();
    service.clock.advance(11_000);
    receiver.answer((response) => response.end('thanks'));
    await service.deliver();
    const client = service.webhooks(user);
    const { webhookDelivery } = await client.getWebhookDelivery({ webhookEndpointId, webhookDeliveryId });
    expect(webhookDelivery).toMatchObject({
      id: webhookDeliveryId,
      webhookEndpointId,
      eventType: 'customer.created',
      state: 2,
      attemptCount: 2,
      statusCode: 200,
      error: '',
      payload: receiver.received[0]?.body,
      attempts: [
        { statusCode: 500, error: 'It was answered with status 500.', response: 'broken' },
        { statusCode: 200, error: '', response: 'thanks' },
      ],
    });
    expect(webhookDelivery?.deliverTime).toBeDefined();
    expect(webhookDelivery?.nextAttemptTime).toBeUndefined();
    for (const { startTime, durationMs } of webhookDelivery?.attempts ?? []) {
      expect(startTime).toBeDefined();
      expect(durationMs).toBeGreaterThanOrEqual(0);
    }
  });

  test("answers for somebody else's delivery, or one of another endpoint, as for a missing one", async () => {
    const { user, id: webhookEndpointId } = await service.newEndpoint();
    const { id: otherEndpointId } = await service.newEndpoint({ eventTypes: ['invoice.sent'] }, user);
    const [webhookDeliveryId = ''] = await service.happen(user.userId);
    const [own, strange] = [service.webhooks(user), service.webhooks(testUser())];
    for (const [client, ids] of [
      [strange, { webhookEndpointId, webhookDeliveryId }],
      [own, { webhookEndpointId: otherEndpointId, webhookDeliveryId }],
      [own, { webhookEndpointId, webhookDeliveryId: randomUUIDv7() }],
      [own, { webhookEndpointId: randomUUIDv7(), webhookDeliveryId }],
    ] as const) {
      expect((await refusalOf(client.getWebhookDelivery(ids))).reason).toBe('WEBHOOK_DELIVERY_NOT_FOUND');
    }
    const nobody = service.webhooks(undefined).getWebhookDelivery({ webhookEndpointId, webhookDeliveryId });
    expect((await refusalOf(nobody)).reason).toBe('UNAUTHENTICATED');
    const invalid = own.getWebhookDelivery({ webhookEndpointId, webhookDeliveryId: 'x' });
    expect((await refusalOf(invalid)).fields).toEqual(['webhook_delivery_id']);
  });
});
