import { sql } from 'drizzle-orm';
import { prepareWrite, type WriteEffects } from '../../../runtime/call/prepare-write.ts';
import { columnParameters } from '../../../runtime/database/column-parameters.ts';
import type { Database } from '../../../runtime/database/database.ts';
import { apiKeys, users } from './schema.ts';

/** A new key, and how many its owner may have with it. */
export type NewApiKey = typeof apiKeys.$inferSelect & { readonly keysMax: number };

/**
 * Prepares the statement that adds an API key. Gives false, and has added none, when its owner has as many as allowed or
 * is gone. The count on the owner's row keeps keys that are created at the same moment from passing the limit together.
 */
export function prepareCreateApiKey(db: Database): (apiKey: NewApiKey, effects: WriteEffects) => Promise<boolean> {
  const { id, ownerId, name, readOnly, prefix, digest, createTime } = columnParameters(apiKeys);
  const counted = db.$with('counted', {}).as(sql`
    update ${users} set api_keys_count = api_keys_count + 1
    where id = ${ownerId} and api_keys_count < ${sql.placeholder('keysMax')}
    returning id
  `);
  const created = db.$with('created', { id: sql<string>`id`.as('id') }).as(sql`
    insert into ${apiKeys} (id, owner_id, name, read_only, prefix, digest, create_time)
    select ${id}::uuid, counted.id, ${name}::text, ${readOnly}::boolean, ${prefix}::text, ${digest}::bytea,
      ${createTime}::timestamptz
    from counted
    returning id
  `);
  return prepareWrite(db, 'create_api_key', { changed: created, parts: [counted, created] });
}
