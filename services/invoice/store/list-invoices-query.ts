import { getTableColumns, type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { findPage } from '../../../runtime/database/find-page.ts';
import { labelTerms, wantedTerms } from '../../../runtime/database/search-terms.ts';
import { jsonParameter } from '../../../runtime/events/json-parameter.ts';
import type { PageCursor } from '../../../runtime/page-token.ts';
import { CONDITIONS, type FilterName, filtersIn, type InvoiceFilters, OWNED } from './invoice-filters.ts';
import { candidatesOf, coverageOf, indexed, inOrder, type Lead, WANTED_STATE } from './invoice-indexes.ts';
import { type InvoiceRow, linesOfInvoice } from './invoice-row.ts';
import { LIST_ORDERS, type ListOrder, sortKeyOf } from './list-orders.ts';
import { invoices } from './schema.ts';

/** One page of a list. */
export interface InvoicePage {
  readonly ownerId: string;
  readonly filters: InvoiceFilters;
  readonly order: ListOrder;
  /** Whether invoices are read with their lines. */
  readonly view: 'BASIC' | 'FULL';
  /** Sort key and id of the row before the page; undefined for the first page. */
  readonly cursor: PageCursor | undefined;
  /** Most invoices on the page. */
  readonly limit: number;
}

/** An invoice of a list; without lines in the view BASIC. */
export type ListedInvoiceRow = InvoiceRow & { readonly hasLines: boolean; readonly cursorKey: string };

/** Where a list reads its rows, as parts of a statement. */
interface Source {
  readonly parts: SQL;
  /** Has the rows, as `invoices`. */
  readonly from: SQL;
  /** The id of the row at which reading ended; null when the page is full, or has the last of all rows that fit. */
  readonly endId: SQL;
}

/**
 * The query of a page, without the values of its parameters. It reads one row more than the page has, and tells in each where
 * reading ended; when there is no row of an invoice to tell it in, in a row without one.
 */
export function listInvoicesQuery(db: Database, page: InvoicePage) {
  const { cursorText } = sortKeyOf(page.order);
  const { parts, from, endId } = sourceOf(page);
  const listed = db
    .$with('listed', {
      ...getTableColumns(invoices),
      lines: linesOfInvoice.as('lines'),
      hasLines: sql<boolean>`has_lines`.as('has_lines'),
      cursorKey: sql<string>`cursor_key`.as('cursor_key'),
      endKey: sql<string | null>`end_key`.as('end_key'),
      endId: sql<string | null>`end_id`.as('end_id'),
    })
    .as(sql`${parts}
      select invoices.*, ${page.view === 'FULL' ? linesOfInvoice : sql`'[]'::json`} as lines,
        ${hasLines} as has_lines,
        ${cursorText} as cursor_key,
        (select ${cursorText} from invoices where invoices.id = ${endId}) as end_key, ${endId} as end_id
      from ${from} order by ${orderOf(page)} limit ${LIMIT}`);
  return db.with(listed).select().from(listed);
}

/** Not as an `exists`, which the planner may answer by reading all lines there are. */
const hasLines = sql`(select true from invoice_lines where invoice_lines.invoice_id = invoices.id limit 1) is not null`;

const LIMIT = sql.placeholder('limit');

function orderOf({ order }: InvoicePage, lead?: Lead): SQL {
  return inOrder(lead, LIST_ORDERS[order].by, LIST_ORDERS[order].direction);
}

/** The condition that a row comes after the cursor; none on the first page. */
function afterCursor({ order, cursor }: InvoicePage, columns: readonly SQL[], lead?: Lead): SQL[] {
  if (cursor === undefined) return [];
  const isAfter = sql.raw(LIST_ORDERS[order].direction === 'asc' ? '>' : '<');
  const key = sortKeyOf(order).fromCursor(sql.placeholder('cursorKey'));
  const row = [...(lead === undefined ? [] : [lead.column]), ...columns];
  const start = [...(lead === undefined ? [] : [lead.value]), key, sql`${sql.placeholder('cursorId')}::uuid`];
  return [sql`(${sql.join(row, sql`, `)}) ${isAfter} (${sql.join(start, sql`, `)})`];
}

const and = (conditions: readonly SQL[]) => sql.join([...conditions], sql` and `);

/** Reads along an index that has all filters and the order, or else searches. */
function sourceOf(page: InvoicePage): Source {
  const { filters, order } = page;
  const used = filtersIn(filters);
  const covered = coverageOf(filters, order);
  const left = used.filter((name) => name !== covered.lead?.filter && !covered.ranges.includes(name));
  const conditions = covered.ranges.map((name) => CONDITIONS[name]);
  if (left.length === 0) return direct(sql`(${rowsAlong(page, covered.lead, conditions)}) as invoices`);
  if (left.length === 1 && left[0] === 'states' && covered.lead === undefined) {
    // Each state is read along its own index, and the few rows of each are then merged.
    return direct(sql`jsonb_array_elements_text(${jsonParameter('states')}::jsonb) as wanted (wanted_state)
      cross join lateral (${rowsAlong(page, WANTED_STATE, conditions)}) as invoices`);
  }
  const isByLabel = LIST_ORDERS[order].by === 'createTime' && hasLabels(filters);
  return isByLabel ? searchByLabel(page, used) : search(page, left, scanAlong(page, covered.lead, conditions, left));
}

function hasLabels({ terms }: InvoiceFilters): boolean {
  return terms !== undefined && labelTerms(terms).length > 0;
}

function rowsAlong(page: InvoicePage, lead: Lead | undefined, conditions: readonly SQL[]): SQL {
  const after = afterCursor(page, [sortKeyOf(page.order).key, sql`invoices.id`], lead);
  return sql`select * from invoices where ${indexed(lead, [...conditions, ...after])}
    order by ${orderOf(page, lead)} limit ${LIMIT}`;
}

function direct(from: SQL): Source {
  return { parts: sql``, from, endId: sql`null::uuid` };
}

/** Reads the invoices in the order of the list, and says of each whether it fits the filters that are left. */
function scanAlong(
  page: InvoicePage,
  lead: Lead | undefined,
  conditions: readonly SQL[],
  left: readonly FilterName[],
): SQL {
  const after = afterCursor(page, [sortKeyOf(page.order).key, sql`invoices.id`], lead);
  return sql`select invoices.id, ${and(left.map((name) => CONDITIONS[name]))} as fits
    from invoices where ${indexed(lead, [...conditions, ...after])} order by ${orderOf(page, lead)}`;
}

/** Reads the invoices of the first label, in the order in which they were made. */
function searchByLabel(page: InvoicePage, used: readonly FilterName[]): Source {
  const { terms } = page.filters;
  const isAll = used.length === 1 && terms?.text === '' && labelTerms(terms).length === 1;
  const left = isAll ? [] : used;
  const direction = sql.raw(LIST_ORDERS[page.order].direction);
  const label = { column: sql`labelled.term`, value: sql`${sql.placeholder('label')}::text` };
  const conditions = [
    sql`labelled.owner_id = ${sql.placeholder('ownerId')}::uuid`,
    sql`labelled.term between ${label.value} and ${label.value}`,
    ...afterCursor(page, [sql`labelled.create_time`, sql`labelled.invoice_id`], label),
  ];
  const scan = sql`
    select labelled.invoice_id as id, ${isAll ? sql`true` : sql`invoices.fits`} as fits
    from invoice_terms as labelled ${
      isAll
        ? sql``
        : sql`cross join lateral (
      select ${and(left.map((name) => CONDITIONS[name]))} as fits from invoices where invoices.id = labelled.invoice_id limit 1
    ) as invoices`
    }
    where ${and(conditions)} 
    order by labelled.term ${direction}, labelled.create_time ${direction}, labelled.invoice_id ${direction}`;
  return search(page, left, scan);
}

function search(page: InvoicePage, left: readonly FilterName[], scan: SQL): Source {
  const { key } = sortKeyOf(page.order);
  const conditions = [
    sql`invoices.id = few.id`,
    OWNED,
    ...filtersIn(page.filters).map((name) => CONDITIONS[name]),
    ...afterCursor(page, [key, sql`invoices.id`]),
  ];
  const found = findPage({
    scan,
    lookup: sql`select invoices.id, ${key} as key from invoices where ${and(conditions)}`,
    candidates: left.flatMap((name) => candidatesOf(name, page.filters) ?? []),
    direction: LIST_ORDERS[page.order].direction,
    limit: LIMIT,
  });
  return {
    parts: sql`with ${left.includes('terms') ? wantedTerms : sql``} ${found}`,
    from: sql`(select) as one left join scan_end on true left join (
      found cross join lateral (select * from invoices where invoices.id = found.id limit 1) as invoices
    ) on true`,
    endId: sql`scan_end.id`,
  };
}

/** The values of the parameters of {@link listInvoicesQuery}, with some more that its shape may not use. */
export function parametersOf({ ownerId, filters, cursor, limit }: InvoicePage): Record<string, unknown> {
  const { terms, totals, issueDates, dueDates } = filters;
  return {
    ownerId,
    limit: limit + 1,
    states: filters.states,
    state: filters.states?.[0],
    customerId: filters.customerId,
    currencyCode: filters.currencyCode,
    number: filters.number,
    numberPrefix: filters.numberPrefix,
    totalFrom: totals?.from.toString(),
    totalTo: totals?.to.toString(),
    issueDateFrom: issueDates?.from,
    issueDateTo: issueDates?.to,
    dueDateFrom: dueDates?.from,
    dueDateTo: dueDates?.to,
    notOverdueOn: filters.notOverdueOn,
    text: terms?.text,
    labels: terms === undefined ? [] : labelTerms(terms),
    label: terms === undefined ? undefined : labelTerms(terms)[0],
    cursorKey: cursor?.[0],
    cursorId: cursor?.[1],
  };
}
