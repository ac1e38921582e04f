import { sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { prepareEffect } from '../../../runtime/events/inbox.ts';
import { deletedOwners } from './schema.ts';

/** Prepares the statement that marks accounts as deleted, on which the database starts the erasure of their mails. */
export function prepareEraseOwners(db: Database) {
  return prepareEffect(db, 'erase_owners', {
    columns: { ownerId: 'uuid', time: 'timestamptz' },
    effect: (fresh) => sql`
      insert into ${deletedOwners} (owner_id, delete_time)
      select ${fresh.ownerId}, ${fresh.time} from ${fresh.rows} order by ${fresh.ownerId}
      on conflict (owner_id) do nothing`,
  });
}
