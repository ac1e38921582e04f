import { sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { invoices } from './schema.ts';

const BATCH_SIZE = 1_000;

/** Which deleted invoices to forget. */
export interface Forgetting {
  readonly now: Date;
  /** Those that were first seen as deleted before it; the others are noted as seen now. */
  readonly before: Date;
}

/**
 * Prepares the statement that forgets deleted invoices with their reminders, up to 1,000, and notes as many as seen. Gives how many both
 * were.
 */
export function prepareForgetDeletedInvoices(db: Database): (forgetting: Forgetting) => Promise<number> {
  const take = sql.raw(`limit ${BATCH_SIZE} for update skip locked`);
  const seen = db.$with('seen', {}).as(sql`
    update ${invoices} set delete_time = ${sql.placeholder('now')}::timestamptz where invoice_id in (
      select invoice_id from ${invoices} where state = 'DELETED' and delete_time is null ${take}
    ) returning invoice_id
  `);
  const forgotten = db.$with('forgotten', {}).as(sql`
    delete from ${invoices} where invoice_id in (
      select invoice_id from ${invoices}
      where state = 'DELETED' and delete_time < ${sql.placeholder('before')}::timestamptz ${take}
    ) returning invoice_id
  `);
  const all = db.$with('all_of_both', { invoiceId: sql<string>`invoice_id`.as('invoice_id') }).as(sql`
    select invoice_id from seen union all select invoice_id from forgotten
  `);
  const statement = db
    .with(seen, forgotten, all)
    .select({ count: sql<number>`count(*)::integer` })
    .from(all)
    .prepare('forget_deleted_invoices');
  return async ({ now, before }) => {
    const [result] = await statement.execute({ now: now.toISOString(), before: before.toISOString() });
    return result?.count ?? 0;
  };
}
