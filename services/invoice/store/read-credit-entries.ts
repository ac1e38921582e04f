import { and, desc, eq, getTableColumns, ne, sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { readAlong } from '../../../runtime/database/read-along.ts';
import { customerAccounts, type LedgerEntryRow, ledgerEntries } from './ledger-schema.ts';

/** A page of the changes of a customer's credit, newest first. */
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

/** Prepares the statement that reads a page of the entries that change the credit of an owner's customer. */
export function prepareListCreditEntries(db: Database): (page: CreditEntryPage) => Promise<LedgerEntryRow[]> {
  const statement = creditEntriesQuery(db).prepare('list_credit_entries');
  return (page) => statement.execute(creditEntryParameters(page));
}

/** The query of a page, without the values of its parameters: each currency along its index, and the few entries of each merged. */
export function creditEntriesQuery(db: Database) {
  const { condition, order } = readAlong({
    owner: { column: sql`entry.owner_id`, value: sql`account.owner_id` },
    leads: [
      { column: sql`entry.customer_id`, value: sql`account.customer_id` },
      { column: sql`entry.currency_code`, value: sql`account.currency_code` },
    ],
    keys: [sql`entry.sequence`],
    direction: 'desc',
    after: [sql`${sql.placeholder('beforeSequence')}::bigint`],
  });
  const page = db.$with('page', getTableColumns(ledgerEntries)).as(sql`
    select entry.* from ${customerAccounts} as account cross join lateral (
      select * from ${ledgerEntries} as entry where ${condition} and entry.credit_minor <> 0
      order by ${order} limit ${sql.placeholder('limit')}
    ) as entry
    where account.owner_id = ${sql.placeholder('ownerId')}::uuid and account.customer_id = ${sql.placeholder('customerId')}::uuid
      and account.currency_code = coalesce(${sql.placeholder('currencyCode')}::text, account.currency_code)
    order by entry.sequence desc limit ${sql.placeholder('limit')}`);
  return db.with(page).select().from(page).orderBy(desc(page.sequence));
}

/** The values of the parameters of {@link creditEntriesQuery}. */
export function creditEntryParameters({
  currencyCode,
  beforeSequence,
  ...page
}: CreditEntryPage): Record<string, unknown> {
  return { ...page, currencyCode: currencyCode ?? null, beforeSequence: beforeSequence ?? START };
}

/** Prepares the statement that reads one entry that changes the credit of an owner's customer. */
export function prepareGetCreditEntry(
  db: Database,
): (ownerId: string, customerId: string, id: string) => Promise<LedgerEntryRow | undefined> {
  const statement = db
    .select()
    .from(ledgerEntries)
    .where(
      and(
        eq(ledgerEntries.id, sql.placeholder('id')),
        eq(ledgerEntries.ownerId, sql.placeholder('ownerId')),
        eq(ledgerEntries.customerId, sql.placeholder('customerId')),
        ne(ledgerEntries.creditMinor, sql`0`),
      ),
    )
    .prepare('get_credit_entry');
  return async (ownerId, customerId, id) => (await statement.execute({ ownerId, customerId, id }))[0];
}
