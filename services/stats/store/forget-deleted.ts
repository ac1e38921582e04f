import { sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { prepareForgetting } from '../../../runtime/events/forget-deleted.ts';
import { invoices, payments } from './schema.ts';

/** Prepares the statement that forgets deleted drafts. See `prepareForgetting`. */
export function prepareForgetDeleted(db: Database): (now: Date) => Promise<number> {
  // A payment that came late still references its invoice.
  const isFree = sql`not exists (select from ${payments} where ${payments.invoiceId} = ${invoices.invoiceId})`;
  return prepareForgetting(db, {
    table: invoices,
    key: sql`invoice_id`,
    where: sql`state = 'DELETED' and ${isFree}`,
  });
}
