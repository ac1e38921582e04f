import { afterAll, beforeAll, expect, test } from 'vitest';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { testUser } from '../../../runtime/testing/start-test-service.ts';
import { startWebhooks, type WebhooksTestService } from '../testing/start-webhooks.ts';

let service: WebhooksTestService;
beforeAll(async () => {
  service = await startWebhooks();
});
afterAll(() => service.stop());

test("lists the caller's endpoints page by page, newest first, and not those that were deleted", async () => {
  const user = testUser();
  const made: string[] = [];
  for (let count = 0; count < 5; count++) made.push((await service.newEndpoint({}, user)).id);
  const ids = made.toSorted().toReversed(); // ids that were made within a millisecond have no order of their own
  await service.newEndpoint();
  const client = service.webhooks(user);
  await client.deleteWebhookEndpoint({ webhookEndpointId: ids[1] ?? '' });
  const listed: string[] = [];
  let pageToken = '';
  do {
    const page = await client.listWebhookEndpoints({ pageSize: 2, pageToken });
    expect(page.webhookEndpoints.length).toBeLessThanOrEqual(2);
    listed.push(...page.webhookEndpoints.map(({ id }) => id));
    pageToken = page.nextPageToken;
  } while (pageToken !== '');
  expect(listed).toEqual(ids.filter((_, index) => index !== 1));
});

test('refuses a page token of another list, and a caller without credentials', async () => {
  const call = service.webhooks(testUser()).listWebhookEndpoints({ pageToken: 'x' });
  expect((await refusalOf(call)).reason).toBe('INVALID_PAGE_TOKEN');
  expect((await refusalOf(service.webhooks(undefined).listWebhookEndpoints({}))).reason).toBe('UNAUTHENTICATED');
});
