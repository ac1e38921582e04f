import { afterAll, beforeAll, expect, test } from 'vitest';
import type { WebhookEventType } from '../../../gen/numer/notification/v1/webhook_endpoint_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { testUser } from '../../../runtime/testing/start-test-service.ts';
import { OPEN_TOPICS } from '../open-events.ts';
import { startWebhooks, type WebhooksTestService } from '../testing/start-webhooks.ts';

let service: WebhooksTestService;
beforeAll(async () => {
  service = await startWebhooks();
});
afterAll(() => service.stop());

/** All types, page by page, as a caller who may only read gets them. */
async function listAll(pageSize: number): Promise<WebhookEventType[]> {
  const client = service.webhooks({ ...testUser(), canWrite: false });
  const listed: WebhookEventType[] = [];
  let pageToken = '';
  do {
    const page = await client.listWebhookEventTypes({ pageSize, pageToken });
    expect(page.eventTypes.length).toBeLessThanOrEqual(pageSize);
    listed.push(...page.eventTypes);
    pageToken = page.nextPageToken;
  } while (pageToken !== '');
  return listed;
}

test('lists by name what an endpoint can name, and nothing else, with what the contracts say of it', async () => {
  const types = await listAll(7);
  expect(types.map(({ name }) => name)).toEqual([...OPEN_TOPICS].toSorted());
  expect(types.find(({ name }) => name === 'invoice.sent')).toMatchObject({
    description: expect.stringMatching(/^An invoice is to be mailed to the customer[.]/),
    subject: 'invoice.id',
    message: 'numer.invoice.v1.InvoiceSent',
  });
  expect(types.find(({ name }) => name === 'credit.refunded')?.subject).toBe('creditEntry.id');
  for (const { name, description } of types) expect([name, description]).not.toEqual([name, '']);
  const webhookEndpoint = { url: 'https://shop.example/', eventTypes: types.map(({ name }) => name) };
  const made = await service.webhooks(testUser()).createWebhookEndpoint({ webhookEndpoint });
  expect(made.webhookEndpoint?.eventTypes).toHaveLength(types.length);
});

test('refuses a page token of another list, and a caller without credentials', async () => {
  const user = testUser();
  for (let count = 0; count < 2; count++) await service.newEndpoint({}, user);
  const { nextPageToken } = await service.webhooks(user).listWebhookEndpoints({ pageSize: 1 });
  for (const pageToken of ['x', nextPageToken]) {
    const refusal = await refusalOf(service.webhooks(user).listWebhookEventTypes({ pageToken }));
    expect(refusal.reason).toBe('INVALID_PAGE_TOKEN');
  }
  expect((await refusalOf(service.webhooks(undefined).listWebhookEventTypes({}))).reason).toBe('UNAUTHENTICATED');
});
