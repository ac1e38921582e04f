import { randomUUIDv7 } from 'node:crypto';
import { create } from '@bufbuild/protobuf';
import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { InvoiceCreatedSchema, InvoiceSentSchema } from '../../../gen/numer/invoice/v1/invoice_events_pb.ts';
import { WebhookService } from '../../../gen/numer/notification/v1/webhook_service_pb.ts';
import { CustomerCreatedSchema } from '../../../gen/numer/user/v1/customer_events_pb.ts';
import { UserDeletedSchema, UserUpdatedSchema } from '../../../gen/numer/user/v1/user_events_pb.ts';
import { eraseAccounts } from '../../../runtime/erasure.ts';
import { testUser } from '../../../runtime/testing/start-test-service.ts';
import { waitUntil } from '../../../runtime/testing/wait-until.ts';
import { prepareEraseMails } from '../store/erase-mails.ts';
import { prepareFindListening } from '../store/queue-webhooks.ts';
import { webhookDeliveries, webhookEndpoints } from '../store/webhook-schema.ts';
import { type QueueTestService, startQueue } from '../testing/start-queue.ts';
import { customerCreated } from '../testing/start-webhooks.ts';
import { testInvoice } from '../testing/test-invoice.ts';
import { withWebhooks } from './with-webhooks.ts';

let service: QueueTestService;
beforeAll(async () => {
  service = await startQueue();
});
afterAll(() => service.stop());

/** Adds an endpoint of a user and gives its id. */
async function addEndpoint(user = testUser(), endpoint: object = {}): Promise<string> {
  const answer = await service.client(WebhookService, user).createWebhookEndpoint({
    webhookEndpoint: { url: 'https://example.com/', ...endpoint },
  });
  return answer.webhookEndpoint?.id ?? '';
}

function deliveriesTo(endpointId: string) {
  return service.db.select().from(webhookDeliveries).where(eq(webhookDeliveries.endpointId, endpointId));
}

async function isInInbox(eventId: string): Promise<boolean> {
  const { length } = await service.db.execute(sql`select from inbox where event_id = ${eventId}`);
  return length === 1;
}

