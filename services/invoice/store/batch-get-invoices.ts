import { getTableColumns, sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { jsonParameter } from '../../../runtime/events/json-parameter.ts';
import type { InvoiceHeadRow } from './invoice-row.ts';
import { invoices } from './schema.ts';

/** Prepares the statement that reads invoices of any owner by their ids, without lines. Unknown ids are left out. */
export function prepareBatchGetInvoices(db: Database): (ids: readonly string[]) => Promise<InvoiceHeadRow[]> {
  const statement = db
    .select(getTableColumns(invoices))
    .from(invoices)
    .where(
      sql`${invoices.id} in (select given.id::uuid from jsonb_array_elements_text(${jsonParameter('ids')}::jsonb) as given (id))`,
    )
    .prepare('batch_get_invoices');
  return (ids) => statement.execute({ ids });
}
