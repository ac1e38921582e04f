import { sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { type EffectRow, prepareEffect } from '../../../runtime/events/inbox.ts';
import { accounts } from './schema.ts';

const COLUMNS = { ownerId: 'uuid', version: 'bigint', timeZone: 'text', deleted: 'boolean' } as const;

/** An account according to its newest event. Without an owner the event changes nothing. */
export type SavedAccount = EffectRow<typeof COLUMNS>;

/**
 * Prepares the effect of events about accounts: keeps the newest version of each. At most one row may name an account.
 * A row whose version is not newer than the stored one changes nothing.
 */
export function prepareSaveAccounts(db: Database): (rows: readonly SavedAccount[]) => Promise<void> {
  return prepareEffect(db, 'save_accounts', {
    columns: COLUMNS,
    effect: (fresh) => sql`
      insert into ${accounts} as known (owner_id, version, time_zone, deleted)
      select ${fresh.ownerId}, ${fresh.version}, ${fresh.timeZone}, ${fresh.deleted}
      from ${fresh.rows} where ${fresh.ownerId} is not null order by 1
      on conflict (owner_id) do update set version = excluded.version, time_zone = excluded.time_zone,
        deleted = excluded.deleted
      where known.version < excluded.version`,
  });
}
