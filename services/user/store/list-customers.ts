import { getTableColumns, type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { findPage } from '../../../runtime/database/find-page.ts';
import { labelTerms, rowsOfRarestTerm, type SearchTerms, wantedTerms } from '../../../runtime/database/search-terms.ts';
import { type FoundPage, foundPageOf } from '../../../runtime/paging/found-page.ts';
import type { PageCursor } from '../../../runtime/paging/page-token.ts';
import type { CustomerRow } from '../convert.ts';
import { isBefore, pageValues } from './page.ts';
import { PRESENT_OWNER } from './present-owner.ts';
import { customers } from './schema.ts';

/** Which customers of a user, newest first. */
export interface CustomerPage {
  readonly ownerId: string;
  /** Undefined filters do not apply. */
  readonly filters: { readonly terms: SearchTerms | undefined; readonly reference: string | undefined };
  /** Creation time and id of the row before the page; undefined for the first page. */
  readonly cursor: PageCursor | undefined;
  /** Most customers on the page. */
  readonly limit: number;
}

type FilterName = keyof CustomerPage['filters'];

const OWNED: SQL = sql`customers.owner_id = ${PRESENT_OWNER}`;
const LIMIT = sql.placeholder('limit');

/** The condition of each filter on the row `customers`. */
const CONDITIONS: Readonly<Record<FilterName, SQL>> = {
  reference: sql`customers.reference = ${sql.placeholder('reference')}::text and customers.reference <> ''`,
  // Not as an `exists`, which the planner may answer by reading the terms of all customers there are.
  terms: sql`(
    select customer_search.terms @@ (select query from search) from customer_search
    where customer_search.customer_id = customers.id
  )`,
};

/** Selects the ids of all customers that match a filter, along its index. */
const CANDIDATES: Readonly<Record<FilterName, SQL>> = {
  reference: sql`select customers.id from customers where ${OWNED} and ${CONDITIONS.reference}`,
  terms: rowsOfRarestTerm('customer_terms', 'customer_id'),
};

/** Prepares the queries for a page of a user's customers, one for each combination of filters when it is first asked for. */
export function prepareListCustomers(db: Database): (page: CustomerPage) => Promise<FoundPage<CustomerRow>> {
  const statements = new Map<string, ReturnType<typeof prepareList>>();
  return async ({ filters, limit, ...page }) => {
    const all = Object.keys(CONDITIONS) as FilterName[]; // a condition for each filter
    const names = all.filter((name) => filters[name] !== undefined);
    const name = ['list_customers', ...names].join('_');
    const statement = statements.get(name) ?? prepareList(db, name, names);
    statements.set(name, statement);
    const read = await statement.execute({
      ...pageValues({ ...page, limit: limit + 1 }),
      reference: filters.reference,
      text: filters.terms?.text,
      labels: filters.terms === undefined ? [] : labelTerms(filters.terms),
    });
    return foundPageOf(read, limit);
  };
}

function prepareList(db: Database, name: string, filters: readonly FilterName[]) {
  const { parts, from, endId } = filters.length === 0 ? allCustomers() : search(filters);
  const order = sql`customers.create_time desc, customers.id desc`;
  const listed = db
    .$with('listed', {
      ...getTableColumns(customers),
      cursorKey: sql<string>`cursor_key`.as('cursor_key'),
      endKey: sql<string | null>`end_key`.as('end_key'),
      endId: sql<string | null>`end_id`.as('end_id'),
    })
    .as(sql`${parts}
      select customers.*, customers.create_time::text as cursor_key,
        (select customers.create_time::text from customers where customers.id = ${endId}) as end_key, ${endId} as end_id
      from ${from} order by ${order} limit ${LIMIT}`);
  return db.with(listed).select().from(listed).prepare(name);
}

function allCustomers() {
  const from = sql`(
    select * from customers where ${OWNED} and ${isBefore(customers)}
    order by customers.create_time desc, customers.id desc limit ${LIMIT}
  ) as customers`;
  return { parts: sql``, from, endId: sql`null::uuid` };
}

function search(filters: readonly FilterName[]) {
  const fits = sql.join(
    filters.map((name) => CONDITIONS[name]),
    sql` and `,
  );
  const found = findPage({
    scan: sql`select customers.id, ${fits} as fits from customers where ${OWNED} and ${isBefore(customers)}
      order by customers.create_time desc, customers.id desc`,
    // By its id and nothing else: the limit keeps the planner from using the conditions when it chooses an index.
    lookup: sql`select customers.id, customers.create_time as key
      from (select * from customers where customers.id = few.id limit 1) as customers
      where ${OWNED} and ${fits} and ${isBefore(customers)}`,
    candidates: filters.map((name) => CANDIDATES[name]),
    direction: 'desc',
    limit: LIMIT,
  });
  return {
    parts: sql`with ${filters.includes('terms') ? wantedTerms : sql``} ${found}`,
    from: sql`(select) as one left join scan_end on true left join (
      found cross join lateral (select * from customers where customers.id = found.id limit 1) as customers
    ) on true`,
    endId: sql`scan_end.id`,
  };
}
