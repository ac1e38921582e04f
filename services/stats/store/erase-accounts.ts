import { sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { prepareEffect } from '../../../runtime/events/inbox.ts';
import { accounts } from './schema.ts';

/** Prepares the statement that marks accounts as deleted. The database then starts their erasure. */
export function prepareEraseAccounts(db: Database) {
  return prepareEffect(db, 'erase_accounts', {
    columns: { ownerId: 'uuid', time: 'timestamptz' },
    effect: (fresh) => sql`
      insert into ${accounts} (owner_id, erase_time)
      select ${fresh.ownerId}, min(${fresh.time}) from ${fresh.rows} group by 1 order by 1
      on conflict (owner_id) do update set erase_time = excluded.erase_time`,
  });
}
