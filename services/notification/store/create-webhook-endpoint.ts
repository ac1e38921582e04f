import { sql } from 'drizzle-orm';
import { prepareWrite, type WriteEffects } from '../../../runtime/call/prepare-write.ts';
import { columnParameters } from '../../../runtime/database/column-parameters.ts';
import type { Database } from '../../../runtime/database/database.ts';
import { violatesUnique } from '../../../runtime/database/postgres-error.ts';
import { type EndpointRow, webhookEndpoints } from './webhook-schema.ts';

/** How many endpoints an owner can have: the number of slots in the table. */
export const ENDPOINTS_MAX = 20;

/**
 * Prepares the statement that stores a new endpoint in the first free slot of its owner. Gives `'full'` when no slot is free, and
 * `'overtaken'` when another endpoint took the slot at the same moment. In both cases it has stored nothing.
 */
export function prepareCreateWebhookEndpoint(
  db: Database,
): (endpoint: EndpointRow, effects: WriteEffects) => Promise<'created' | 'full' | 'overtaken'> {
  const columns = columnParameters(webhookEndpoints);
  const created = db.$with('created', { id: sql<string>`id`.as('id') }).as(sql`
    insert into ${webhookEndpoints} (id, owner_id, slot, url, description, event_types, disable_reason, secret_version, version,
      create_time, update_time)
    select ${columns.id}::uuid, ${columns.ownerId}::uuid, slot, ${columns.url}::text, ${columns.description}::text,
      ${columns.eventTypes}::text[], ${columns.disableReason}::text, ${columns.secretVersion}::integer, ${columns.version}::bigint,
      ${columns.createTime}::timestamptz, ${columns.updateTime}::timestamptz
    from generate_series(1, ${sql.raw(String(ENDPOINTS_MAX))}) as slot
    where not exists (
      select from ${webhookEndpoints} as taken where taken.owner_id = ${columns.ownerId}::uuid and taken.slot = slot.slot
    )
    order by slot limit 1
    returning id
  `);
  const write = prepareWrite(db, 'create_webhook_endpoint', { changed: created });
  return async (endpoint, effects) => {
    try {
      return (await write(endpoint, effects)) ? 'created' : 'full';
    } catch (error) {
      if (violatesUnique(error, 'webhook_endpoints_slots')) return 'overtaken';
      throw error;
    }
  };
}
