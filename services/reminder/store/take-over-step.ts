import { sql } from 'drizzle-orm';

/** The columns of the unique index `reminders_step_key`. */
export const STEP_KEY = sql`(invoice_id, step, coalesce(due_date, '-infinity'))`;

/**
 * What `on conflict ${STEP_KEY} do update set` sets when a new reminder takes the row of one that was not sent: a step has
 * one row for ever for each due date of its invoice, because the row is the right to send.
 */
export const TAKE_OVER_STEP = sql`
  id = excluded.id, remind_time = excluded.remind_time, state = excluded.state, planned = excluded.planned,
  cancel_reason = null, cancel_time = null, create_time = excluded.create_time, version = excluded.version`;
