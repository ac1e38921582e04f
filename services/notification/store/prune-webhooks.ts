import { sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { webhookDeliveries, webhookEndpoints } from './webhook-schema.ts';

/** How many deliveries one statement deletes at most. */
const PRUNE_BATCH = 1_000;

/** Prepares the statement that deletes up to 1,000 deliveries that were queued before a time. Gives how many. */
export function preparePruneOldWebhooks(db: Database): (before: Date, now: Date) => Promise<number> {
  const statement = pruneOldWebhooksQuery(db).prepare('prune_old_webhooks');
  return async (before, now) =>
    (await statement.execute({ before: before.toISOString(), now: now.toISOString() })).length;
}

/** The statement itself. Deliveries that are under way `now` are left for later. */
export function pruneOldWebhooksQuery(db: Database) {
  const pruned = db.$with('pruned', { one: sql<number>`1`.as('one') }).as(sql`
    delete from ${webhookDeliveries} where ctid = any(array(
      select ctid from ${webhookDeliveries} where create_time < ${sql.placeholder('before')}::timestamptz
        and (lease_token is null or lease_expire_time <= ${sql.placeholder('now')}::timestamptz)
      order by create_time limit ${sql.raw(String(PRUNE_BATCH))} for update skip locked
    )) returning 1 as one
  `);
  return db.with(pruned).select().from(pruned);
}

/**
 * Prepares the statement that deletes up to 1,000 deliveries of a deleted endpoint, and the endpoint once it has none. Gives false
 * when there is no such endpoint.
 */
export function preparePruneDeletedEndpoints(db: Database): () => Promise<boolean> {
  const statement = pruneDeletedEndpointsQuery(db).prepare('prune_deleted_webhook_endpoints');
  return async () => (await statement.execute()).length > 0;
}

/** The statement itself. */
export function pruneDeletedEndpointsQuery(db: Database) {
  const endpoint = db.$with('endpoint', { id: sql<string>`id`.as('id') }).as(sql`
    select id from ${webhookEndpoints} where delete_time is not null order by delete_time limit 1 for update skip locked
  `);
  const found = db.$with('found', {}).as(sql`
    select delivery.ctid as place from ${webhookDeliveries} as delivery
    where delivery.endpoint_id = (select id from endpoint) limit ${sql.raw(String(PRUNE_BATCH))}
  `);
  const pruned = db.$with('pruned', {}).as(sql`
    delete from ${webhookDeliveries} where ctid = any(array(select place from found))
  `);
  const ended = db.$with('ended', {}).as(sql`
    delete from ${webhookEndpoints} using endpoint
    where ${webhookEndpoints}.id = endpoint.id and not exists (select from found)
  `);
  return db.with(endpoint, found, pruned, ended).select().from(endpoint);
}
