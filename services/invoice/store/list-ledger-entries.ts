import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { type Lead, readAlong } from '../../../runtime/database/read-along.ts';
import { jsonParameter } from '../../../runtime/events/json-parameter.ts';
import type { PageCursor } from '../../../runtime/paging/page-token.ts';
import { DOCUMENTS_OF_ENTRY, ENTRY_FACTS, type LedgerEntryFacts } from './ledger-entry-facts.ts';
import { type LedgerEntryRow, ledgerEntries } from './ledger-schema.ts';
import { invoices } from './schema.ts';

/** A page of the ledger entries of all customers of an owner, newest first. */
export interface LedgerPage {
  readonly ownerId: string;
  /** Of these types, each named once. */
  readonly types: readonly LedgerEntryRow['type'][];
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

/** An entry of the list. Amounts are whole numbers as text. */
export interface ListedLedgerEntry extends LedgerEntryFacts {
  readonly id: string;
  readonly customerId: string;
  /** The name on the invoice, or on the customer's latest one when there is none; null when the customer never had any. */
  readonly customerName: string | null;
  readonly dueMinor: string;
  readonly creditMinor: string;
  /** Whether the entry says that money came in or went out. */
  readonly isMoney: boolean;
  /** 0 without an invoice. */
  readonly invoiceTotalMinor: string;
  readonly invoiceTaxMinor: string;
  /** 0 without a credit note. */
  readonly creditNoteTotalMinor: string;
  readonly creditNoteTaxMinor: string;
}

/** Above every sequence, so that one statement serves all pages. */
const SEQUENCE_MAX = '9223372036854775807';

/** Before and behind every currency code. */
const [CODE_MIN, CODE_MAX] = ['', 'ZZZ'];

/** Prepares the statement that reads a page of the ledger entries of an owner. */
export function prepareListLedgerEntries(db: Database): (page: LedgerPage) => Promise<ListedLedgerEntry[]> {
  const statement = ledgerEntriesQuery(db).prepare('list_ledger_entries');
  return async (page) => (await statement.execute(ledgerParameters(page))).map(({ entry }) => entry);
}

const OWNER: Lead = { column: sql`entry.owner_id`, value: sql`${sql.placeholder('ownerId')}::uuid` };
const TYPE: Lead = { column: sql`entry.type`, value: sql`kind.type` };
const CURRENCY: Lead = { column: sql`entry.currency_code`, value: sql`kind.currency_code` };

/** Selects the first of the wanted currencies in which there are entries of the type `kind.type`, or the next one. */
function firstCurrency(after?: readonly SQL[]): SQL {
  const { condition, order } = readAlong({
    owner: OWNER,
    leads: [TYPE],
    keys: [CURRENCY.column],
    direction: 'asc',
    bounds: { from: sql`${sql.placeholder('currencyFrom')}::text`, to: sql`${sql.placeholder('currencyTo')}::text` },
    after,
  });
  return sql`select entry.currency_code from ${ledgerEntries} as entry where ${condition} order by ${order} limit 1`;
}

/** Each wanted type with each currency in which it has entries, found by going from one to the next along the index. */
const KINDS = sql`
  select kind.type, first.currency_code
  from jsonb_array_elements_text(${jsonParameter('types')}::jsonb) as kind (type)
    cross join lateral (${firstCurrency()}) as first
  union all
  select kind.type, next.currency_code
  from kinds as kind cross join lateral (${firstCurrency([CURRENCY.value])}) as next`;

const LATEST = readAlong({
  owner: { column: sql`latest.owner_id`, value: sql`entry.owner_id` },
  leads: [{ column: sql`latest.customer_id`, value: sql`entry.customer_id` }],
  keys: [sql`latest.create_time`, sql`latest.id`],
  direction: 'desc',
});

/** The name on the latest invoice of the customer of `entry`. */
const LATEST_NAME = sql`(
  select coalesce(latest.customer ->> 'name', latest.customer_name) from ${invoices} as latest
  where ${LATEST.condition} order by ${LATEST.order} limit 1
)`;

/** The query of a page, without the values of its parameters: each kind along its index, and the few entries of each merged. */
export function ledgerEntriesQuery(db: Database) {
  const { condition, order } = readAlong({
    owner: OWNER,
    leads: [TYPE, CURRENCY],
    keys: [sql`entry.entry_date`, sql`entry.sequence`],
    direction: 'desc',
    bounds: { from: sql`${sql.placeholder('fromDate')}::date`, to: sql`${sql.placeholder('toDate')}::date` },
    after: [sql`${sql.placeholder('beforeDate')}::date`, sql`${sql.placeholder('beforeSequence')}::bigint`],
  });
  const page = sql`
    with recursive kinds as (${KINDS})
    select entry.* from kinds as kind cross join lateral (
      select * from ${ledgerEntries} as entry where ${condition} order by ${order} limit ${sql.placeholder('limit')}
    ) as entry
    order by entry.entry_date desc, entry.sequence desc limit ${sql.placeholder('limit')}`;
  // A stored credit note leaves out amounts of 0.
  return db
    .select({
      entry: sql<ListedLedgerEntry>`json_build_object(${ENTRY_FACTS}, 'id', entry.id, 'customerId', entry.customer_id,
        'customerName', coalesce(invoice.customer ->> 'name', ${LATEST_NAME}),
        'dueMinor', entry.due_minor::text, 'creditMinor', entry.credit_minor::text,
        'isMoney', entry.type in ('DEPOSIT', 'REFUND') or coalesce(payment.kind = 'MONEY', false),
        'invoiceTotalMinor', coalesce(invoice.total_minor, 0)::text,
        'invoiceTaxMinor', coalesce(invoice.tax_minor, 0)::text,
        'creditNoteTotalMinor', coalesce(credit_note.document ->> 'totalMinor', '0'),
        'creditNoteTaxMinor', coalesce(credit_note.document ->> 'taxMinor', '0'))`,
    })
    .from(sql`(${page}) as entry ${DOCUMENTS_OF_ENTRY}`)
    .orderBy(sql`entry.entry_date desc, entry.sequence desc`);
}

/** The values of the parameters of {@link ledgerEntriesQuery}. */
export function ledgerParameters({
  cursor,
  fromDate,
  toDate,
  currencyCode,
  ...page
}: LedgerPage): Record<string, unknown> {
  const lastDate = toDate ?? 'infinity';
  const [beforeDate, beforeSequence] = cursor ?? [lastDate, SEQUENCE_MAX];
  return {
    ...page,
    currencyFrom: currencyCode ?? CODE_MIN,
    currencyTo: currencyCode ?? CODE_MAX,
    fromDate: fromDate ?? '-infinity',
    toDate: lastDate,
    beforeDate,
    beforeSequence,
  };
}
