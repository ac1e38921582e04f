import { sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { prepareEffect } from '../../../runtime/events/inbox.ts';
import { activities } from './schema.ts';

/** Prepares the statement that adds a batch of activities, whose ids are those of their events. */
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
      createTime: 'timestamptz',
      changes: 'jsonb',
    },
    // The inbox forgets after a time, the primary key does not.
    effect: (fresh) => sql`
      insert into ${activities}
        (id, type, owner_id, invoice_id, invoice_opened, subject_id, actor_type, actor_id, request_id, create_time, changes)
      select ${fresh.eventId}, ${fresh.type}, ${fresh.ownerId}, ${fresh.invoiceId}, ${fresh.invoiceOpened},
        ${fresh.subjectId}, ${fresh.actorType}, ${fresh.actorId}, ${fresh.requestId}, ${fresh.createTime}, ${fresh.changes}
      from ${fresh.rows} order by ${fresh.eventId}
      on conflict (id) do nothing`,
  });
}
