import { sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { prepareEffect } from '../../../runtime/events/inbox.ts';
import { activities, activityAddresses } from './schema.ts';

/**
 * Prepares the statement that adds a batch of activities, whose ids are those of their events. A trigger adds them to
 * their chains within the statement.
 */
export function prepareRecordActivities(db: Database) {
  return prepareEffect(db, 'record_activities', {
    columns: {
      type: 'text',
      ownerId: 'uuid',
      invoiceId: 'uuid',
      invoiceOpened: 'boolean',
      subjectId: 'uuid',
      actorType: 'text',
      actorId: 'text',
      requestId: 'text',
      address: 'text',
      addressSalt: 'uuid',
      createTime: 'timestamptz',
      changes: 'jsonb',
    },
    effect: (fresh) => [
      // The inbox forgets event ids after a time; the primary key does not.
      sql`
        insert into ${activities}
          (id, type, owner_id, invoice_id, invoice_opened, subject_id, actor_type, actor_id, request_id, address_hash,
            create_time, changes)
        select ${fresh.eventId}, ${fresh.type}, ${fresh.ownerId}, ${fresh.invoiceId}, ${fresh.invoiceOpened},
          ${fresh.subjectId}, ${fresh.actorType}, ${fresh.actorId}, ${fresh.requestId},
          sha256(convert_to(${fresh.addressSalt} || ' ' || ${fresh.address}, 'UTF8')), ${fresh.createTime}, ${fresh.changes}
        from ${fresh.rows} order by ${fresh.eventId}
        on conflict (id) do nothing returning id, create_time`,
      sql`
        insert into ${activityAddresses} (create_time, activity_id, address, salt)
        select effect_1.create_time, effect_1.id, ${fresh.address}, ${fresh.addressSalt}
        from effect_1 join ${fresh.rows} on ${fresh.eventId} = effect_1.id
        where ${fresh.address} is not null order by 1, 2`,
    ],
  });
}
