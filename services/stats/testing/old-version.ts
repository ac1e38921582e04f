import { sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { dueOf, type LedgerInvoice } from './ledger.ts';

/**
 * Writes what the first version wrote when it got the newest event of an invoice, and all its payments. It uses the
 * statements of that version, which still run during an upgrade.
 */
export async function writeAsOldVersion(
  db: Database,
  { id, ownerId, version, payments, ...invoice }: LedgerInvoice,
): Promise<void> {
  await db.execute(sql`insert into accounts (owner_id) values (${ownerId}) on conflict do nothing`);
  await db.execute(sql`
    insert into invoices as known (invoice_id, owner_id, currency_code, version, state, total_minor, due_minor, due_date)
    values (${id}, ${ownerId}, ${invoice.currencyCode}, ${version}, ${invoice.state}, ${invoice.totalMinor},
      ${dueOf(invoice)}, ${invoice.dueDate})
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

/** The same for the second version, which knew months and customers, but not what was credited or written off. */
export async function writeAsSecondVersion(db: Database, ledgerInvoice: LedgerInvoice): Promise<void> {
  const { id, ownerId, version, state, payments, creditNotes, ...invoice } = ledgerInvoice;
  const issueDate = state === 'DRAFT' ? null : invoice.issueDate;
  await db.execute(sql`insert into accounts (owner_id) values (${ownerId}) on conflict do nothing`);
  await db.execute(sql`
    insert into invoices as known (invoice_id, owner_id, currency_code, version, state, total_minor, due_minor, due_date,
      customer_id, tax_minor, paid_minor, issue_date, complete_version)
    values (${id}, ${ownerId}, ${invoice.currencyCode}, ${version}, ${state}, ${invoice.totalMinor}, ${dueOf(invoice)},
      ${invoice.dueDate}, ${invoice.customerId}, ${invoice.taxMinor}, ${invoice.paidMinor}, ${issueDate}, ${version})
    on conflict (invoice_id) do update set
      owner_id = excluded.owner_id, currency_code = excluded.currency_code, version = excluded.version,
      state = excluded.state, total_minor = excluded.total_minor, due_minor = excluded.due_minor,
      due_date = excluded.due_date, customer_id = excluded.customer_id, tax_minor = excluded.tax_minor,
      paid_minor = excluded.paid_minor, issue_date = excluded.issue_date,
      complete_version = case when known.complete then excluded.complete_version end`);
  const settled = payments.filter(({ kind }) => kind !== 'WRITE_OFF');
  for (const { id: paymentId, kind, amountMinor, appliedMinor, paymentDate } of settled) {
    await db.execute(sql`
      insert into payments (payment_id, invoice_id, owner_id, currency_code, amount_minor, payment_date, kind, applied_minor)
      values (${paymentId}, ${id}, ${ownerId}, ${invoice.currencyCode}, ${amountMinor}, ${paymentDate}, ${kind},
        ${appliedMinor})
      on conflict do nothing`);
  }
  for (const note of creditNotes) {
    await db.execute(sql`
      insert into payments (payment_id, invoice_id, owner_id, currency_code, amount_minor, payment_date, kind, applied_minor,
        tax_minor)
      values (${note.id}, ${id}, ${ownerId}, ${invoice.currencyCode}, ${note.totalMinor}, ${note.issueDate}, 'CREDIT_NOTE', 0,
        ${note.taxMinor})
      on conflict do nothing`);
  }
}
