import { type SQL, sql } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import { findPage, type RowGroups } from '../../../runtime/database/find-page.ts';
import type { Lead } from '../../../runtime/database/read-along.ts';
import { jsonParameter } from '../../../runtime/events/json-parameter.ts';
import { type FoundPage, type FoundRow, foundPageOf } from '../../../runtime/paging/found-page.ts';
import { BEFORE_NEWEST, type PageCursor } from '../../../runtime/paging/page-token.ts';
import {
  DOCUMENT_CONDITIONS,
  type DocumentFilterName,
  type DocumentFilters,
  documentCandidates,
  documentFiltersIn,
  documentLead,
  documentsAlong,
  documentsBetween,
  ISSUE_DATES,
  WANTED_DOCUMENT_STATE,
} from './document-filters.ts';

/** One page of an owner's quotes, credit notes or recurring invoices, newest first. */
export interface DocumentPage {
  readonly ownerId: string;
  readonly filters: DocumentFilters;
  /** Creation time and id of the row before the page; undefined for the first page. */
  readonly cursor: PageCursor | undefined;
  /** Most documents on the page. */
  readonly limit: number;
}

/** A query that can be prepared. */
interface Query<Row> {
  prepare(name: string): { execute(parameters: Record<string, unknown>): Promise<Row[]> };
}

/** Prepares a list, one statement for each combination of filters when it is first asked for. */
export function prepareListDocuments<Row extends FoundRow>(
  name: string,
  queryOf: (filters: DocumentFilters) => Query<Row>,
): (page: DocumentPage) => Promise<FoundPage<Row>> {
  const statements = new Map<string, ReturnType<Query<Row>['prepare']>>();
  return async (page) => {
    const { filters } = page;
    const shape = documentFiltersIn(filters).map((each) =>
      each === 'states' && filters.states?.length === 1 ? 'state' : each,
    );
    const statementName = [name, ...shape].join('_');
    const statement = statements.get(statementName) ?? queryOf(filters).prepare(statementName);
    statements.set(statementName, statement);
    return foundPageOf(await statement.execute(documentParameters(page)), page.limit);
  };
}

/** Where a list reads its rows, as parts of a statement: `documents`, and the id of the row at which reading ended. */
interface Source {
  readonly parts: SQL;
  readonly from: SQL;
  readonly endId: SQL;
}

/** The order of the list. */
const NEWEST_FIRST = sql`documents.create_time desc, documents.id desc`;

const LIMIT = sql.placeholder('limit');

/** What a list selects beside the columns of its table. */
export const DOCUMENT_PAGE_FIELDS = {
  cursorKey: sql<string>`cursor_key`.as('cursor_key'),
  endKey: sql<string | null>`end_key`.as('end_key'),
  endId: sql<string | null>`end_id`.as('end_id'),
};

/**
 * Selects the rows of a page with {@link DOCUMENT_PAGE_FIELDS}. It reads one row more than the page has. When no row is found
 * before reading ends, a row without a document says where that is.
 */
export function selectDocuments(table: PgTable, filters: DocumentFilters): SQL {
  const { parts, from, endId } = sourceOf(table, filters);
  return sql`${parts}
    select documents.*, documents.create_time::text as cursor_key,
      (select ended.create_time::text from ${table} as ended where ended.id = ${endId}) as end_key, ${endId} as end_id
    from ${from} order by ${NEWEST_FIRST} limit ${LIMIT}`;
}

/** Reads along an index that has all filters; if there is none, searches. */
function sourceOf(table: PgTable, filters: DocumentFilters): Source {
  const lead = documentLead(filters);
  const left = documentFiltersIn(filters).filter((name) => name !== lead?.filter);
  if (left.length === 0) return direct(sql`(${rowsAlong(table, lead)}) as documents`);
  if (left.length === 1 && left[0] === 'states' && lead === undefined) {
    // Each state is read along its own index, and the few rows of each are then merged.
    return direct(sql`jsonb_array_elements_text(${jsonParameter('states')}::jsonb) as wanted (wanted_state)
      cross join lateral (${rowsAlong(table, WANTED_DOCUMENT_STATE)}) as documents`);
  }
  return search(table, filters, { lead, left });
}

