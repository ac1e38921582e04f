import { sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { jsonParameter } from '../../../runtime/events/json-parameter.ts';
import { accounts, invoices, type ProjectedPaymentKind, type ProjectedState, payments } from './schema.ts';

/** An invoice as the invoice service has it. The names are those of the columns. */
export interface TrueInvoice {
  readonly invoice_id: string;
  readonly owner_id: string;
  readonly version: bigint;
  readonly state: ProjectedState;
  readonly currency_code: string;
  readonly total_minor: bigint;
  readonly due_minor: bigint;
  readonly due_date: string;
  readonly customer_id: string;
  readonly tax_minor: bigint;
  readonly paid_minor: bigint;
  /** Null on a draft. */
  readonly issue_date: string | null;
  /** Date of the latest payment that was applied to the invoice; null when there is none. */
  readonly last_payment_date: string | null;
  /** What credit notes took off the amount due. */
  readonly credited_minor: bigint;
  readonly written_off_minor: bigint;
  readonly credit_note_count: number;
  readonly credit_note_total_minor: bigint;
  readonly credit_note_tax_minor: bigint;
  readonly update_time: Date | null;
  /** The version at which the projection wrongly has the invoice as newer or as deleted; null when it does not. */
  readonly false_version: bigint | null;
}

/** A payment or a credit note as the invoice service has it. */
export interface TruePayment {
  readonly payment_id: string;
  readonly invoice_id: string;
  readonly owner_id: string;
  readonly currency_code: string;
  readonly amount_minor: bigint;
  readonly payment_date: string;
  readonly kind: ProjectedPaymentKind;
  readonly applied_minor: bigint;
  readonly tax_minor: bigint;
}

/** Some invoices, and all their payments and credit notes. */
export interface Truth {
  readonly invoices: readonly TrueInvoice[];
  readonly payments: readonly TruePayment[];
}

/**
 * Prepares the statement that compares the projection with some invoices and all their payments and credit notes,
 * corrects it where it differs, and gives the number of invoices that it corrected.
 *
 * An invoice that the projection has at a newer version stays, because events have arrived since it was read. A deleted
 * one stays as well. Neither stays at a version that is known not to exist. A payment that the projection has and the
 * invoice lacks is removed unless the projection is newer: a payment comes together with a newer version of its
 * invoice.
 */
export function prepareCorrectInvoices(db: Database) {
  const trueInvoices = db.$with('true_invoices', {}).as(sql`
    select * from jsonb_to_recordset(${jsonParameter('invoices')}::jsonb) as given (invoice_id uuid, owner_id uuid,
      version bigint, state text, currency_code text, total_minor bigint, due_minor bigint, due_date date, customer_id uuid,
      tax_minor bigint, paid_minor bigint, issue_date date, last_payment_date date, update_time timestamptz,
      credited_minor bigint, written_off_minor bigint, credit_note_count integer, credit_note_total_minor bigint,
      credit_note_tax_minor bigint, false_version bigint)
  `);
  const truePayments = db.$with('true_payments', {}).as(sql`
    select * from jsonb_to_recordset(${jsonParameter('payments')}::jsonb) as given (payment_id uuid, invoice_id uuid,
      owner_id uuid, currency_code text, amount_minor bigint, payment_date date, kind text, applied_minor bigint, tax_minor bigint)
  `);
  // Locks the accounts before the other parts run, since they read from it.
  const locked = db.$with('locked', {}).as(sql`
    insert into ${accounts} (owner_id, update_time)
    select owner_id, max(update_time) from true_invoices group by 1 order by 1
    on conflict (owner_id) do update set update_time = greatest(accounts.update_time, excluded.update_time)
    returning owner_id, erase_time
  `);
  const corrected = db.$with('corrected', {}).as(sql`
    insert into ${invoices} as known (invoice_id, owner_id, currency_code, version, state, total_minor, due_minor, due_date,
      customer_id, tax_minor, paid_minor, issue_date, last_payment_date, complete_version, credited_minor,
      written_off_minor, credits_version, credit_note_count, credit_note_total_minor, credit_note_tax_minor)
    select invoice_id, owner_id, currency_code, version, state, total_minor, due_minor, due_date, customer_id, tax_minor,
      paid_minor, issue_date, last_payment_date, version, credited_minor, written_off_minor, version, credit_note_count,
      credit_note_total_minor, credit_note_tax_minor
    from true_invoices join locked using (owner_id) where erase_time is null
    on conflict (invoice_id) do update set
      owner_id = excluded.owner_id, currency_code = excluded.currency_code, version = excluded.version,
      state = excluded.state, total_minor = excluded.total_minor, due_minor = excluded.due_minor,
      due_date = excluded.due_date, customer_id = excluded.customer_id, tax_minor = excluded.tax_minor,
      paid_minor = excluded.paid_minor, issue_date = excluded.issue_date,
      last_payment_date = excluded.last_payment_date, complete_version = excluded.complete_version,
      credited_minor = excluded.credited_minor, written_off_minor = excluded.written_off_minor,
      credits_version = excluded.credits_version, delete_time = excluded.delete_time, credit_note_count = excluded.credit_note_count,
      credit_note_total_minor = excluded.credit_note_total_minor, credit_note_tax_minor = excluded.credit_note_tax_minor
    where (known.state <> 'DELETED' and known.version <= excluded.version or (known.invoice_id, known.version) in (
      select invoice_id, false_version from true_invoices
    )) and known is distinct from excluded
    returning invoice_id
  `);
  const paid = db.$with('paid', {}).as(sql`
    insert into ${payments} as known
      (payment_id, invoice_id, owner_id, currency_code, amount_minor, payment_date, kind, applied_minor, tax_minor)
    select payment_id, invoice_id, owner_id, currency_code, amount_minor, payment_date, kind, applied_minor, tax_minor
    from true_payments join locked using (owner_id) where erase_time is null
    on conflict (payment_id) do update set
      invoice_id = excluded.invoice_id, owner_id = excluded.owner_id, currency_code = excluded.currency_code,
      amount_minor = excluded.amount_minor, payment_date = excluded.payment_date, kind = excluded.kind,
      applied_minor = excluded.applied_minor, tax_minor = excluded.tax_minor
    where known is distinct from excluded
    returning invoice_id
  `);
  const unpaid = db.$with('unpaid', {}).as(sql`
    delete from ${payments} as known
    using true_invoices join locked using (owner_id) join ${invoices} as present using (invoice_id)
    where known.invoice_id = present.invoice_id and present.version <= coalesce(false_version, true_invoices.version)
      and known.payment_id not in (select payment_id from true_payments)
    returning known.invoice_id
  `);
  const touched = db.$with('touched', { invoiceId: sql<string>`invoice_id`.as('invoice_id') }).as(sql`
    select invoice_id from corrected union select invoice_id from paid union select invoice_id from unpaid
  `);
  const statement = db
    .with(trueInvoices, truePayments, locked, corrected, paid, unpaid, touched)
    .select({ count: sql<number>`count(*)::integer` })
    .from(touched)
    .prepare('correct_invoices');

  return async (truth: Truth): Promise<number> => (await statement.execute({ ...truth }))[0]?.count ?? 0;
}
