import { sql } from 'drizzle-orm';
import { prepareWrite, type WriteEffects } from '../../../runtime/call/prepare-write.ts';
import { columnParameters } from '../../../runtime/database/column-parameters.ts';
import type { Database } from '../../../runtime/database/database.ts';
import { insertInvoice } from './insert-invoice.ts';
import type { InvoiceRow } from './invoice-row.ts';
import { invoiceSettings, invoices } from './schema.ts';
import { linesParameter, writeLines } from './write-lines.ts';

/** What storing a draft needs to know besides the draft. */
export interface Creation extends WriteEffects {
  /**
   * Version of the account's settings that the draft was made with, 0 for the default ones; undefined when it was made
   * without them.
   */
  readonly settingsVersion: bigint | undefined;
}

/**
 * Prepares the statement that stores a new draft with its lines. Gives false, and has stored nothing, when the
 * account's settings have another version by now.
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
  const write = prepareWrite(db, 'create_invoice', { changed: created, parts: [settled, created, lines] });
  return ({ lines: rows, ...invoice }, { settingsVersion = null, ...effects }) =>
    write({ ...invoice, settingsVersion, lines: linesParameter(rows) }, effects);
}
