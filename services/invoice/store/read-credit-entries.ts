import { and, desc, eq, ne, sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { type LedgerEntryRow, ledgerEntries } from './ledger-schema.ts';

/** Which page of the changes of a customer's credit, newest first. */
export interface CreditEntryPage {
  readonly ownerId: string;
  readonly customerId: string;
  /** All currencies when undefined. */
  readonly currencyCode: string | undefined;
  /** Sequence of the entry before the page; undefined for the first page. */
  readonly beforeSequence: string | undefined;
  readonly limit: number;
}

/** Above every sequence, so that one statement serves all pages. */
const START = '9223372036854775807';

const ofCustomer = and(
  eq(ledgerEntries.ownerId, sql.placeholder('ownerId')),
  eq(ledgerEntries.customerId, sql.placeholder('customerId')),
  ne(ledgerEntries.creditMinor, sql`0`),
);

/** Prepares the statement that reads a page of the entries that change the credit of an owner's customer. */
export function prepareListCreditEntries(db: Database): (page: CreditEntryPage) => Promise<LedgerEntryRow[]> {
  const currencyCode = sql`${sql.placeholder('currencyCode')}::text`;
  const statement = db
    .select()
    .from(ledgerEntries)
    .where(
      and(
        ofCustomer,
        sql`${ledgerEntries.sequence} < ${sql.placeholder('beforeSequence')}::bigint`,
        sql`(${currencyCode} is null or ${ledgerEntries.currencyCode} = ${currencyCode})`,
      ),
    )
    .orderBy(desc(ledgerEntries.sequence))
    .limit(sql.placeholder('limit'))
    .prepare('list_credit_entries');
  return ({ currencyCode: code, beforeSequence, ...page }) =>
    statement.execute({ ...page, currencyCode: code ?? null, beforeSequence: beforeSequence ?? START });
}

/** Prepares the statement that reads one entry that changes the credit of an owner's customer. */
export function prepareGetCreditEntry(
  db: Database,
): (ownerId: string, customerId: string, id: string) => Promise<LedgerEntryRow | undefined> {
  const statement = db
    .select()
    .from(ledgerEntries)
    .where(and(eq(ledgerEntries.id, sql.placeholder('id')), ofCustomer))
    .prepare('get_credit_entry');
  return async (ownerId, customerId, id) => (await statement.execute({ ownerId, customerId, id }))[0];
}
