import { getTableColumns, type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { findPage, type RowGroups } from '../../../runtime/database/find-page.ts';
import { type Lead, readAlong } from '../../../runtime/database/read-along.ts';
import { labelTerms, wantedTerms } from '../../../runtime/database/search-terms.ts';
import { jsonParameter } from '../../../runtime/events/json-parameter.ts';
import type { PageCursor } from '../../../runtime/paging/page-token.ts';
import { eachDay } from './invoice-days.ts';
import { CONDITIONS, type FilterName, filtersIn, type InvoiceFilters, OWNER } from './invoice-filters.ts';
import { type Coverage, candidatesOf, coverageOf, invoicesAlong, WANTED_STATE } from './invoice-indexes.ts';
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
  /** The id of the row at which reading ended; null when the page is full, or has the last of all rows that match. */
  readonly endId: SQL;
}

/**
 * The query of a page, without the values of its parameters. It reads one row more than the page has, and each row says
 * where reading ended. When no invoice is found, a row without an invoice says it.
 */
export function listInvoicesQuery(db: Database, page: InvoicePage) {
  const { key, cursorText } = sortKeyOf(page.order);
  const direction = sql.raw(LIST_ORDERS[page.order].direction);
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
      select invoices.*, ${page.view === 'FULL' ? linesOfInvoice : sql`'[]'`} as lines,
        ${hasLines} as has_lines,
        ${cursorText} as cursor_key,
        (select ${cursorText} from invoices where invoices.id = ${endId}) as end_key, ${endId} as end_id
      from ${from} order by ${key} ${direction}, invoices.id ${direction} limit ${LIMIT}`);
  return db.with(listed).select().from(listed);
}

/** Every opened invoice has lines. Not as an `exists`, which the planner may answer by reading all lines there are. */
const hasLines = sql`(invoices.frozen_lines is not null
  or (select true from invoice_lines where invoice_lines.invoice_id = invoices.id limit 1) is not null)`;

const LIMIT = sql.placeholder('limit');

/** Sort key and id of the row before the page; undefined on the first page. */
function cursorOf({ order, cursor }: InvoicePage): readonly SQL[] | undefined {
  const key = sortKeyOf(order).fromCursor(sql.placeholder('cursorKey'));
  return cursor === undefined ? undefined : [key, sql`${sql.placeholder('cursorId')}::uuid`];
}

/** Where the invoices after the cursor are read in the order of the list. */
function restAlong(page: InvoicePage, leads: readonly Lead[], bounds?: Coverage['bounds']) {
  const { by, direction } = LIST_ORDERS[page.order];
  return invoicesAlong(leads, by, { direction, bounds, after: cursorOf(page) });
}

const and = (conditions: readonly SQL[]) => sql.join([...conditions], sql` and `);

/** Reads along an index that has all filters and the order; if there is none, searches. */
function sourceOf(page: InvoicePage): Source {
  const { filters, order } = page;
  const used = filtersIn(filters);
  const covered = coverageOf(filters, order);
  const left = used.filter((name) => !covered.filters.includes(name));
  if (left.length === 0) return direct(sql`(${rowsAlong(page, covered)}) as invoices`);
  if (left.length === 1 && left[0] === 'states' && covered.leads.length === 0) {
    // Each state is read along its own index, and the few rows of each are then merged.
    return direct(sql`jsonb_array_elements_text(${jsonParameter('states')}::jsonb) as wanted (wanted_state)
      cross join lateral (${rowsAlong(page, { ...covered, leads: [WANTED_STATE] })}) as invoices`);
  }
  const isByLabel = LIST_ORDERS[order].by === 'createTime' && hasLabels(filters);
  return isByLabel ? searchByLabel(page, used) : search(page, left, scanAlong(page, covered, left));
}

function hasLabels({ terms }: InvoiceFilters): boolean {
  return terms !== undefined && labelTerms(terms).length > 0;
}

function rowsAlong(page: InvoicePage, { leads, bounds }: Pick<Coverage, 'leads' | 'bounds'>, columns = sql`*`): SQL {
  const { condition, order } = restAlong(page, leads, bounds);
  return sql`select ${columns} from invoices where ${condition} order by ${order} limit ${LIMIT}`;
}

function direct(from: SQL): Source {
  return { parts: sql``, from, endId: sql`null::uuid` };
}

/**
 * Reads the invoices in the order of the list, and says of each whether it matches the filters that are left. The
 * condition on the version, which no index has, is there because an index with everything that is asked for could be
 * read to its end and sorted, in the belief that this is less work than reading rows.
 */
function scanAlong(page: InvoicePage, { leads, bounds }: Coverage, left: readonly FilterName[]): SQL {
  const { condition, order } = restAlong(page, leads, bounds);
  return sql`select invoices.id, ${and(left.map((name) => CONDITIONS[name]))} as fits
    from invoices where ${condition} and invoices.version > 0 order by ${order}`;
}

/** Reads the invoices of the first label, in the order of their creation. */
function searchByLabel(page: InvoicePage, used: readonly FilterName[]): Source {
  const { terms } = page.filters;
  const isAll = used.length === 1 && terms?.text === '' && labelTerms(terms).length === 1;
  const left = isAll ? [] : used;
  const { condition, order } = readAlong({
    owner: { column: sql`labelled.owner_id`, value: OWNER.value },
    leads: [{ column: sql`labelled.term`, value: sql`${sql.placeholder('label')}::text` }],
    keys: [sql`labelled.create_time`, sql`labelled.invoice_id`],
    direction: LIST_ORDERS[page.order].direction,
    after: cursorOf(page),
  });
  const scan = sql`
    select labelled.invoice_id as id, ${isAll ? sql`true` : sql`invoices.fits`} as fits
    from invoice_terms as labelled ${
      isAll
        ? sql``
        : sql`cross join lateral (
      select ${and(left.map((name) => CONDITIONS[name]))} as fits from invoices where invoices.id = labelled.invoice_id limit 1
    ) as invoices`
    }
    where ${condition} order by ${order}`;
  return search(page, left, scan);
}

function search(page: InvoicePage, left: readonly FilterName[], scan: SQL): Source {
  const { key } = sortKeyOf(page.order);
  const conditions = [restAlong(page, []).condition, ...filtersIn(page.filters).map((name) => CONDITIONS[name])];
  const found = findPage({
    scan,
    // By its id and nothing else: the limit keeps the planner from using the conditions when it chooses an index.
    lookup: sql`select invoices.id, ${key} as key
      from (select * from invoices where invoices.id = few.id limit 1) as invoices where ${and(conditions)}`,
    candidates: left.flatMap((name) => candidatesOf(name, page.filters) ?? []),
    groups: daysOf(page),
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

/** The days of a range, when an index has the invoices of each day in the order of the list. */
function daysOf(page: InvoicePage): RowGroups | undefined {
  const each = eachDay(page.filters, page.order);
  const columns = sql`invoices.id, ${sortKeyOf(page.order).key} as key`;
  return each && { each: each.days, rows: rowsAlong(page, { leads: each.leads, bounds: undefined }, columns) };
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
    recurringInvoiceId: filters.recurringInvoiceId,
    quoteId: filters.quoteId,
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
