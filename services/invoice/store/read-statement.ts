import { sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import type { PageCursor } from '../../../runtime/page-token.ts';
import { creditNotes } from './credit-note-schema.ts';
import { type LedgerEntryRow, ledgerEntries } from './ledger-schema.ts';
import { invoices, payments } from './schema.ts';

/** Which part of a customer's statement, oldest first. */
export interface StatementPage {
  readonly ownerId: string;
  readonly customerId: string;
  /** First day, `YYYY-MM-DD`; undefined for the beginning. */
  readonly fromDate: string | undefined;
  /** Last day, `YYYY-MM-DD`; undefined when there is none. */
  readonly toDate: string | undefined;
  /** All currencies when undefined. */
  readonly currencyCode: string | undefined;
  /** Day and sequence of the entry before the page; undefined for the first page. */
  readonly cursor: PageCursor | undefined;
  readonly limit: number;
}

/** What a customer owes on the whole, by currency code. Amounts are whole numbers as text. */
export type BalancesJson = Readonly<Record<string, string>>;

/** An entry of a statement. Amounts and sequence are whole numbers as text. */
export interface StatementEntryRow {
  readonly sequence: string;
  readonly entryDate: string;
  readonly type: LedgerEntryRow['type'];
  readonly currencyCode: string;
  readonly amountMinor: string;
  readonly invoiceId: string | null;
  readonly invoiceNumber: string | null;
  readonly dueDate: string | null;
  readonly paymentId: string | null;
  readonly creditNoteId: string | null;
  readonly creditNoteNumber: string | null;
  readonly method: string;
  readonly reference: string;
  /** ISO 8601. */
  readonly createTime: string;
}

/**
 * Prepares the statement that reads a page of a customer's statement: the balances before it, and its entries. Both are of
 * the same moment, so they fit together whatever is entered meanwhile, for days that have passed as well.
 */
export function prepareReadStatement(
  db: Database,
): (
  page: StatementPage,
) => Promise<{ readonly opening: BalancesJson; readonly entries: readonly StatementEntryRow[] }> {
  const currencyCode = sql`${sql.placeholder('currencyCode')}::text`;
  const position = sql`(entry.entry_date, entry.sequence)`;
  const start = sql`(${sql.placeholder('startDate')}::date, ${sql.placeholder('startSequence')}::bigint)`;
  const ofCustomer = sql`entry.owner_id = ${sql.placeholder('ownerId')}::uuid
    and entry.customer_id = ${sql.placeholder('customerId')}::uuid
    and (${currencyCode} is null or entry.currency_code = ${currencyCode})`;
  // Two sums of integers take half the time of one of differences, which would have to be numeric.
  const opening = sql`
    select currency_code, sum(due_minor) - sum(credit_minor) as balance
    from ${ledgerEntries} as entry where ${ofCustomer} and ${position} <= ${start} group by currency_code`;
  const page = sql`
    select * from ${ledgerEntries} as entry
    where ${ofCustomer} and ${position} > ${start} and entry.entry_date <= ${sql.placeholder('endDate')}::date
    order by entry.entry_date, entry.sequence limit ${sql.placeholder('limit')}`;
  const statement = db
    .select({
      opening: sql<BalancesJson>`(select coalesce(json_object_agg(currency_code, balance::text), '{}') from (${opening}) as opening)`,
      entries: sql<readonly StatementEntryRow[]>`(
        select coalesce(json_agg(json_build_object('sequence', entry.sequence::text, 'entryDate', entry.entry_date,
          'type', entry.type, 'currencyCode', entry.currency_code,
          'amountMinor', (entry.due_minor::numeric - entry.credit_minor)::text, 'invoiceId', entry.invoice_id,
          'invoiceNumber', invoice.number, 'dueDate', invoice.due_date, 'paymentId', entry.payment_id,
          'creditNoteId', entry.credit_note_id, 'creditNoteNumber', credit_note.number,
          'method', coalesce(payment.method, entry.method), 'reference', coalesce(payment.reference, entry.reference),
          'createTime', entry.create_time) order by entry.entry_date, entry.sequence), '[]')
        from (${page}) as entry
          left join ${invoices} as invoice on invoice.id = entry.invoice_id
          left join ${payments} as payment on payment.id = entry.payment_id
          left join ${creditNotes} as credit_note on credit_note.id = entry.credit_note_id
      )`,
    })
    .from(sql`(select) as one`)
    .prepare('read_statement');
  return async ({ cursor, fromDate, toDate, ...page }) => {
    const [startDate, startSequence] = cursor ?? [fromDate ?? '-infinity', '0'];
    const endDate = toDate ?? 'infinity';
    const [row] = await statement.execute({
      ...page,
      currencyCode: page.currencyCode ?? null,
      startDate,
      startSequence,
      endDate,
    });
    return row ?? { opening: {}, entries: [] };
  };
}
