import { sql } from 'drizzle-orm';
import { type idempotencyValues, NO_IDEMPOTENCY, storeIdempotencyRecord } from '../../../runtime/call/idempotency.ts';
import type { Database } from '../../../runtime/database/database.ts';
import { jsonParameter } from '../../../runtime/events/json-parameter.ts';
import { appendEvents, type OutboxRow } from '../../../runtime/events/outbox.ts';
import { invoices, type ReminderRow, reminders } from './schema.ts';

/**
 * Prepares the statement that changes reminders that were read before. Each is written, together with its own events,
 * only if it is still scheduled and unchanged since it was read: its version is one less than the new one. No reminder
 * of an invoice that was paused in the meantime is sent, and none moves to a due date that already has the same step.
 * Gives how many it wrote.
 *
 * It waits, in the order of the ids, for reminders that others are changing at this moment, and then leaves those
 * alone.
 */
export function prepareSaveReminders(
  db: Database,
): (
  rows: readonly ReminderRow[],
  events: readonly OutboxRow[],
  idempotency?: ReturnType<typeof idempotencyValues>,
) => Promise<number> {
  const locked = db.$with('locked', {}).as(sql`
    select ${reminders.id} from ${reminders}
    join jsonb_to_recordset(${jsonParameter('rows')}::jsonb) as given (id uuid, state text, "dueDate" date, version bigint)
      on given.id = ${reminders.id} and given.version = ${reminders.version} + 1
    where ${reminders.state} = 'SCHEDULED' and (given.state <> 'SENT' or not exists (
      select 1 from ${invoices} where ${invoices.invoiceId} = ${reminders.invoiceId} and ${invoices.paused}
    )) and not exists (
      select 1 from ${reminders} as other where other.invoice_id = ${reminders.invoiceId}
        and other.offset_days = ${reminders.offsetDays} and other.due_date = given."dueDate" and other.id <> ${reminders.id}
    )
    order by ${reminders.id} for update of ${reminders}
  `);
  const saved = db.$with('saved', { id: sql<string>`id`.as('id') }).as(sql`
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
  const record = storeIdempotencyRecord(db, { changed: saved });
  const statement = db
    .with(locked, saved, events, record)
    .select({ count: sql<number>`count(*)::integer` })
    .from(saved)
    .prepare('save_reminders');
  return async (rows, eventRows, idempotency = NO_IDEMPOTENCY) => {
    if (rows.length === 0) return 0;
    return (await statement.execute({ rows, events: eventRows, ...idempotency }))[0]?.count ?? 0;
  };
}
