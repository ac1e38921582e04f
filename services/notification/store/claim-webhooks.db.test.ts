import { randomUUID, randomUUIDv7 } from 'node:crypto';
import type { ReservedSql } from 'postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LAST_ID } from '../../../runtime/paging/page-token.ts';
import { explain, type PlanNode } from '../../../runtime/testing/explain.ts';
import { startWebhooks, type TestEndpoint, type WebhooksTestService } from '../testing/start-webhooks.ts';
import { claimWebhooksQuery } from './claim-webhooks.ts';
import { deliveriesQuery } from './list-webhook-deliveries.ts';
import { pruneDeletedEndpointsQuery, pruneOldWebhooksQuery } from './prune-webhooks.ts';
import { findListeningQuery } from './queue-webhooks.ts';
import type { DeliveryState } from './webhook-schema.ts';

/** So many that reading all of them, or those of one endpoint, would show. */
const [DELIVERED, WAITING, ENDPOINTS] = [20_000, 2_000, 300];

let service: WebhooksTestService;
let connection: ReservedSql;
let endpoint: TestEndpoint;
beforeAll(async () => {
  service = await startWebhooks();
  endpoint = await service.newEndpoint();
  const { $client: client } = service.db;
  await client`
    insert into webhook_endpoints (id, owner_id, slot, url, description, event_types, version, create_time, update_time)
    select gen_random_uuid(), gen_random_uuid(), 1, 'https://example.com/', '', '{}', 1, now(), now()
    from generate_series(1, ${ENDPOINTS}::integer)`;
  await client`
    insert into webhook_deliveries (endpoint_id, id, event_type, payload, state, attempt_count, create_time, deliver_time)
    select ${endpoint.id}, gen_random_uuid(), case when place % 4 = 0 then 'invoice.sent' else 'customer.created' end, '{}',
      'DELIVERED', 1, now(), now()
    from generate_series(1, ${DELIVERED}::integer) as place`;
  await client`
    insert into webhook_deliveries (endpoint_id, id, event_type, payload, create_time, next_attempt_time)
    select ${endpoint.id}, gen_random_uuid(), 'customer.created', '{}', now(), now() - interval '1 hour'
    from generate_series(1, ${WAITING}::integer)`;
  await client`
    insert into webhook_deliveries (endpoint_id, id, event_type, payload, state, create_time)
    select ${endpoint.id}, gen_random_uuid(), 'customer.created', '{}', 'FAILED', now() from generate_series(1, 20)`;
  await client`vacuum analyze webhook_deliveries`;
  await client`vacuum analyze webhook_endpoints`;
  connection = await client.reserve();
});
afterAll(async () => {
  connection.release();
  await service.stop();
});

function blocksOf([root]: readonly PlanNode[]): number {
  return (root?.['Shared Hit Blocks'] ?? 0) + (root?.['Shared Read Blocks'] ?? 0);
}

const now = '2099-01-01T00:00:00Z';

test('claims look neither at what was delivered nor at all that waits', async () => {
  const values = { now, leaseToken: randomUUID(), leaseExpireTime: now, count: 32 };
  const plans = await explain(connection, claimWebhooksQuery(service.db).toSQL(), values);
  expect(plans.flatMap((plan) => plan['Index Name'] ?? [])).toContain('webhook_deliveries_due');
  // The rest is what claiming four of them writes to the indexes.
  expect(blocksOf(plans)).toBeLessThan(180);
});

test('a claim when nothing is queued reads next to nothing', async () => {
  const idle = await startWebhooks();
  await idle.db.$client`select`; // a pool without connections reserves none
  const idleConnection = await idle.db.$client.reserve();
  const values = { now, leaseToken: randomUUID(), leaseExpireTime: now, count: 32 };
  const plans = await explain(idleConnection, claimWebhooksQuery(idle.db).toSQL(), values);
  idleConnection.release();
  await idle.stop();
  expect(blocksOf(plans)).toBeLessThan(20);
});

test('who gets events is found by owner', async () => {
  const ownerIds = [endpoint.user.userId, ...Array.from({ length: 20 }, () => randomUUIDv7())];
  const plans = await explain(connection, findListeningQuery(service.db).toSQL(), { ownerIds });
  expect(plans.flatMap((plan) => plan['Index Name'] ?? [])).toContain('webhook_endpoints_slots');
});

test.each<[DeliveryState | undefined, string | undefined]>([
  [undefined, undefined],
  ['DELIVERED', undefined],
  ['FAILED', undefined],
  ['QUEUED', undefined],
  [undefined, 'invoice.sent'],
  [undefined, 'invoice.voided'],
  ['DELIVERED', 'invoice.sent'],
  ['DELIVERED', 'invoice.voided'],
  ['FAILED', 'customer.created'],
  ['FAILED', 'invoice.sent'],
])(
  'a page of deliveries in state %s and of type %s costs the same however many there are',
  async (state, eventType) => {
    const values = { ownerId: endpoint.user.userId, endpointId: endpoint.id, eventType, afterId: LAST_ID, limit: 21 };
    const query = deliveriesQuery(service.db, state, eventType !== undefined).toSQL();
    expect(blocksOf(await explain(connection, query, values))).toBeLessThan(300);
  },
);

test.each<[DeliveryState | undefined, string | undefined]>([
  [undefined, 'invoice.sent'],
  ['DELIVERED', undefined],
])(
  'a page of deliveries in state %s and of type %s looks at none of those in another one',
  async (state, eventType) => {
    // All that the planner knows of is waiting and of one type.
    const other = await startWebhooks();
    const { id, user } = await other.newEndpoint();
    await other.db.$client`
    insert into webhook_deliveries (endpoint_id, id, event_type, payload, create_time, next_attempt_time)
    select ${id}, gen_random_uuid(), 'customer.created', '{}', now(), now() from generate_series(1, ${WAITING}::integer)`;
    await other.db.$client`analyze webhook_deliveries`;
    const otherConnection = await other.db.$client.reserve();
    const values = { ownerId: user.userId, endpointId: id, eventType, afterId: LAST_ID, limit: 21 };
    const plans = await explain(
      otherConnection,
      deliveriesQuery(other.db, state, eventType !== undefined).toSQL(),
      values,
    );
    otherConnection.release();
    await other.stop();
    expect(blocksOf(plans)).toBeLessThan(20);
  },
);

test.each([
  ['old deliveries', () => pruneOldWebhooksQuery(service.db).toSQL(), { before: '2020-01-01T00:00:00Z', now }],
  ['deleted endpoints', () => pruneDeletedEndpointsQuery(service.db).toSQL(), {}],
])('%s are pruned without looking at the others', async (_, query, values) => {
  expect(blocksOf(await explain(connection, query(), values))).toBeLessThan(10);
});
