import { sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { type EffectRow, prepareEffect } from '../../../runtime/events/inbox.ts';
import { invoices, reminders } from './schema.ts';

const COLUMNS = {
  invoiceId: 'uuid',
  ownerId: 'uuid',
  version: 'bigint',
  state: 'text',
  dueDate: 'date',
  timeZone: 'text',
  planned: 'boolean',
  /** Reminders of the default plan to add: `NewReminder[]`. */
  plan: 'jsonb',
} as const;

/** An invoice as its newest event tells, and the plan to make for it. Without an invoice the event changes nothing. */
export type SyncedInvoice = EffectRow<typeof COLUMNS>;

/** A reminder of the default plan. */
export interface NewReminder {
  readonly id: string;
  readonly offsetDays: number;
  readonly remindTime: string;
  readonly createTime: string;
}

/**
 * Prepares the effect of invoice events: keeps the newest version of each invoice and adds its plan, once. At most one
 * row may name an invoice; rows of a version not newer than the known one change nothing.
 */
export function prepareSyncInvoices(db: Database) {
  return prepareEffect(db, 'sync_invoices', {
    columns: COLUMNS,
    effect: (fresh) => [
      sql`
        insert into ${invoices} as known (invoice_id, owner_id, version, state, due_date, time_zone, planned)
        select ${fresh.invoiceId}, ${fresh.ownerId}, ${fresh.version}, ${fresh.state}, ${fresh.dueDate},
          ${fresh.timeZone}, ${fresh.planned}
        from ${fresh.rows} where ${fresh.invoiceId} is not null order by 1
        on conflict (invoice_id) do update set version = excluded.version, state = excluded.state,
          due_date = excluded.due_date, time_zone = excluded.time_zone, planned = known.planned or excluded.planned
        where known.version < excluded.version`,
      sql`
        insert into ${reminders} (id, owner_id, invoice_id, step, offset_days, due_date, remind_time, state, planned,
          create_time, version)
        select step.id, ${fresh.ownerId}, ${fresh.invoiceId}, step."offsetDays"::text, step."offsetDays", ${fresh.dueDate},
          step."remindTime", 'SCHEDULED', true, step."createTime", 1
        from ${fresh.rows},
          jsonb_to_recordset(${fresh.plan}) as step (id uuid, "offsetDays" integer, "remindTime" timestamptz, "createTime" timestamptz)
        where ${fresh.invoiceId} is not null
        on conflict (invoice_id, step) do nothing`,
    ],
  });
}
