import { sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { type EffectRow, prepareEffect } from '../../../runtime/events/inbox.ts';
import { invoices } from './schema.ts';

const COLUMNS = {
  invoiceId: 'uuid',
  ownerId: 'uuid',
  version: 'bigint',
  state: 'text',
  dueDates: 'jsonb',
  timeZone: 'text',
  isLate: 'boolean',
} as const;

/** An invoice according to its newest event. Without an invoice the event changes nothing. */
export type SyncedInvoice = EffectRow<typeof COLUMNS>;

/**
 * Prepares the effect of invoice events: keeps the newest version of each invoice. At most one row may name an invoice.
 * A row whose version is not newer than the stored one changes nothing. A late event does not add a draft, since the
 * draft may have been deleted and forgotten. Adding a reminder to the draft adds it.
 */
export function prepareSyncInvoices(db: Database): (rows: readonly SyncedInvoice[]) => Promise<void> {
  return prepareEffect(db, 'sync_invoices', {
    columns: COLUMNS,
    effect: (fresh) => sql`
      insert into ${invoices} as known (invoice_id, owner_id, version, state, due_dates, time_zone)
      select ${fresh.invoiceId}, ${fresh.ownerId}, ${fresh.version}, ${fresh.state}, ${fresh.dueDates}, ${fresh.timeZone}
      from ${fresh.rows}
      where ${fresh.invoiceId} is not null and (
        not ${fresh.isLate} or ${fresh.state} <> 'DRAFT'
        or exists (select from ${invoices} as present where present.invoice_id = ${fresh.invoiceId})
      )
      order by 1
      on conflict (invoice_id) do update set version = excluded.version, state = excluded.state,
        due_dates = excluded.due_dates, time_zone = excluded.time_zone, delete_time = null
      where known.version < excluded.version`,
  });
}
