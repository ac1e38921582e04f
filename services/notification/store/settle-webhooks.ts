import { and, eq, sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { jsonParameter } from '../../../runtime/events/json-parameter.ts';
import { type AttemptRecord, type DeliveryState, webhookDeliveries, webhookEndpoints } from './webhook-schema.ts';

/** How many attempts of a delivery are kept. */
const ATTEMPTS_KEPT = 20;

/** The result of a claimed delivery. */
export interface SettledWebhook {
  readonly endpointId: string;
  readonly id: string;
  readonly leaseToken: string;
  /** The tries that it was claimed with. */
  readonly tries: number;
  readonly state: DeliveryState;
  readonly nextAttemptTime: Date | null;
  readonly attempt: AttemptRecord;
  readonly endTime: Date;
}

/**
 * Prepares the statement that records the results of claimed deliveries and, for each endpoint, since when all attempts have failed.
 * It does nothing to deliveries without their lease. One that was to be sent again meanwhile is due at once, whatever its result.
 */
export function prepareSettleWebhooks(db: Database): (settled: readonly SettledWebhook[]) => Promise<void> {
  const ends = db.$with('ends', {}).as(sql`
    select * from jsonb_to_recordset(${jsonParameter('ends')}::jsonb) as ends ("endpointId" uuid, id uuid, "leaseToken" uuid,
      tries integer, state text, "nextAttemptTime" timestamptz, attempt jsonb, "endTime" timestamptz)
  `);
  // The rows are locked in one order, or there could be deadlocks.
  const leased = db.$with('leased', {}).as(sql`
    select ends.*, delivery.tries <> ends.tries as is_asked_for from ${webhookDeliveries} as delivery
    join ends on ends."endpointId" = delivery.endpoint_id and ends.id = delivery.id and ends."leaseToken" = delivery.lease_token
    order by ends."endpointId", ends.id for update of delivery
  `);
  const settled = db.$with('settled', { id: sql<string>`id`.as('id') }).as(sql`
    update ${webhookDeliveries} as delivery set
      state = case when leased.is_asked_for then 'QUEUED' else leased.state end,
      next_attempt_time = case when leased.is_asked_for then leased."endTime" else leased."nextAttemptTime" end,
      deliver_time = case leased.state when 'DELIVERED' then leased."endTime" else delivery.deliver_time end,
      attempts = case when jsonb_array_length(delivery.attempts) >= ${sql.raw(String(ATTEMPTS_KEPT))}
        then delivery.attempts - 0 else delivery.attempts end || jsonb_build_array(leased.attempt),
      lease_token = null, lease_expire_time = null
    from leased where delivery.endpoint_id = leased."endpointId" and delivery.id = leased.id
    returning delivery.id
  `);
  // Not for a deleted endpoint: its pruning locks it before its deliveries, so each could wait for the other.
  const health = db.$with('health', {}).as(sql`
    select endpoint.id, summary.is_well, summary.fail_time from ${webhookEndpoints} as endpoint
    join (
      select "endpointId" as id, bool_or(state = 'DELIVERED') as is_well, min("endTime") as fail_time from leased group by 1
    ) as summary on summary.id = endpoint.id
    where (endpoint.first_failure_time is null) <> summary.is_well and endpoint.delete_time is null
    order by endpoint.id for no key update of endpoint
  `);
  const endpoints = db.$with('endpoints', {}).as(sql`
    update ${webhookEndpoints} as endpoint set first_failure_time = case when health.is_well then null else health.fail_time end
    from health where endpoint.id = health.id
  `);
  const statement = db.with(ends, leased, settled, health, endpoints).select().from(settled).prepare('settle_webhooks');
  return async (rows) => {
    await statement.execute({ ends: rows });
  };
}

/**
 * Prepares the statement that gives back a claimed delivery that has no result, as it was before the claim. Without the lease it
 * does nothing. One that was to be sent again meanwhile keeps all its tries.
 */
export function prepareReleaseWebhook(
  db: Database,
): (delivery: Pick<SettledWebhook, 'endpointId' | 'id' | 'leaseToken'>) => Promise<void> {
  const statement = db
    .update(webhookDeliveries)
    .set({
      attemptCount: sql`${webhookDeliveries.attemptCount} - 1`,
      tries: sql`greatest(${webhookDeliveries.tries} - 1, 0)`,
      leaseToken: null,
      leaseExpireTime: null,
    })
    .where(
      and(
        eq(webhookDeliveries.endpointId, sql.placeholder('endpointId')),
        eq(webhookDeliveries.id, sql.placeholder('id')),
        eq(webhookDeliveries.leaseToken, sql.placeholder('leaseToken')),
      ),
    )
    .prepare('release_webhook');
  return async (delivery) => {
    await statement.execute({ ...delivery });
  };
}
