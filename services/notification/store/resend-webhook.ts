import { sql } from 'drizzle-orm';
import { prepareWrite, type WriteEffects } from '../../../runtime/call/prepare-write.ts';
import type { Database } from '../../../runtime/database/database.ts';
import type { DeliveryKey } from './list-webhook-deliveries.ts';
import { webhookDeliveries, webhookEndpoints } from './webhook-schema.ts';

/**
 * Prepares the statement that makes a delivery due at `now`, with all its tries. One that is under way is due once it has ended. Gives
 * false when the owner has no such delivery, or its endpoint is disabled.
 */
export function prepareResendWebhook(
  db: Database,
): (delivery: DeliveryKey & { readonly now: string }, effects: WriteEffects) => Promise<boolean> {
  const queued = db.$with('queued', { id: sql<string>`id`.as('id') }).as(sql`
    update ${webhookDeliveries} as delivery set state = 'QUEUED', tries = 0,
      next_attempt_time = ${sql.placeholder('now')}::timestamptz
    from ${webhookEndpoints} as endpoint
    where endpoint.id = ${sql.placeholder('endpointId')} and endpoint.owner_id = ${sql.placeholder('ownerId')}
      and endpoint.disable_reason is null and endpoint.delete_time is null
      and delivery.endpoint_id = endpoint.id and delivery.id = ${sql.placeholder('id')}
    returning delivery.id
  `);
  return prepareWrite(db, 'resend_webhook', { changed: queued });
}
