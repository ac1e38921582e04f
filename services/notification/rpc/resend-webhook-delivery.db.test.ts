import type { ServerResponse } from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { testUser } from '../../../runtime/testing/start-test-service.ts';
import { waitUntil } from '../../../runtime/testing/wait-until.ts';
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

/** An endpoint and an event that is queued for it. */
async function newDelivery() {
  const { user, id: webhookEndpointId } = await service.newEndpoint({ url: receiver.url });
  const [webhookDeliveryId = ''] = await service.happen(user.userId);
  return { user, webhookEndpointId, webhookDeliveryId };
}

function resend({ user, ...ids }: Awaited<ReturnType<typeof newDelivery>>, headers = {}) {
  return service.webhooks(user, headers).resendWebhookDelivery(ids);
}

describe('ResendWebhookDelivery', () => {
  test('posts the same once more after it was taken', async () => {
    const delivery = await newDelivery();
    await service.deliver();
    const { webhookDelivery } = await resend(delivery);
    expect(webhookDelivery).toMatchObject({ state: 1, attemptCount: 1, payload: '' });
    service.clock.advance(60_000);
    await service.deliver();
    const [first, second] = receiver.received;
    expect(receiver.received).toHaveLength(2);
    expect(second?.body).toBe(first?.body);
    expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
    expect(Number(second?.headers['webhook-timestamp'])).toBe(Number(first?.headers['webhook-timestamp']) + 60);
    expect(await service.deliveryRow(delivery.webhookEndpointId, delivery.webhookDeliveryId)).toMatchObject({
      state: 'DELIVERED',
      attemptCount: 2,
      tries: 1,
    });
  });

  test('after it was given up tries as often as at first', async () => {
    const delivery = await newDelivery();
    receiver.answer((response) => response.writeHead(500).end());
    const row = () => service.deliveryRow(delivery.webhookEndpointId, delivery.webhookDeliveryId);
    while ((await row()).state === 'QUEUED') {
      await service.deliver();
      service.clock.advance(6 * 3_600_000);
      // What is longer than the endpoint may fail does not matter here.
      await service.db.$client`update webhook_endpoints set first_failure_time = null, disable_reason = null`;
    }
    expect(await row()).toMatchObject({ state: 'FAILED', attemptCount: 11, tries: 11 });
    await resend(delivery);
    await service.deliver();
    expect(await row()).toMatchObject({ state: 'QUEUED', attemptCount: 12, tries: 1 });
  });

  test('keeps the last twenty attempts', async () => {
    const delivery = await newDelivery();
    for (let count = 0; count < 25; count++) {
      receiver.answer((response) => response.end(String(count)));
      await service.deliver();
      await resend(delivery);
    }
    const { attempts, attemptCount } = await service.deliveryRow(
      delivery.webhookEndpointId,
      delivery.webhookDeliveryId,
    );
    expect(attemptCount).toBe(25);
    expect(attempts.map(({ response }) => response)).toEqual(Array.from({ length: 20 }, (_, index) => `${index + 5}`));
  });

  test('of one that waits makes it due at once', async () => {
    const delivery = await newDelivery();
    receiver.answer((response) => response.writeHead(500).end());
    await service.deliver();
    receiver.answer((response) => response.end());
    await service.deliver();
    expect(receiver.received).toHaveLength(1);
    await resend(delivery);
    await service.deliver();
    expect(receiver.received).toHaveLength(2);
  });

  test.each([200, 500])('of one that is under way posts it again after its end with %i', async (status) => {
    const delivery = await newDelivery();
    const held: ServerResponse[] = [];
    receiver.answer((response) => {
      if (held.push(response) > 1) response.end();
    });
    const delivering = service.deliver();
    await waitUntil(() => held.length === 1);
    await resend(delivery);
    held[0]?.writeHead(status).end();
    await delivering;
    await service.deliver();
    expect(receiver.received).toHaveLength(2);
    expect(await service.deliveryRow(delivery.webhookEndpointId, delivery.webhookDeliveryId)).toMatchObject({
      state: 'DELIVERED',
      attemptCount: 2,
    });
  });

  test('retried with the same key posts it once', async () => {
    const delivery = await newDelivery();
    await service.deliver();
    const headers = { 'idempotency-key': 'resend' };
    const first = await resend(delivery, headers);
    await service.deliver();
    expect(await resend(delivery, headers)).toEqual(first);
    await service.deliver();
    expect(receiver.received).toHaveLength(2);
  });

  test('refuses an endpoint that is disabled', async () => {
    const delivery = await newDelivery();
    await service.deliver();
    await service.webhooks(delivery.user).updateWebhookEndpoint({
      webhookEndpoint: { id: delivery.webhookEndpointId, disabled: true },
      updateMask: { paths: ['disabled'] },
    });
    expect((await refusalOf(resend(delivery))).reason).toBe('WEBHOOK_ENDPOINT_DISABLED');
  });

  test("answers for somebody else's delivery as for a missing one", async () => {
    const delivery = await newDelivery();
    await service.deliver();
    const refusal = await refusalOf(resend({ ...delivery, user: testUser() }));
    expect(refusal.reason).toBe('WEBHOOK_DELIVERY_NOT_FOUND');
    const { user: _, ...ids } = delivery;
    expect((await refusalOf(service.webhooks(undefined).resendWebhookDelivery(ids))).reason).toBe('UNAUTHENTICATED');
    const invalid = resend({ ...delivery, webhookDeliveryId: 'x' });
    expect((await refusalOf(invalid)).fields).toEqual(['webhook_delivery_id']);
    await service.deliver();
    expect(receiver.received).toHaveLength(1);
  });
});
