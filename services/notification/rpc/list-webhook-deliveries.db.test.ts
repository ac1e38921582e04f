import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebhookDelivery_State } from '../../../gen/numer/notification/v1/webhook_delivery_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { testUser } from '../../../runtime/testing/start-test-service.ts';
import { startWebhooks, type TestEndpoint, type WebhooksTestService } from '../testing/start-webhooks.ts';

let service: WebhooksTestService;
let endpoint: TestEndpoint;
/** The ids of the deliveries, newest event first: one is a test, one of the others failed, and the rest are queued. */
let ids: string[];
let testId: string;
let failedId: string;
beforeAll(async () => {
  service = await startWebhooks();
  endpoint = await service.newEndpoint();
  const { id, user } = endpoint;
  await service.newEndpoint({}, user);
  const events = await service.happen(user.userId, 4);
  const { webhookDelivery } = await service.webhooks(user).testWebhookEndpoint({ webhookEndpointId: id });
  testId = webhookDelivery?.id ?? '';
  failedId = events[2] ?? '';
  // Ids that were made within a millisecond have no order of their own.
  ids = [...events, testId].toSorted().toReversed();
  await service.db.execute(sql`
    update webhook_deliveries set state = 'FAILED', next_attempt_time = null, attempt_count = 2, attempts = '[
      {"startTime": "2026-03-01T12:00:00Z", "durationMs": 1, "statusCode": 0, "error": "first", "response": ""},
      {"startTime": "2026-03-01T12:01:00Z", "durationMs": 1, "statusCode": 500, "error": "second", "response": "no"}]'
    where endpoint_id = ${id} and id = ${failedId}`);
});
afterAll(() => service.stop());

async function list(filters: { state?: WebhookDelivery_State; eventType?: string } = {}, pageSize = 2) {
  const listed: string[] = [];
  let pageToken = '';
  do {
    const request = { webhookEndpointId: endpoint.id, pageSize, pageToken, ...filters };
    const page = await service.webhooks(endpoint.user).listWebhookDeliveries(request);
    listed.push(...page.webhookDeliveries.map(({ id }) => id));
    pageToken = page.nextPageToken;
  } while (pageToken !== '');
  return listed;
}

describe('ListWebhookDeliveries', () => {
  test('lists those of the newest events first, page by page', async () => {
    expect(await list()).toEqual(ids);
  });

  test('filters by state, by type, and by both', async () => {
    const { QUEUED, DELIVERED, FAILED } = WebhookDelivery_State;
    const queued = ids.filter((id) => id !== failedId);
    expect(await list({ state: FAILED })).toEqual([failedId]);
    expect(await list({ state: QUEUED })).toEqual(queued);
    expect(await list({ state: DELIVERED })).toEqual([]);
    expect(await list({ eventType: 'webhook.test' })).toEqual([testId]);
    expect(await list({ eventType: 'customer.created', state: QUEUED })).toEqual(queued.filter((id) => id !== testId));
    expect(await list({ eventType: 'webhook.test', state: FAILED })).toEqual([]);
  });

  test('tells what came of the last attempt, but neither payload nor attempts', async () => {
    const request = { webhookEndpointId: endpoint.id, state: WebhookDelivery_State.FAILED };
    const { webhookDeliveries } = await service.webhooks(endpoint.user).listWebhookDeliveries(request);
    expect(webhookDeliveries).toMatchObject([
      { attemptCount: 2, statusCode: 500, error: 'second', payload: '', attempts: [], eventType: 'customer.created' },
    ]);
  });

  test('refuses a token of another list', async () => {
    const client = service.webhooks(endpoint.user);
    const { nextPageToken: pageToken } = await client.listWebhookDeliveries({
      webhookEndpointId: endpoint.id,
      pageSize: 1,
    });
    const call = client.listWebhookDeliveries({ webhookEndpointId: endpoint.id, pageToken, eventType: 'invoice.sent' });
    expect((await refusalOf(call)).reason).toBe('INVALID_PAGE_TOKEN');
  });

  test("answers for somebody else's endpoint as for a missing one", async () => {
    const webhookEndpointId = endpoint.id;
    const strange = service.webhooks(testUser()).listWebhookDeliveries({ webhookEndpointId });
    expect((await refusalOf(strange)).reason).toBe('WEBHOOK_ENDPOINT_NOT_FOUND');
    const nobody = service.webhooks(undefined).listWebhookDeliveries({ webhookEndpointId });
    expect((await refusalOf(nobody)).reason).toBe('UNAUTHENTICATED');
    const invalid = service.webhooks(endpoint.user).listWebhookDeliveries({ webhookEndpointId, pageSize: 101 });
    expect((await refusalOf(invalid)).fields).toEqual(['page_size']);
  });
});
