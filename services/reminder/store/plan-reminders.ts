import { sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { jsonParameter } from '../../../runtime/events/json-parameter.ts';
import { invoices, reminders } from './schema.ts';
import { TAKE_OVER_STEP } from './take-over-step.ts';

/** The default plan of an invoice. */
export interface NewPlan {
  readonly invoiceId: string;
  /** Version of the invoice that it was made for. */
  readonly version: bigint;
  readonly steps: readonly NewStep[];
}

/** A reminder of a plan. */
export interface NewStep {
  readonly id: string;
  readonly offsetDays: number;
  readonly remindTime: Date;
}

/**
 * Prepares the addition of default plans, each once in the life of its invoice and only while that is at the version it
 * was made for. A step that the user has added or cancelled stays as it is.
 */
export function preparePlanReminders(db: Database): (plans: readonly NewPlan[], now: Date) => Promise<void> {
  const locked = db.$with('locked', { invoiceId: sql<string>`invoice_id`.as('invoice_id') }).as(sql`
    select ${invoices.invoiceId} from ${invoices}
    join jsonb_to_recordset(${jsonParameter('plans')}::jsonb) as given ("invoiceId" uuid, version bigint)
      on given."invoiceId" = ${invoices.invoiceId} and given.version = ${invoices.version}
    where not ${invoices.planned}
    order by 1 for update of ${invoices}
  `);
  const planned = db.$with('planned', { invoiceId: sql<string>`invoice_id`.as('invoice_id') }).as(sql`
    update ${invoices} set planned = true from locked where ${invoices}.invoice_id = locked.invoice_id
    returning ${invoices}.invoice_id, owner_id, due_date
  `);
  const added = db.$with('added', {}).as(sql`
    insert into ${reminders} (id, owner_id, invoice_id, step, offset_days, due_date, remind_time, state, planned,
      create_time, version)
    select step.id, planned.owner_id, planned.invoice_id, step."offsetDays"::text, step."offsetDays", planned.due_date,
      step."remindTime", 'SCHEDULED', true, ${sql.placeholder('now')}::timestamptz, 1
    from planned
    join jsonb_to_recordset(${jsonParameter('plans')}::jsonb) as given ("invoiceId" uuid, steps jsonb)
      on given."invoiceId" = planned.invoice_id
    cross join jsonb_to_recordset(given.steps) as step (id uuid, "offsetDays" integer, "remindTime" timestamptz)
    order by planned.invoice_id, step."offsetDays"
    on conflict (invoice_id, step) do update set ${TAKE_OVER_STEP}
    where ${reminders.state} = 'CANCELLED' and ${reminders.cancelReason} <> 'USER_REQUEST'
  `);
  const statement = db
    .with(locked, planned, added)
    .select({ count: sql<number>`count(*)::integer` })
    .from(planned)
    .prepare('plan_reminders');
  return async (plans, now) => {
    if (plans.length > 0) await statement.execute({ plans, now: now.toISOString() });
  };
}
