import { sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { prepareEffect } from '../../../runtime/events/inbox.ts';
import { REMIND_TIME_OF_DAY } from '../domain/plan.ts';
import { invoices, reminders } from './schema.ts';

/**
 * Prepares the effect of a changed time zone: reminders that follow a due date move to the same time of day in the new
 * zone. Several rows of one owner must name the same zone.
 */
export function prepareMoveTimeZone(db: Database) {
  return prepareEffect(db, 'move_time_zone', {
    columns: { ownerId: 'uuid', timeZone: 'text' },
    effect: (fresh) => [
      sql`update ${invoices} set time_zone = ${fresh.timeZone} from ${fresh.rows}
        where ${invoices.ownerId} = ${fresh.ownerId}`,
      sql`update ${reminders} set version = ${reminders.version} + 1, remind_time =
          (${reminders.dueDate} + ${reminders.offsetDays} + ${REMIND_TIME_OF_DAY}::time) at time zone ${fresh.timeZone}
        from ${fresh.rows}
        where ${reminders.ownerId} = ${fresh.ownerId} and ${reminders.state} = 'SCHEDULED'
          and ${reminders.offsetDays} is not null`,
    ],
  });
}
