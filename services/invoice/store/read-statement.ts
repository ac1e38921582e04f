import { sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { type IndexRange, readAlong } from '../../../runtime/database/read-along.ts';
import type { PageCursor } from '../../../runtime/paging/page-token.ts';
import { DOCUMENTS_OF_ENTRY, ENTRY_FACTS, type LedgerEntryFacts } from './ledger-entry-facts.ts';
import { customerAccounts, ledgerEntries, ledgerSums } from './ledger-schema.ts';

/** A page of a customer's statement, oldest first. */
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

/** A customer's whole balance, by currency code. Amounts are whole numbers as text. */
export type BalancesJson = Readonly<Record<string, string>>;

/** The balances before a page, and its entries. */
export interface StatementPart {
  readonly opening: BalancesJson;
  readonly entries: readonly LedgerEntryFacts[];
}

/**
 * Prepares the statement that reads a page of a customer's statement: the balances before it, and its entries. Both are of
 * the same moment, so they fit together whatever is entered meanwhile, even for past days.
 */
export function prepareReadStatement(db: Database): (page: StatementPage) => Promise<StatementPart> {
  const statement = readStatementQuery(db).prepare('read_statement');
  return async (page) => (await statement.execute(statementParameters(page)))[0] ?? { opening: {}, entries: [] };
}

const START_DATE = sql`${sql.placeholder('startDate')}::date`;
const START_SEQUENCE = sql`${sql.placeholder('startSequence')}::bigint`;

/** The currencies that the customer has an account in, or the one that is asked for. */
const OF_CUSTOMER = sql`account.owner_id = ${sql.placeholder('ownerId')}::uuid
  and account.customer_id = ${sql.placeholder('customerId')}::uuid
  and account.currency_code = coalesce(${sql.placeholder('currencyCode')}::text, account.currency_code)`;

/** Where the customer's entries in the currency of `account` are read, by day and sequence. */
function entriesAlong(range: Pick<IndexRange, 'bounds' | 'after'>) {
  return readAlong({
    owner: { column: sql`entry.owner_id`, value: sql`account.owner_id` },
    leads: [
      { column: sql`entry.customer_id`, value: sql`account.customer_id` },
      { column: sql`entry.currency_code`, value: sql`account.currency_code` },
    ],
    keys: [sql`entry.entry_date`, sql`entry.sequence`],
    direction: 'asc',
    ...range,
  });
}

/**
 * The months before the month of the start, the days of that month before the start, and the entries of the start's day
 * up to it.
 */
const OPENING = sql`
  select account.currency_code, sum(part.due_minor) - sum(part.credit_minor) as balance
  from ${customerAccounts} as account cross join lateral (
    select due_minor, credit_minor from ${ledgerSums} as month
    where (month.owner_id, month.customer_id, month.currency_code) = (account.owner_id, account.customer_id, account.currency_code)
      and unit = 'MONTH' and first_day < date_trunc('month', ${START_DATE})::date
    union all
    select due_minor, credit_minor from ${ledgerSums} as day
    where (day.owner_id, day.customer_id, day.currency_code) = (account.owner_id, account.customer_id, account.currency_code)
      and unit = 'DAY' and first_day >= date_trunc('month', ${START_DATE})::date and first_day < ${START_DATE}
    union all
    select due_minor, credit_minor from ${ledgerEntries} as entry
    where ${entriesAlong({ bounds: { from: START_DATE, to: START_DATE } }).condition} and entry.sequence <= ${START_SEQUENCE}
  ) as part where ${OF_CUSTOMER} group by account.currency_code`;

/** The query of a page, without the values of its parameters. */
export function readStatementQuery(db: Database) {
  const { condition, order } = entriesAlong({ after: [START_DATE, START_SEQUENCE] });
  // Each currency is read along the index, and the few entries of each are then merged.
  const page = sql`
    select entry.* from ${customerAccounts} as account cross join lateral (
      select * from ${ledgerEntries} as entry
      where ${condition} and entry.entry_date <= ${sql.placeholder('endDate')}::date
      order by ${order} limit ${sql.placeholder('limit')}
    ) as entry where ${OF_CUSTOMER} order by entry.entry_date, entry.sequence limit ${sql.placeholder('limit')}`;
  return db
    .select({
      opening: sql<BalancesJson>`(
        select coalesce(json_object_agg(currency_code, balance::text), '{}') from (${OPENING}) as opening
      )`,
      entries: sql<readonly LedgerEntryFacts[]>`(
        select coalesce(json_agg(json_build_object(${ENTRY_FACTS}) order by entry.entry_date, entry.sequence), '[]')
        from (${page}) as entry ${DOCUMENTS_OF_ENTRY}
      )`,
    })
    .from(sql`(select) as one`);
}

/** The values of the parameters of {@link readStatementQuery}. */
export function statementParameters({ cursor, fromDate, toDate, ...page }: StatementPage): Record<string, unknown> {
  const [startDate, startSequence] = cursor ?? [fromDate ?? '-infinity', '0'];
  const currencyCode = page.currencyCode ?? null;
  return { ...page, currencyCode, startDate, startSequence, endDate: toDate ?? 'infinity' };
}
