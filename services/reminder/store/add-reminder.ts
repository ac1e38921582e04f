import { sql } from 'drizzle-orm';
import { storeIdempotencyRecord } from '../../../runtime/call/idempotency.ts';
import type { Database } from '../../../runtime/database/database.ts';
import { jsonParameter } from '../../../runtime/events/json-parameter.ts';
import { appendEvents, type OutboxRow } from '../../../runtime/events/outbox.ts';
import type { OwnInvoice } from '../own-invoice.ts';
import { TIME_OF_DAY } from './find-invoices.ts';
import { invoices, type ReminderRow, reminderSettings, reminders } from './schema.ts';
import { TAKE_OVER_STEP } from './take-over-step.ts';

/** What is written when a user adds a reminder. */
export interface AddReminder {
  readonly row: ReminderRow;
  /** The invoice of the reminder, as it was read. */
  readonly invoice: OwnInvoice;
  readonly events: readonly OutboxRow[];
  /** From `idempotencyValues`. */
  readonly idempotency: Readonly<Record<string, string | null>>;
}

/**
 * The outcome: `MOVED` when the invoice or the time of day changed since it was read, `EXISTS` when the step is taken.
 */
export type AddOutcome = 'ADDED' | 'EXISTS' | 'MOVED';

/**
 * Prepares the statement that adds a reminder. A scheduled step of the plan becomes the user's own, and a cancelled one
 * is scheduled again. A step that the user has already added, or that was sent, is taken.
 *
 * The invoice is locked and stored as it was read, so that later changes of the invoice find the reminder, and older
 * events do not move it.
 */
export function prepareAddReminder(db: Database): (addition: AddReminder) => Promise<AddOutcome> {
  const known = db.$with('known', { invoiceId: sql<string>`invoice_id`.as('invoice_id') }).as(sql`
    insert into ${invoices} (invoice_id, owner_id, version, state, due_dates, time_zone)
    select given."invoiceId", given."ownerId", given.version, given.state, given."dueDates", given."timeZone"
    from jsonb_to_record(${jsonParameter('invoice')}::jsonb) as given ("invoiceId" uuid, "ownerId" uuid, version bigint,
      state text, "dueDates" jsonb, "timeZone" text, "timeOfDay" text)
    left join ${reminderSettings} on ${reminderSettings.ownerId} = given."ownerId"
    where given."timeOfDay" = ${TIME_OF_DAY}
    on conflict (invoice_id) do update set version = excluded.version, state = excluded.state,
      due_dates = excluded.due_dates, time_zone = excluded.time_zone, delete_time = null
    where ${invoices.version} <= excluded.version
    returning invoice_id
  `);
  const added = db.$with('added', { id: sql<string>`id`.as('id') }).as(sql`
    insert into ${reminders} (id, owner_id, invoice_id, step, offset_days, fixed_time, due_date, remind_time, state,
      planned, create_time, version)
    select given.id, given."ownerId", known.invoice_id, given.step, given."offsetDays", given."fixedTime",
      given."dueDate", given."remindTime", given.state, given.planned, given."createTime", given.version
    from known
    cross join jsonb_to_record(${jsonParameter('row')}::jsonb) as given (id uuid, "ownerId" uuid, step text,
      "offsetDays" integer, "fixedTime" timestamptz, "dueDate" date, "remindTime" timestamptz, state text,
      planned boolean, "createTime" timestamptz, version bigint)
    on conflict (invoice_id, step) do update set ${TAKE_OVER_STEP}
    where ${reminders.state} = 'CANCELLED' or (${reminders.state} = 'SCHEDULED' and ${reminders.planned})
    returning id
  `);
  const events = appendEvents(db, { changed: added });
  const record = storeIdempotencyRecord(db, { changed: added });
  const statement = db
    .with(known, added, events, record)
    .select({ isAdded: sql<boolean>`exists (select 1 from added)` })
    .from(known)
    .prepare('add_reminder');
  return async ({ row, invoice, events: eventRows, idempotency }) => {
    const [result] = await statement.execute({ row, invoice, events: eventRows, ...idempotency });
    if (result === undefined) return 'MOVED';
    return result.isAdded ? 'ADDED' : 'EXISTS';
  };
}
