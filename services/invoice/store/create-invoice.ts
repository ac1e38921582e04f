import { sql } from 'drizzle-orm';
import { columnParameters } from '../../../runtime/database/column-parameters.ts';
import type { Database } from '../../../runtime/database/database.ts';
import { appendEvents } from '../../../runtime/events/outbox.ts';
import { storeIdempotencyRecord } from '../../../runtime/idempotency.ts';
import { insertInvoice } from './insert-invoice.ts';
import type { InvoiceRow } from './invoice-row.ts';
import { invoiceSettings, invoices } from './schema.ts';
import type { WriteEffects } from './write-effects.ts';
import { linesParameter, writeLines } from './write-lines.ts';

/** What the making of a draft needs to know besides the draft. */
export interface Creation extends WriteEffects {
  /** Version of the account's settings that the draft was made with, 0 for the default ones; undefined when it took none. */
  readonly settingsVersion: bigint | undefined;
}

/**
 * Prepares the statement that stores a new draft with its lines. Gives false, and has stored nothing, when the settings of
 * the account have another version by now.
 */
export function prepareCreateInvoice(db: Database): (draft: InvoiceRow, creation: Creation) => Promise<boolean> {
  const parameters = columnParameters(invoices);
  const settingsVersion = sql`${sql.placeholder('settingsVersion')}::bigint`;
  const settled = db.$with('settled', {}).as(sql`
    select where ${settingsVersion} is null or ${settingsVersion} = coalesce(
      (select version from ${invoiceSettings} where owner_id = ${parameters.ownerId}::uuid), 0
    )
  `);
  const created = insertInvoice(db, settled);
  const [lines] = writeLines(db, created);
  const events = appendEvents(db, { changed: created });
  const record = storeIdempotencyRecord(db, { changed: created });
  const statement = db
    .with(settled, created, lines, events, record)
    .select({ id: created.id })
    .from(created)
    .prepare('create_invoice');
  return async ({ lines: rows, ...invoice }, { settingsVersion: version, events: outboxRows, idempotency }) => {
    const written = await statement.execute({
      ...invoice,
      settingsVersion: version ?? null,
      lines: linesParameter(rows),
      events: outboxRows,
      ...idempotency,
    });
    return written.length > 0;
  };
}
