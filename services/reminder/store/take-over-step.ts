import { sql } from 'drizzle-orm';

/**
 * What `on conflict (invoice_id, step) do update set` sets when a new reminder takes over the row of one that was not
 * sent. A step has a single row for each due date of its invoice, for ever, because the row is the right to send. The
 * database adds the due date to the name of the step.
 */
export const TAKE_OVER_STEP = sql`
  id = excluded.id, remind_time = excluded.remind_time, retry_time = null, state = excluded.state, planned = excluded.planned,
  cancel_reason = null, cancel_time = null, create_time = excluded.create_time, version = excluded.version`;