function direct(from: SQL): Source {
  return { parts: sql``, from, endId: sql`null::uuid` };
}

function rowsAlong(table: PgTable, lead: Lead | undefined, columns = sql`documents.*`): SQL {
  const { condition, order } = documentsAlong(lead);
  return sql`select ${columns} from ${table} as documents where ${condition} order by ${order} limit ${LIMIT}`;
}

const and = (conditions: readonly SQL[]) => sql.join([...conditions], sql` and `);

/** Searches for what matches the filters; `left` are those that the index with the lead does not cover. */
function search(
  table: PgTable,
  filters: DocumentFilters,
  { lead, left }: { readonly lead: Lead | undefined; readonly left: readonly DocumentFilterName[] },
): Source {
  const used = documentFiltersIn(filters);
  const { condition, order } = documentsAlong(lead);
  const conditions = [documentsAlong(undefined).condition, ...used.map((name) => DOCUMENT_CONDITIONS[name])];
  const found = findPage({
    // With the place of the row, which no index has: an index with all that is asked for could be read to its end and sorted,
    // in the belief that this is less work than reading rows.
    scan: sql`select documents.id, documents.ctid, ${and(left.map((name) => DOCUMENT_CONDITIONS[name]))} as fits
      from ${table} as documents where ${condition} order by ${order}`,
    // By its id and nothing else: the limit keeps the planner from using the conditions when it chooses an index.
    lookup: sql`select documents.id, documents.create_time as key
      from (select * from ${table} as one where one.id = few.id limit 1) as documents where ${and(conditions)}`,
    candidates: used.flatMap((name) => {
      const along = documentCandidates(name);
      return along === undefined
        ? []
        : [sql`select documents.id from ${table} as documents where ${along.condition} order by ${along.order}`];
    }),
    groups: used.every((name) => name === 'issueDates') ? daysOf(table) : undefined,
    direction: 'desc',
    limit: LIMIT,
  });
  return {
    parts: sql`with ${found}`,
    from: sql`(select) as nothing left join scan_end on true left join (
      found cross join lateral (select * from ${table} as one where one.id = found.id limit 1) as documents
    ) on true`,
    endId: sql`scan_end.id`,
  };
}

/** The issue dates that documents have in the requested range, found by going from one to the next along an index. */
function daysOf(table: PgTable): RowGroups {
  const firstFrom = (from: SQL) => {
    const { condition, order } = documentsBetween(sql`documents.issue_date`, from, ISSUE_DATES.to);
    return sql`select documents.issue_date as day from ${table} as documents where ${condition} order by ${order} limit 1`;
  };
  const ofDay: Lead = { column: sql`documents.issue_date`, value: sql`row_group.day` };
  return {
    each: sql`
      with recursive days as (
        select first.day from (${firstFrom(ISSUE_DATES.from)}) as first
        union all
        select later.day from days cross join lateral (${firstFrom(sql`days.day + 1`)}) as later
      )
      select day from days`,
    rows: rowsAlong(table, ofDay, sql`documents.id, documents.create_time as key`),
  };
}

/** The values of the parameters of a page, with some more that its statement may not use. */
export function documentParameters({ ownerId, filters, cursor, limit }: DocumentPage): Record<string, unknown> {
  const [cursorTime, cursorId] = cursor ?? BEFORE_NEWEST;
  const { issueDates, ...values } = filters;
  return {
    ...values,
    state: filters.states?.[0],
    issueDateFrom: issueDates?.from,
    issueDateTo: issueDates?.to,
    ownerId,
    cursorTime,
    cursorId,
    limit: limit + 1,
  };
}
