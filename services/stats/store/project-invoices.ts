import { sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { prepareEffect } from '../../../runtime/events/inbox.ts';
import { accounts, invoices, payments } from './schema.ts';

/**
 * Prepares the statement that stores a batch of invoice events. Of several events of one invoice the newest counts,
 * whatever their order, and a deletion is final. Payments are added one by one. Once a payment is reversed, its amount
 * stays 0.
 *
 * Two kinds of rows are marked as incomplete, and the invoice service is asked for them later. A row that a service of
 * an older version wrote stays incomplete, since that service may have missed what it did not know. A new row from an
 * event that comes late is incomplete, since its invoice may have been deleted and forgotten.
 */
export function prepareProjectInvoices(db: Database) {
  return prepareEffect(db, 'project_invoices', {
    columns: {
      ownerId: 'uuid',
      invoiceId: 'uuid',
      version: 'bigint',
      state: 'text',
      currencyCode: 'text',
      totalMinor: 'bigint',
      dueMinor: 'bigint',
      dueDate: 'date',
      customerId: 'uuid',
      taxMinor: 'bigint',
      paidMinor: 'bigint',
      issueDate: 'date',
      creditedMinor: 'bigint',
      writtenOffMinor: 'bigint',
      time: 'timestamptz',
      paymentId: 'uuid',
      paymentMinor: 'bigint',
      paymentDate: 'date',
      paymentKind: 'text',
      appliedMinor: 'bigint',
      creditedTaxMinor: 'bigint',
      isLate: 'boolean',
    },
    // The first part locks the accounts. The others read from it, so they run after it, and see whether an account was
    // deleted by the time of the lock. The latest payment date and the sums of credit notes are left to the triggers of
    // payments: a payment that comes late may already have been reversed.
    effect: (fresh) => [
      sql`
        insert into ${accounts} (owner_id, update_time)
        select ${fresh.ownerId}, max(${fresh.time}) from ${fresh.rows} group by 1 order by 1
        on conflict (owner_id) do update set update_time = greatest(accounts.update_time, excluded.update_time)
        returning owner_id, erase_time`,
      sql`
        insert into ${invoices} as known (invoice_id, owner_id, currency_code, version, state, total_minor, due_minor,
          due_date, customer_id, tax_minor, paid_minor, issue_date, complete_version, credited_minor, written_off_minor,
          credits_version)
        select distinct on (${fresh.invoiceId}) ${fresh.invoiceId}, ${fresh.ownerId}, ${fresh.currencyCode},
          ${fresh.version}, ${fresh.state}, ${fresh.totalMinor}, ${fresh.dueMinor}, ${fresh.dueDate},
          ${fresh.customerId}, ${fresh.taxMinor}, ${fresh.paidMinor}, ${fresh.issueDate},
          case when not ${fresh.isLate} then ${fresh.version} end, ${fresh.creditedMinor}, ${fresh.writtenOffMinor}, ${fresh.version}
        from ${fresh.rows} join effect_1 on owner_id = ${fresh.ownerId} and erase_time is null
        order by ${fresh.invoiceId}, ${fresh.state} = 'DELETED' desc, ${fresh.version} desc
        on conflict (invoice_id) do update set
          owner_id = excluded.owner_id, currency_code = excluded.currency_code, version = excluded.version,
          state = excluded.state, total_minor = excluded.total_minor, due_minor = excluded.due_minor,
          due_date = excluded.due_date, customer_id = excluded.customer_id, tax_minor = excluded.tax_minor,
          paid_minor = excluded.paid_minor, issue_date = excluded.issue_date,
          credited_minor = excluded.credited_minor, written_off_minor = excluded.written_off_minor,
          complete_version = case when known.complete then excluded.complete_version end,
          credits_version = case when known.complete then excluded.credits_version end
        where known.state <> 'DELETED' and (known.version < excluded.version or excluded.state = 'DELETED')`,
      sql`
        insert into ${payments}
          (payment_id, invoice_id, owner_id, currency_code, amount_minor, payment_date, kind, applied_minor, tax_minor)
        select distinct on (${fresh.paymentId}) ${fresh.paymentId}, ${fresh.invoiceId}, ${fresh.ownerId},
          ${fresh.currencyCode}, ${fresh.paymentMinor}, ${fresh.paymentDate}, ${fresh.paymentKind}, ${fresh.appliedMinor},
          ${fresh.creditedTaxMinor}
        from ${fresh.rows} join effect_1 on owner_id = ${fresh.ownerId} and erase_time is null
        where ${fresh.paymentId} is not null
        order by ${fresh.paymentId}, ${fresh.paymentMinor}
        on conflict (payment_id) do update set amount_minor = 0, applied_minor = 0
        where excluded.amount_minor = 0 and payments.amount_minor <> 0`,
    ],
  });
}
