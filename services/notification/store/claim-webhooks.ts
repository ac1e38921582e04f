import { randomUUID } from 'node:crypto';
import { eq, getTableName, sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { type EndpointRow, endpointColumns, webhookDeliveries, webhookEndpoints } from './webhook-schema.ts';

/** How long a claim holds: longer than an attempt and recording its result take, so nobody else delivers meanwhile. */
const LEASE_MS = 30_000;

/** How many deliveries to one endpoint are under way at once at most. An endpoint whose last attempt failed gets only one at a time. */
const PER_ENDPOINT_MAX = 4;

/** The same for all endpoints of an owner, who could otherwise hold up others with many slow ones. */
const PER_OWNER_MAX = 8;

/**
 * When chance decides whose turn it is, an endpoint whose last attempt failed draws from a range this many times as wide, and the
 * lowest number goes first. So endpoints that work usually go before those that may take the longest, and these get their turn too.
 */
const FAILING_WEIGHT = 100;

/** A delivery that nobody else may make as long as the lease holds. */
export interface ClaimedWebhook {
  readonly id: string;
  readonly leaseToken: string;
  readonly payload: string;
  /** How often it was tried, this time included. */
  readonly tries: number;
  readonly endpoint: EndpointRow;
}

/** Prepares the claim of up to `count` deliveries that are due. */
export function prepareClaimWebhooks(db: Database): (now: Date, count: number) => Promise<ClaimedWebhook[]> {
  const statement = claimWebhooksQuery(db).prepare('claim_webhooks');
  return async (now, count) => {
    const leaseToken = randomUUID();
    const leaseExpireTime = new Date(now.getTime() + LEASE_MS).toISOString();
    const claimed = await statement.execute({ now: now.toISOString(), leaseToken, leaseExpireTime, count });
    return claimed.map((row) => ({ ...row, leaseToken }));
  };
}

/**
 * The statement that claims deliveries fairly: first one of each owner, then a second, and so on, so that it does not matter how
 * much is queued for others. When there are more owners than places, chance decides, not who waits longest: many owners with slow
 * receivers, for whom ever more old deliveries wait, would always come before all others. The statement steps from endpoint to
 * endpoint along the index of queued deliveries (`lanes`) and looks at no more of each endpoint than may be under way. Finished
 * deliveries, the rest of the queue and other endpoints cost nothing: a limit of one keeps the planner from reading all endpoints
 * to join them with few.
 */
export function claimWebhooksQuery(db: Database) {
  const now = sql`${sql.placeholder('now')}::timestamptz`;
  const isFree = sql`(delivery.lease_token is null or delivery.lease_expire_time <= ${now})`;
  const columns = {
    id: sql<string>`delivery_id`.as('delivery_id'),
    payload: sql<string>`payload`.as('payload'),
    tries: sql<number>`tries`.as('tries'),
    endpointId: sql<string>`endpoint_id`.as('endpoint_id'),
  };
  const claimed = db.$with('claimed', columns).as(sql`
    with recursive lanes (endpoint_id) as (
      (select endpoint_id from ${webhookDeliveries} where state = 'QUEUED' order by endpoint_id limit 1)
      union all
      select (
        select next.endpoint_id from ${webhookDeliveries} as next
        where next.state = 'QUEUED' and next.endpoint_id > lanes.endpoint_id order by next.endpoint_id limit 1
      ) from lanes where lanes.endpoint_id is not null
    ),
    busy as (
      select delivery.endpoint_id,
        (select owner_id from ${webhookEndpoints} as endpoint where endpoint.id = delivery.endpoint_id) as owner_id
      from ${webhookDeliveries} as delivery
      where delivery.lease_token is not null and delivery.lease_expire_time > ${now}
    ),
    places as (
      select due.*, endpoint.first_failure_time is not null as fails, (select count(*) from busy where busy.owner_id = endpoint.owner_id)
        + row_number() over (partition by endpoint.owner_id order by due.place, due.next_attempt_time, due.id) as place_of_owner
      from lanes
      cross join lateral (
        select * from ${webhookEndpoints} as one
        where one.id = lanes.endpoint_id and one.disable_reason is null and one.delete_time is null limit 1
      ) as endpoint
      cross join lateral (
        select first.*, (select count(*) from busy where busy.endpoint_id = lanes.endpoint_id)
          + row_number() over (order by first.next_attempt_time, first.id) as place
        from (
          select delivery.endpoint_id, delivery.id, delivery.next_attempt_time from ${webhookDeliveries} as delivery
          where delivery.endpoint_id = lanes.endpoint_id and delivery.state = 'QUEUED' and delivery.next_attempt_time <= ${now}
            and ${isFree}
          order by delivery.next_attempt_time, delivery.id limit ${sql.raw(String(PER_ENDPOINT_MAX))}
        ) as first
      ) as due
      where due.place <= case when endpoint.first_failure_time is null then ${sql.raw(String(PER_ENDPOINT_MAX))} else 1 end
    ),
    chosen as (
      select delivery.endpoint_id, delivery.id
      from ${webhookDeliveries} as delivery join places using (endpoint_id, id)
      where places.place_of_owner <= ${sql.raw(String(PER_OWNER_MAX))} and delivery.state = 'QUEUED' and ${isFree}
      order by places.place_of_owner, random() * case when places.fails then ${sql.raw(String(FAILING_WEIGHT))} else 1 end
      limit ${sql.placeholder('count')}::integer for update of delivery skip locked
    )
    update ${webhookDeliveries} as delivery set lease_token = ${sql.placeholder('leaseToken')}::uuid,
      lease_expire_time = ${sql.placeholder('leaseExpireTime')}::timestamptz, attempt_count = delivery.attempt_count + 1,
      tries = delivery.tries + 1
    from chosen where delivery.endpoint_id = chosen.endpoint_id and delivery.id = chosen.id
    returning delivery.endpoint_id, delivery.id as delivery_id, delivery.payload, delivery.tries
  `);
  const endpoint = db
    .select()
    .from(webhookEndpoints)
    .where(eq(webhookEndpoints.id, claimed.endpointId))
    .limit(1)
    .as(getTableName(webhookEndpoints)); // so that its columns have their usual names
  return db
    .with(claimed)
    .select({ id: claimed.id, payload: claimed.payload, tries: claimed.tries, endpoint: endpointColumns })
    .from(claimed)
    .innerJoinLateral(endpoint, sql`true`);
}
