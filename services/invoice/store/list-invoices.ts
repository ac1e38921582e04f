import { getTableColumns, type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { jsonParameter } from '../../../runtime/events/json-parameter.ts';
import type { PageCursor } from '../../../runtime/page-token.ts';
import type { InvoiceState } from '../domain/lifecycle.ts';
import { type InvoiceRow, linesOfInvoice } from './invoice-row.ts';
import { invoices } from './schema.ts';

/** The orders of a list. Equal rows follow by id in the same direction, so each is total. */
export const LIST_ORDERS = {
  CREATE_TIME_DESC: { column: 'create_time', type: 'timestamptz', direction: 'desc' },
  CREATE_TIME_ASC: { column: 'create_time', type: 'timestamptz', direction: 'asc' },
  DUE_DATE_ASC: { column: 'next_due_date', type: 'date', direction: 'asc' },
  DUE_DATE_DESC: { column: 'next_due_date', type: 'date', direction: 'desc' },
} as const;

/** Name of an order of {@link LIST_ORDERS}. */
export type ListOrder = keyof typeof LIST_ORDERS;

/** Which invoices of an owner; what is undefined does not matter. Days are `YYYY-MM-DD`, both ends included. */
export interface InvoiceFilters {
  /** In one of these states. An empty list fits no invoice. */
  readonly states: readonly InvoiceState[] | undefined;
  readonly customerId: string | undefined;
  readonly currencyCode: string | undefined;
  readonly issueDates: DateRange | undefined;
  readonly dueDates: DateRange | undefined;
  /** Leaves out those that are open and were due before this day. */
  readonly notOverdueOn: string | undefined;
}

/** Days from one to another, both included. */
export interface DateRange {
  readonly from: string;
  readonly to: string;
}

/** An invoice with the text of its sort key. */
export type ListedInvoiceRow = InvoiceRow & { readonly cursorKey: string };

/** One page of a list. */
export interface InvoicePage {
  readonly ownerId: string;
  readonly filters: InvoiceFilters;
  readonly order: ListOrder;
  /** Sort key and id of the row before the page; undefined for the first page. */
  readonly cursor: PageCursor | undefined;
  readonly limit: number;
}

const CONDITIONS: Readonly<Record<Exclude<keyof InvoiceFilters, 'states'>, SQL>> = {
  customerId: sql`customer_id = ${sql.placeholder('customerId')}::uuid`,
  currencyCode: sql`currency_code = ${sql.placeholder('currencyCode')}::text`,
  issueDates: sql`issue_date between ${sql.placeholder('issueDateFrom')}::date and ${sql.placeholder('issueDateTo')}::date`,
  dueDates: sql`next_due_date between ${sql.placeholder('dueDateFrom')}::date and ${sql.placeholder('dueDateTo')}::date`,
  notOverdueOn: sql`not (state = 'OPEN' and next_due_date < ${sql.placeholder('notOverdueOn')}::date)`,
};

/**
 * Lists invoices with their lines, in one round trip a page. A statement is prepared when its combination of filters,
 * order and page is first asked for: only the filters that are used are in it, so that Postgres can take the index made
 * for them. There are at most 2^6 combinations of filters, times 4 orders, times 2 kinds of page.
 */
export function prepareListInvoices(db: Database): (page: InvoicePage) => Promise<ListedInvoiceRow[]> {
  const statements = new Map<string, ReturnType<typeof prepareList>>();
  return (page) => {
    const shape = shapeOf(page);
    const name = `list_invoices_${[page.order, page.cursor === undefined ? 'first' : 'next', ...shape].join('_')}`;
    let statement = statements.get(name);
    if (statement === undefined) {
      statement = prepareList(db, name, page);
      statements.set(name, statement);
    }
    return statement.execute(parametersOf(page));
  };
}

/** The query of a page, without the values of its parameters. */
export function listInvoicesQuery(db: Database, page: InvoicePage) {
  const { column, type, direction } = LIST_ORDERS[page.order];
  const key = sql.identifier(column);
  const order = sql`${key} ${sql.raw(direction)}, id ${sql.raw(direction)}`;
  const conditions = shapeOf(page).flatMap((name) => (name === 'states' ? [] : [CONDITIONS[name]]));
  if (page.cursor !== undefined) {
    const isAfter = sql.raw(direction === 'asc' ? '>' : '<');
    conditions.push(
      sql`(${key}, id) ${isAfter} (${sql.placeholder('cursorKey')}::${sql.raw(type)}, ${sql.placeholder('cursorId')}::uuid)`,
    );
  }
  const matching = sql`select * from invoices where ${sql.join(
    [sql`owner_id = ${sql.placeholder('ownerId')}::uuid`, ...conditions],
    sql` and `,
  )}`;
  const limit = sql.placeholder('limit');
  // Each state is read along its own index in the order asked for, and the few rows of each are then merged.
  const source =
    page.filters.states === undefined
      ? sql`(${matching} order by ${order} limit ${limit}) as invoices`
      : sql`jsonb_array_elements_text(${jsonParameter('states')}::jsonb) as wanted (wanted_state)
          cross join lateral (${matching} and state = wanted_state order by ${order} limit ${limit}) as invoices`;
  const listed = db
    .$with('listed', {
      ...getTableColumns(invoices),
      lines: linesOfInvoice.as('lines'),
      cursorKey: sql<string>`cursor_key`.as('cursor_key'),
    })
    .as(sql`
      select invoices.*, ${linesOfInvoice} as lines, ${key}::text as cursor_key
      from ${source} order by ${order} limit ${limit}
    `);
  return db.with(listed).select().from(listed).orderBy(order);
}

function prepareList(db: Database, name: string, page: InvoicePage) {
  return listInvoicesQuery(db, page).prepare(name);
}

/** The values of the parameters of {@link listInvoicesQuery}, with some more that its shape may not use. */
export function parametersOf({ ownerId, filters, cursor, limit }: InvoicePage): Record<string, unknown> {
  return {
    ownerId,
    limit,
    states: filters.states,
    customerId: filters.customerId,
    currencyCode: filters.currencyCode,
    issueDateFrom: filters.issueDates?.from,
    issueDateTo: filters.issueDates?.to,
    dueDateFrom: filters.dueDates?.from,
    dueDateTo: filters.dueDates?.to,
    notOverdueOn: filters.notOverdueOn,
    cursorKey: cursor?.[0],
    cursorId: cursor?.[1],
  };
}

/** The filters that are used, in one order. */
function shapeOf(page: InvoicePage): (keyof InvoiceFilters)[] {
  const names = ['states', ...Object.keys(CONDITIONS)] as (keyof InvoiceFilters)[]; // CONDITIONS has all keys but states
  return names.filter((name) => page.filters[name] !== undefined);
}
