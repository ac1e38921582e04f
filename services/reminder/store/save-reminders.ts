import { sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { jsonParameter } from '../../../runtime/events/json-parameter.ts';
import { appendEvents, type OutboxRow } from '../../../runtime/events/outbox.ts';
import { type ReminderRow, reminders } from './schema.ts';

/**
 * Prepares the change of reminders that were read before: each is written only if nobody changed it since (its version is
 * one less than the new one), together with its own events. Gives the ids of those that were written.
 *
 * Rows that another replica is changing at this moment are left to it.
 */
export function prepareSaveReminders(db: Database) {
  const locked = db.$with('locked', { id: reminders.id }).as(sql`
    select ${reminders.id} from ${reminders}
    join jsonb_to_recordset(${jsonParameter('rows')}::jsonb) as given (id uuid, version bigint)
      on given.id = ${reminders.id} and given.version = ${reminders.version} + 1
    where ${reminders.state} = 'SCHEDULED'
    order by ${reminders.id} for update of ${reminders} skip locked
  `);
  const saved = db.$with('saved', { id: reminders.id }).as(sql`
    update ${reminders} set
      state = given.state, due_date = given."dueDate", remind_time = given."remindTime",
      cancel_reason = given."cancelReason", send_time = given."sendTime", cancel_time = given."cancelTime",
      version = given.version
    from locked
    join jsonb_to_recordset(${jsonParameter('rows')}::jsonb) as given (id uuid, state text, "dueDate" date,
      "remindTime" timestamptz, "cancelReason" text, "sendTime" timestamptz, "cancelTime" timestamptz, version bigint)
      on given.id = locked.id
    where ${reminders}.id = locked.id
    returning ${reminders}.id
  `);
  const events = appendEvents(db, {
    changed: saved,
    matching: (event) => sql`saved.id::text = ${event.subject}`,
  });
  const statement = db.with(locked, saved, events).select({ id: saved.id }).from(saved).prepare('save_reminders');
  return async (rows: readonly ReminderRow[], eventRows: readonly OutboxRow[]): Promise<readonly string[]> => {
    if (rows.length === 0) return [];
    return (await statement.execute({ rows, events: eventRows })).map(({ id }) => id);
  };
}
