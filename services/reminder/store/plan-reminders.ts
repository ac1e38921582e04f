import { sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { jsonParameter } from '../../../runtime/events/json-parameter.ts';
import { FINAL_REASONS } from '../domain/plan.ts';
import { invoices, reminders } from './schema.ts';
import { TAKE_OVER_STEP } from './take-over-step.ts';

/** The steps of its owner's plan that an invoice lacks. */
export interface NewPlan {
  readonly invoiceId: string;
  /** Version of the invoice for which the steps were planned. */
  readonly version: bigint;
  readonly steps: readonly NewStep[];
}

/** A new reminder for a step of the plan. */
export interface NewStep {
  readonly id: string;
  /** `YYYY-MM-DD`. */
  readonly dueDate: string;
  readonly offsetDays: number;
  readonly remindTime: Date;
}

/**
 * Prepares the statement that adds plans, each only while its invoice is at the version for which it was planned. A
 * step that is scheduled, was sent, or was cancelled for good stays as it is.
 */
export function preparePlanReminders(db: Database): (plans: readonly NewPlan[], now: Date) => Promise<void> {
  const locked = db.$with('locked', {}).as(sql`
    select ${invoices.invoiceId}, ${invoices.ownerId}, given.steps from ${invoices}
    join jsonb_to_recordset(${jsonParameter('plans')}::jsonb) as given ("invoiceId" uuid, version bigint, steps jsonb)
      on given."invoiceId" = ${invoices.invoiceId} and given.version = ${invoices.version}
    order by 1 for update of ${invoices}
  `);
  const added = db.$with('added', { id: sql<string>`id`.as('id') }).as(sql`
    insert into ${reminders} (id, owner_id, invoice_id, step, offset_days, due_date, remind_time, state, planned,
      create_time, version)
    select step.id, locked.owner_id, locked.invoice_id, step."offsetDays"::text, step."offsetDays", step."dueDate",
      step."remindTime", 'SCHEDULED', true, ${sql.placeholder('now')}::timestamptz, 1
    from locked
    cross join jsonb_to_recordset(locked.steps) as step (id uuid, "offsetDays" integer, "dueDate" date,
      "remindTime" timestamptz)
    order by locked.invoice_id, step."dueDate", step."offsetDays"
    on conflict (invoice_id, step) do update set ${TAKE_OVER_STEP}
    where ${reminders.state} = 'CANCELLED' and ${reminders.cancelReason} not in ${FINAL_REASONS}
    returning id
  `);
  // For replicas of the previous version.
  const planned = db.$with('planned', {}).as(sql`
    update ${invoices} set planned = true from locked where ${invoices}.invoice_id = locked.invoice_id
  `);
  const statement = db
    .with(locked, added, planned)
    .select({ count: sql<number>`count(*)::integer` })
    .from(added)
    .prepare('plan_reminders');
  return async (plans, now) => {
    if (plans.length > 0) await statement.execute({ plans, now: now.toISOString() });
  };
}
