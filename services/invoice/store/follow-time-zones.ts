import { sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { prepareEffect } from '../../../runtime/events/inbox.ts';
import { recurringInvoices } from './recurring-schema.ts';

/**
 * Prepares the effect of changed accounts: their recurring invoices take over the time zone of the newest version. When
 * the zone changes, they are looked at as soon as their next day can begin anywhere on earth; the job then sets the
 * exact time.
 */
export function prepareFollowTimeZones(db: Database) {
  return prepareEffect(db, 'follow_time_zones', {
    columns: { ownerId: 'uuid', version: 'bigint', timeZone: 'text' },
    effect: (fresh) => sql`
      update ${recurringInvoices} as recurring set account_version = newest.version, time_zone = newest.time_zone,
        version = recurring.version + case when recurring.time_zone = newest.time_zone then 0 else 1 end,
        next_time = case when recurring.time_zone = newest.time_zone then recurring.next_time
          else least(recurring.next_time, recurring.next_date::timestamp at time zone 'UTC' - interval '14 hours') end
      from (
        select distinct on (${fresh.ownerId}) ${fresh.ownerId} as owner_id, ${fresh.version} as version,
          ${fresh.timeZone} as time_zone
        from ${fresh.rows} order by ${fresh.ownerId}, ${fresh.version} desc
      ) as newest
      where recurring.owner_id = newest.owner_id and recurring.account_version < newest.version`,
  });
}
