import { and, sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { type Lead, readAlong } from '../../../runtime/database/read-along.ts';
import { LAST_ID } from '../../../runtime/paging/page-token.ts';
import {
  type AttemptRecord,
  type DeliveryRow,
  type DeliveryState,
  webhookDeliveries,
  webhookEndpoints,
} from './webhook-schema.ts';

/** Which deliveries to an endpoint of an owner to list, those of the newest events first. A filter that is undefined does not apply. */
export interface DeliveriesPage {
  readonly ownerId: string;
  readonly endpointId: string;
  readonly state: DeliveryState | undefined;
  readonly eventType: string | undefined;
  /** The delivery before the page; undefined for the first page. */
  readonly afterId: string | undefined;
  readonly limit: number;
}

const SHOWN = {
  endpointId: webhookDeliveries.endpointId,
  id: webhookDeliveries.id,
  eventType: webhookDeliveries.eventType,
  state: webhookDeliveries.state,
  attemptCount: webhookDeliveries.attemptCount,
  createTime: webhookDeliveries.createTime,
  nextAttemptTime: webhookDeliveries.nextAttemptTime,
  deliverTime: webhookDeliveries.deliverTime,
  lastAttempt: sql<AttemptRecord | null>`${webhookDeliveries.attempts} -> -1`,
};

/** Prepares the list: one statement for each set of filters, when that is first used. */
export function prepareListWebhookDeliveries(db: Database): (page: DeliveriesPage) => Promise<DeliveryRow[]> {
  const statements = new Map<string, ReturnType<typeof prepareList>>();
  return ({ state, eventType, afterId = LAST_ID, ...page }) => {
    const key = `${state ?? 'any'}_${eventType === undefined ? 'all' : 'typed'}`.toLowerCase();
    const statement = statements.get(key) ?? prepareList(db, key, state, eventType !== undefined);
    statements.set(key, statement);
    return statement.execute({ ...page, eventType, afterId });
  };
}

function prepareList(db: Database, key: string, state: DeliveryState | undefined, isTyped: boolean) {
  return deliveriesQuery(db, state, isTyped).prepare(`list_webhook_deliveries_${key}`);
}

/**
 * The query of a page. Deliveries in a state, or of a type, are read along the index of states or of types. For both, the state is in
 * the text, so that the planner knows how many deliveries have it: where they are few, it uses the index of states, else that of types.
 */
export function deliveriesQuery(db: Database, state: DeliveryState | undefined, isTyped: boolean) {
  const filters: Lead[] = [];
  if (state !== undefined) filters.push({ column: sql`${webhookDeliveries.state}`, value: sql.raw(`'${state}'`) });
  if (isTyped)
    filters.push({ column: sql`${webhookDeliveries.eventType}`, value: sql`${sql.placeholder('eventType')}` });
  const hasIndex = filters.length < 2;
  const { condition, order } = readAlong({
    owner: { column: sql`${webhookDeliveries.endpointId}`, value: ownEndpoint },
    leads: hasIndex ? filters : [],
    keys: [sql`${webhookDeliveries.id}`],
    direction: 'desc',
    after: [sql`${sql.placeholder('afterId')}`],
  });
  const others = hasIndex ? [] : filters.map(({ column, value }) => sql`${column} = ${value}`);
  return db
    .select(SHOWN)
    .from(webhookDeliveries)
    .where(and(condition, ...others))
    .orderBy(order)
    .limit(sql.placeholder('limit'));
}

/** Id of the endpoint, if it is the owner's; else null. */
const ownEndpoint = sql`(select own.id from ${webhookEndpoints} as own
  where own.id = ${sql.placeholder('endpointId')} and own.owner_id = ${sql.placeholder('ownerId')} and own.delete_time is null)`;

/** A delivery of an owner. */
export interface DeliveryKey {
  readonly ownerId: string;
  readonly endpointId: string;
  readonly id: string;
}

/** A delivery with its payload and attempts. */
export type WholeDelivery = DeliveryRow & { readonly payload: string; readonly attempts: readonly AttemptRecord[] };

/** Prepares the query of one delivery of an owner. */
export function prepareFindWebhookDelivery(db: Database): (key: DeliveryKey) => Promise<WholeDelivery | undefined> {
  const statement = db
    .select({ ...SHOWN, payload: webhookDeliveries.payload, attempts: webhookDeliveries.attempts })
    .from(webhookDeliveries)
    .where(sql`${webhookDeliveries.endpointId} = ${ownEndpoint} and ${webhookDeliveries.id} = ${sql.placeholder('id')}`)
    .prepare('find_webhook_delivery');
  return async (key) => (await statement.execute({ ...key }))[0];
}
