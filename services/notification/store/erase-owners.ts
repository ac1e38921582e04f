import { sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { prepareEffect } from '../../../runtime/events/inbox.ts';
import { deletedOwners } from './schema.ts';
import { DELETED_ENDPOINT, webhookEndpoints } from './webhook-schema.ts';

/**
 * Prepares the statement that marks accounts as deleted and deletes their webhook endpoints, so that nothing is posted to them any
 * more. When an account is marked, the database starts the erasure of its mails.
 */
export function prepareEraseOwners(db: Database) {
  return prepareEffect(db, 'erase_owners', {
    columns: { ownerId: 'uuid', time: 'timestamptz' },
    effect: (fresh) => [
      sql`
        insert into ${deletedOwners} (owner_id, delete_time)
        select ${fresh.ownerId}, ${fresh.time} from ${fresh.rows} order by ${fresh.ownerId}
        on conflict (owner_id) do nothing`,
      sql`
        update ${webhookEndpoints} set ${DELETED_ENDPOINT} from ${fresh.rows}
        where ${webhookEndpoints}.owner_id = ${fresh.ownerId} and ${webhookEndpoints}.delete_time is null`,
    ],
  });
}
