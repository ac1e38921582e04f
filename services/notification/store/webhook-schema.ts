import { getTableColumns, type InferSelectModel, sql } from 'drizzle-orm';
import { bigint, integer, jsonb, pgTable, smallint, text, timestamp, uuid } from 'drizzle-orm/pg-core';

/** Why an endpoint is disabled, named as in the contract. */
export type DisableReason = 'REQUESTED' | 'GONE' | 'FAILING';

/** The state of a delivery, named as in the contract. */
export type DeliveryState = 'QUEUED' | 'DELIVERED' | 'FAILED';

/** One attempt to deliver, as it is kept. */
export interface AttemptRecord {
  /** ISO 8601. */
  readonly startTime: string;
  readonly durationMs: number;
  readonly statusCode: number;
  readonly error: string;
  readonly response: string;
}

function time(name: string) {
  return timestamp(name, { withTimezone: true, precision: 3 });
}

/** Places to which events are posted; the migration says what the columns mean. */
export const webhookEndpoints = pgTable('webhook_endpoints', {
  id: uuid('id').primaryKey(),
  ownerId: uuid('owner_id').notNull(),
  slot: smallint('slot'),
  url: text('url').notNull(),
  description: text('description').notNull(),
  eventTypes: text('event_types').array().notNull(),
  disableReason: text('disable_reason').$type<DisableReason>(),
  firstFailureTime: time('first_failure_time'),
  secretVersion: integer('secret_version').notNull(),
  previousSecretExpireTime: time('previous_secret_expire_time'),
  version: bigint('version', { mode: 'bigint' }).notNull(),
  createTime: time('create_time').notNull(),
  updateTime: time('update_time').notNull(),
  deleteTime: time('delete_time'),
});

const { slot: _, deleteTime: __, ...columns } = getTableColumns(webhookEndpoints);

/** The columns of an endpoint that are read. */
export const endpointColumns = columns;

/** An endpoint that is not deleted. */
export type EndpointRow = Omit<InferSelectModel<typeof webhookEndpoints>, 'slot' | 'deleteTime'>;

/** Deletes the endpoints of a deleted account: URL and description are emptied, and their deliveries are pruned. */
export const DELETED_ENDPOINT = sql`url = '', description = '', slot = null, delete_time = now()`;

/** Events on their way to endpoints. */
export const webhookDeliveries = pgTable('webhook_deliveries', {
  endpointId: uuid('endpoint_id').notNull(),
  id: uuid('id').notNull(),
  eventType: text('event_type').notNull(),
  payload: text('payload').notNull(),
  state: text('state').$type<DeliveryState>().notNull(),
  attemptCount: integer('attempt_count').notNull(),
  tries: integer('tries').notNull(),
  attempts: jsonb('attempts').$type<readonly AttemptRecord[]>().notNull(),
  createTime: time('create_time').notNull(),
  nextAttemptTime: time('next_attempt_time'),
  deliverTime: time('deliver_time'),
  leaseToken: uuid('lease_token'),
  leaseExpireTime: time('lease_expire_time'),
});

/** A delivery as lists show it, with its last attempt. */
export type DeliveryRow = Pick<
  InferSelectModel<typeof webhookDeliveries>,
  'endpointId' | 'id' | 'eventType' | 'state' | 'attemptCount' | 'createTime' | 'nextAttemptTime' | 'deliverTime'
> & { readonly lastAttempt: AttemptRecord | null };