describe('an event', () => {
  test('is queued once for each endpoint that gets it, however often it is delivered', async () => {
    const user = testUser();
    const ids = await Promise.all([
      addEndpoint(user),
      addEndpoint(user, { eventTypes: ['quote.sent', 'invoice.created'] }),
      addEndpoint(user, { eventTypes: ['invoice.sent'] }),
      addEndpoint(user, { disabled: true }),
      addEndpoint(),
    ]);
    const invoice = testInvoice();
    const event = await service.publish(InvoiceCreatedSchema, { invoice }, { ownerId: user.userId });
    for (let count = 0; count < 3; count++) await service.publish(InvoiceCreatedSchema, { invoice }, { ...event });
    const rows = await Promise.all(ids.map(deliveriesTo));
    expect(rows.map(({ length }) => length)).toEqual([1, 1, 0, 0, 0]);
    expect(rows[0]?.[0]).toMatchObject({
      id: event.id,
      eventType: 'invoice.created',
      state: 'QUEUED',
      attemptCount: 0,
      createTime: service.clock.now(),
      nextAttemptTime: service.clock.now(),
    });
    expect(JSON.parse(rows[0]?.[0]?.payload ?? '')).toMatchObject({
      id: event.id,
      type: 'invoice.created',
      time: event.time.toISOString(),
      // As the API gives it, which also has the fields that are zero or empty.
      data: { invoice: { id: invoice.id, state: 'OPEN', totalMinor: '11900', paidMinor: '0', quoteId: '', tags: [] } },
    });
    expect(rows[1]?.[0]?.payload).toBe(rows[0]?.[0]?.payload);
    expect(await isInInbox(event.id)).toBe(false);
  });

  test('from before an endpoint is not queued for it', async () => {
    const user = testUser();
    const endpointId = await addEndpoint(user);
    const before = new Date(service.clock.now().getTime() - 61_000);
    const [ownerId, invoice] = [user.userId, testInvoice()];
    await service.publish(InvoiceCreatedSchema, { invoice }, { ownerId, time: before });
    expect(await deliveriesTo(endpointId)).toEqual([]);
    await service.publish(InvoiceCreatedSchema, { invoice }, { ownerId, time: new Date(before.getTime() + 2_000) });
    expect(await deliveriesTo(endpointId)).toHaveLength(1);
  });

  test('that asks for a mail is queued beside it, also when either was there before', async () => {
    const user = testUser();
    const [ownerId, endpointId] = [user.userId, await addEndpoint(user)];
    const event = await service.publish(InvoiceSentSchema, { invoice: testInvoice() }, { ownerId });
    expect(await service.rowsOf(ownerId)).toHaveLength(1);
    expect(await deliveriesTo(endpointId)).toHaveLength(1);
    expect(await isInInbox(event.id)).toBe(true);
    await service.db.delete(webhookDeliveries).where(eq(webhookDeliveries.endpointId, endpointId));
    await service.publish(InvoiceSentSchema, { invoice: testInvoice() }, { ...event });
    expect(await service.rowsOf(ownerId)).toHaveLength(1);
    expect(await deliveriesTo(endpointId)).toHaveLength(1);
  });

  test.each([
    ['a webhook that cannot be queued', 'webhook_deliveries', 'its mail', 1, 0],
    ['a mail that cannot be queued', 'notifications', 'its webhook', 0, 1],
  ])(
    'with %s (%s) queues %s all the same, and the rest when that works again',
    async (_, table, _what, mails, webhooks) => {
      const user = testUser();
      const [ownerId, endpointId] = [user.userId, await addEndpoint(user)];
      await service.db.execute(
        sql.raw(`alter table ${table} add constraint never check (create_time is null) not valid`),
      );
      const event = await service.publish(InvoiceSentSchema, { invoice: testInvoice() }, { ownerId });
      await service.db.execute(sql.raw(`alter table ${table} drop constraint never`));
      expect(await service.rowsOf(ownerId)).toHaveLength(mails);
      expect(await deliveriesTo(endpointId)).toHaveLength(webhooks);
      await waitUntil(
        async () => (await deliveriesTo(endpointId)).length + (await service.rowsOf(ownerId)).length === 2,
      );
      await service.publish(InvoiceSentSchema, { invoice: testInvoice() }, { ...event });
      expect(await service.rowsOf(ownerId)).toHaveLength(1);
      expect(await deliveriesTo(endpointId)).toHaveLength(1);
    },
  );

  test('that asks for a mail of an account without endpoints queues the mail alone', async () => {
    const ownerId = randomUUIDv7();
    await service.publish(InvoiceSentSchema, { invoice: testInvoice() }, { ownerId });
    expect(await service.rowsOf(ownerId)).toHaveLength(1);
  });

  test('of the account itself is not queued', async () => {
    const user = testUser();
    const endpointId = await addEndpoint(user);
    const publishing = service.publish(UserUpdatedSchema, { user: { id: user.userId } }, { ownerId: user.userId });
    // Nobody here subscribes to it.
    await publishing;
    expect(await deliveriesTo(endpointId)).toEqual([]);
  });

  test('of a deleted account is not queued, and its endpoints are gone at once', async () => {
    const user = testUser();
    const [ownerId, endpointId] = [user.userId, await addEndpoint(user, { description: 'Quentin' })];
    await service.publish(UserDeletedSchema, { userId: ownerId }, { ownerId });
    await service.publish(InvoiceCreatedSchema, { invoice: testInvoice() }, { ownerId });
    expect(await deliveriesTo(endpointId)).toEqual([]);
    // An endpoint that is made with the credentials of the account a moment later.
    const late = await addEndpoint(user, { description: 'Quentin' });
    const store = { eraseNext: prepareEraseMails(service.db) };
    await eraseAccounts.run({ store }, service.clock.now(), new AbortController().signal);
    const rows = await service.db.select().from(webhookEndpoints).where(eq(webhookEndpoints.ownerId, ownerId));
    expect(rows.map(({ id }) => id).sort()).toEqual([endpointId, late].sort());
    for (const row of rows) {
      expect(row).toMatchObject({ url: '', description: '', slot: null, deleteTime: expect.any(Date) });
    }
  });
});

test('a batch of which nobody gets anything takes one query, and none of its messages is looked at', async () => {
  let queries = 0;
  const findListening = prepareFindListening(service.db);
  const store = {
    findListening(ownerIds: readonly string[]) {
      queries++;
      return findListening(ownerIds);
    },
  };
  const [others] = withWebhooks([]);
  const batch = Array.from({ length: 500 }, () => {
    const { message: _, ...envelope } = customerCreated(randomUUIDv7(), service.clock.now());
    return envelope;
  });
  // Only what it uses.
  expect(await others?.choose?.({ store } as never, batch)).toEqual(new Set());
  expect(queries).toBe(1);
});

test('large events are queued a few at a time, so that a batch of them does not fill the memory', async () => {
  const queued: string[][] = [];
  const store = {
    queueWebhooks: async (events: readonly { readonly id: string }[]) => queued.push(events.map(({ id }) => id)),
  };
  const [others] = withWebhooks([]);
  const batch = Array.from({ length: 10 }, (_, index) => {
    const event = customerCreated(randomUUIDv7(), service.clock.now());
    const customer = { name: 'x'.repeat(index < 6 ? 1_500_000 : 10) };
    return { ...event, message: create(CustomerCreatedSchema, { customer }) };
  });
  // Only what it uses.
  await others?.apply({ store, clock: service.clock } as never, batch);
  expect(queued.flat()).toEqual(batch.map(({ id }) => id));
  expect(queued.map(({ length }) => length)).toEqual([3, 3, 4]);
});
