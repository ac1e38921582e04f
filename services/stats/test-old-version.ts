import { sql } from 'drizzle-orm';
import type { Database } from '../../runtime/database/database.ts';
import type { LedgerInvoice } from './test-ledger.ts';

/**
 * Writes what the first version wrote when it got the newest event of an invoice, and all of its payments: with the
 * statements of then, which are still at work while an upgrade is going on.
 */
export async function writeAsOldVersion(
  db: Database,
  { id, ownerId, version, payments, ...invoice }: LedgerInvoice,
): Promise<void> {
  await db.execute(sql`insert into accounts (owner_id) values (${ownerId}) on conflict do nothing`);
  await db.execute(sql`
    insert into invoices as known (invoice_id, owner_id, currency_code, version, state, total_minor, due_minor, due_date)
    values (${id}, ${ownerId}, ${invoice.currencyCode}, ${version}, ${invoice.state}, ${invoice.totalMinor},
      ${invoice.dueMinor}, ${invoice.dueDate})
    on conflict (invoice_id) do update set
      owner_id = excluded.owner_id, currency_code = excluded.currency_code, version = excluded.version,
      state = excluded.state, total_minor = excluded.total_minor, due_minor = excluded.due_minor,
      due_date = excluded.due_date`);
  for (const { id: paymentId, amountMinor, paymentDate } of payments) {
    await db.execute(sql`
      insert into payments (payment_id, invoice_id, owner_id, currency_code, amount_minor, payment_date)
      values (${paymentId}, ${id}, ${ownerId}, ${invoice.currencyCode}, ${amountMinor}, ${paymentDate})
      on conflict do nothing`);
  }
}
