import { sql } from 'drizzle-orm';
import { prepareWrite, type WriteEffects } from '../../../runtime/call/prepare-write.ts';
import { columnParameters } from '../../../runtime/database/column-parameters.ts';
import type { Database } from '../../../runtime/database/database.ts';
import { jsonParameter } from '../../../runtime/events/json-parameter.ts';
import { webhookDeliveries, webhookEndpoints } from './webhook-schema.ts';

/** The types of events that an enabled endpoint of an owner gets; none for an endpoint that gets all. */
export interface Listening {
  readonly ownerId: string;
  readonly eventTypes: readonly string[];
}

/** Prepares the query for which of some owners get which events. It runs for each batch of events, of which mostly nobody gets any. */
export function prepareFindListening(db: Database): (ownerIds: readonly string[]) => Promise<Listening[]> {
  const statement = findListeningQuery(db).prepare('find_listening');
  return (ownerIds) => statement.execute({ ownerIds });
}

/** The query itself. */
export function findListeningQuery(db: Database) {
  return db
    .select({ ownerId: webhookEndpoints.ownerId, eventTypes: webhookEndpoints.eventTypes })
    .from(webhookEndpoints)
    .where(
      sql`owner_id = any(array(select value::uuid from jsonb_array_elements_text(${jsonParameter('ownerIds')}::jsonb)))
        and disable_reason is null and delete_time is null`,
    );
}

/** An event that is to be posted. */
export interface QueuedEvent {
  readonly id: string;
  readonly ownerId: string;
  readonly eventType: string;
  /** When it happened. */
  readonly time: Date;
  readonly payload: string;
}

/** The clocks of the services that write an event and an endpoint may differ by this much. */
const CLOCKS_DIFFER = sql.raw(`interval '1 minute'`);

/**
 * Prepares the statement that queues events for the endpoints of their owners that get them, to be posted at once. Left out are events
 * that were queued for an endpoint before, or are older than it, as those that are published again may be.
 */
export function prepareQueueWebhooks(db: Database): (events: readonly QueuedEvent[], now: Date) => Promise<void> {
  const queued = db.$with('queued', { id: sql<string>`id`.as('id') }).as(sql`
    insert into ${webhookDeliveries} (endpoint_id, id, event_type, payload, create_time, next_attempt_time)
    select endpoint.id, event.id, event."eventType", event.payload, ${sql.placeholder('now')}::timestamptz,
      ${sql.placeholder('now')}::timestamptz
    from jsonb_to_recordset(${jsonParameter('events')}::jsonb)
      as event (id uuid, "ownerId" uuid, "eventType" text, time timestamptz, payload text)
    join ${webhookEndpoints} as endpoint on endpoint.owner_id = event."ownerId" and endpoint.disable_reason is null
      and endpoint.delete_time is null and endpoint.create_time < event.time + ${CLOCKS_DIFFER}
      and (endpoint.event_types = '{}' or event."eventType" = any(endpoint.event_types))
    order by endpoint.id, event.id
    on conflict (endpoint_id, id) do nothing
    returning id
  `);
  const statement = db
    .with(queued)
    .select({ count: sql<number>`count(*)::integer` })
    .from(queued)
    .prepare('queue_webhooks');
  return async (events, now) => {
    await statement.execute({ events, now: now.toISOString() });
  };
}

/** A test event. */
export interface TestDelivery {
  readonly ownerId: string;
  readonly endpointId: string;
  readonly id: string;
  readonly eventType: string;
  readonly payload: string;
  readonly createTime: Date;
}

/** Prepares the statement that queues a test event. Gives false when the owner has no such endpoint, or it is disabled. */
export function prepareQueueTestWebhook(
  db: Database,
): (delivery: TestDelivery, effects: WriteEffects) => Promise<boolean> {
  const { endpointId, id, eventType, payload, createTime } = columnParameters(webhookDeliveries);
  const queued = db.$with('queued', { id: sql<string>`id`.as('id') }).as(sql`
    insert into ${webhookDeliveries} (endpoint_id, id, event_type, payload, create_time, next_attempt_time)
    select endpoint.id, ${id}::uuid, ${eventType}::text, ${payload}::text, ${createTime}::timestamptz, ${createTime}::timestamptz
    from ${webhookEndpoints} as endpoint
    where endpoint.id = ${endpointId} and endpoint.owner_id = ${sql.placeholder('ownerId')}
      and endpoint.disable_reason is null and endpoint.delete_time is null
    returning id
  `);
  return prepareWrite(db, 'queue_test_webhook', { changed: queued });
}
