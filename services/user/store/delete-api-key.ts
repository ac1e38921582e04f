import { sql } from 'drizzle-orm';
import { storeIdempotencyRecord } from '../../../runtime/call/idempotency.ts';
import type { WriteEffects } from '../../../runtime/call/prepare-write.ts';
import { columnParameters } from '../../../runtime/database/column-parameters.ts';
import type { Database } from '../../../runtime/database/database.ts';
import { appendEvents } from '../../../runtime/events/outbox.ts';
import { apiKeys, users } from './schema.ts';

/** Prepares the statement that deletes an API key of a user; gives false when the user has no such key. */
export function prepareDeleteApiKey(
  db: Database,
): (apiKey: { readonly id: string; readonly ownerId: string }, effects: WriteEffects) => Promise<boolean> {
  const { id, ownerId } = columnParameters(apiKeys);
  // The owner's row is locked first, as in every other statement that touches both, so that there are no deadlocks.
  const owner = db.$with('owner', {}).as(sql`select id from ${users} where id = ${ownerId} for no key update`);
  const deleted = db
    .$with('deleted', { id: sql<string>`id`.as('id'), readOnly: sql<boolean>`read_only`.as('read_only') })
    .as(sql`
    delete from ${apiKeys} using owner where ${apiKeys.id} = ${id} and ${apiKeys.ownerId} = owner.id
    returning ${apiKeys.id}, ${apiKeys.readOnly}
  `);
  const counted = db.$with('counted', {}).as(sql`
    update ${users} set api_keys_count = api_keys_count - 1
    where id = ${ownerId} and exists (select 1 from ${deleted})
  `);
  const record = storeIdempotencyRecord(db, { changed: deleted });
  const events = appendEvents(db, {
    changed: deleted,
    payload: ({ payload }) => sql`case
      when (select read_only from ${deleted})
        then jsonb_insert(${payload}, '{changes,-1}', '{"field": "readOnly", "oldValue": "true"}', true)
      else ${payload} end`,
  });
  const statement = db.with(owner, deleted, counted, record, events).select().from(deleted).prepare('delete_api_key');
  return async (apiKey, { events: outboxRows, idempotency }) => {
    const rows = await statement.execute({ ...apiKey, ...idempotency, events: outboxRows });
    return rows.length > 0;
  };
}
