import { sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { jsonParameter } from '../../../runtime/events/json-parameter.ts';
import { accounts, invoices, payments } from './schema.ts';

/** Prepares the statement that marks invoices as deleted and removes their payments. Gives how many it marked. */
export function prepareRemoveInvoices(db: Database) {
  const gone = db.$with('gone', {}).as(sql`
    select id::uuid as invoice_id from jsonb_array_elements_text(${jsonParameter('invoiceIds')}::jsonb) as given (id)
  `);
  // Locks the accounts before the other parts run, since they read from it.
  const locked = db.$with('locked', {}).as(sql`
    select owner_id from ${accounts}
    where owner_id in (select owner_id from ${invoices} join gone using (invoice_id))
    order by owner_id for update
  `);
  const unpaid = db.$with('unpaid', {}).as(sql`
    delete from ${payments} where invoice_id in (select invoice_id from gone) and exists (select 1 from locked)
  `);
  const removed = db.$with('removed', { invoiceId: sql<string>`invoice_id`.as('invoice_id') }).as(sql`
    update ${invoices} set state = 'DELETED'
    where invoice_id in (select invoice_id from gone) and owner_id in (select owner_id from locked) and state <> 'DELETED'
    returning invoice_id
  `);
  const statement = db
    .with(gone, locked, unpaid, removed)
    .select({ count: sql<number>`count(*)::integer` })
    .from(removed)
    .prepare('remove_invoices');

  return async (invoiceIds: readonly string[]): Promise<number> =>
    (await statement.execute({ invoiceIds }))[0]?.count ?? 0;
}
