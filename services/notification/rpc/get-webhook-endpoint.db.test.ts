import { Code } from '@connectrpc/connect';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { testUser } from '../../../runtime/testing/start-test-service.ts';
import { startWebhooks, type WebhooksTestService } from '../testing/start-webhooks.ts';

let service: WebhooksTestService;
beforeAll(async () => {
  service = await startWebhooks();
});
afterAll(() => service.stop());

test('gives an endpoint to its owner, whatever the case of its id', async () => {
  const { user, id, webhookEndpoint } = await service.newEndpoint();
  const client = service.webhooks(user);
  for (const webhookEndpointId of [id, id.toUpperCase()]) {
    expect((await client.getWebhookEndpoint({ webhookEndpointId })).webhookEndpoint).toEqual(webhookEndpoint);
  }
});

test('has another etag once an attempt has failed, in the same version', async () => {
  const { user, id, webhookEndpoint } = await service.newEndpoint();
  await service.happen(user.userId);
  await service.deliver();
  const { webhookEndpoint: failing } = await service.webhooks(user).getWebhookEndpoint({ webhookEndpointId: id });
  expect(failing?.firstFailureTime).toBeDefined();
  expect(failing?.etag).not.toBe(webhookEndpoint.etag);
  const change = { webhookEndpoint: { id, description: 'x' }, updateMask: { paths: ['description'] } };
  await service.webhooks(user, { 'if-match': webhookEndpoint.etag }).updateWebhookEndpoint(change);
});

test("answers for somebody else's endpoint as for a missing one", async () => {
  const { id: webhookEndpointId } = await service.newEndpoint();
  const refusal = await refusalOf(service.webhooks(testUser()).getWebhookEndpoint({ webhookEndpointId }));
  expect(refusal).toMatchObject({ code: Code.NotFound, reason: 'WEBHOOK_ENDPOINT_NOT_FOUND' });
});

test('refuses an id that is none, and a caller without credentials', async () => {
  const get = (user = testUser(), webhookEndpointId = 'x') =>
    service.webhooks(user).getWebhookEndpoint({ webhookEndpointId });
  expect((await refusalOf(get())).fields).toEqual(['webhook_endpoint_id']);
  const { id: webhookEndpointId } = await service.newEndpoint();
  const nobody = service.webhooks(undefined).getWebhookEndpoint({ webhookEndpointId });
  expect((await refusalOf(nobody)).reason).toBe('UNAUTHENTICATED');
});
