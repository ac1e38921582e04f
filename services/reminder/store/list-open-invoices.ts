import { sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { invoices } from './schema.ts';

/** Prepares the list of an owner's drafts and open invoices: ids after the given one, in ascending order. */
export function prepareListOpenInvoices(
  db: Database,
): (ownerId: string, after: string, limit: number) => Promise<string[]> {
  const statement = listOpenInvoicesQuery(db).prepare('list_open_invoices');
  return async (ownerId, after, limit) =>
    (await statement.execute({ ownerId, after, limit })).map(({ invoiceId }) => invoiceId);
}

/** The query of `prepareListOpenInvoices`. */
export function listOpenInvoicesQuery(db: Database) {
  return db
    .select({ invoiceId: invoices.invoiceId })
    .from(invoices)
    .where(
      sql`${invoices.ownerId} = ${sql.placeholder('ownerId')} and ${invoices.invoiceId} > ${sql.placeholder('after')}
        and ${invoices.state} in ('DRAFT', 'OPEN')`,
    )
    .orderBy(invoices.invoiceId)
    .limit(sql.placeholder('limit'));
}
