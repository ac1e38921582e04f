import { type SQL, sql } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import { jsonParameter } from '../../../runtime/events/json-parameter.ts';
import type { PageCursor } from '../../../runtime/paging/page-token.ts';

/** One page of an owner's quotes or recurring invoices, newest first. */
export interface DocumentPage<State extends string> {
  readonly ownerId: string;
  /** In one of these states; undefined for all. */
  readonly states: readonly State[] | undefined;
  readonly customerId: string | undefined;
  /** Creation time and id of the row before the page; undefined for the first page. */
  readonly cursor: PageCursor | undefined;
  readonly limit: number;
}

/** A query that can be prepared. */
interface Query<Row> {
  prepare(name: string): { execute(parameters: Record<string, unknown>): Promise<Row[]> };
}

/** The order of the list. */
export const NEWEST_FIRST = sql`create_time desc, id desc`;

/** Prepares a list, one statement for each set of filters and kind of page, when it is first asked for. */
export function prepareListDocuments<Page extends DocumentPage<string>, Row>(
  name: string,
  queryOf: (page: Page) => Query<Row>,
): (page: Page) => Promise<Row[]> {
  const statements = new Map<string, ReturnType<Query<Row>['prepare']>>();
  return (page) => {
    const shape = [name, page.states && 'states', page.customerId && 'customer', page.cursor && 'next'];
    const statementName = shape.filter((part) => part !== undefined).join('_');
    const statement = statements.get(statementName) ?? queryOf(page).prepare(statementName);
    statements.set(statementName, statement);
    return statement.execute(documentParameters(page));
  };
}

/**
 * Selects the rows of a page, and as `cursor_key` the text of their sort key. `isWanted` is the condition that a row has the
 * state `wanted_state`.
 */
export function selectDocuments(table: PgTable, page: DocumentPage<string>, isWanted: SQL): SQL {
  const limit = sql.placeholder('limit');
  const conditions = [sql`owner_id = ${sql.placeholder('ownerId')}::uuid`];
  if (page.customerId !== undefined) conditions.push(sql`customer_id = ${sql.placeholder('customerId')}::uuid`);
  if (page.cursor !== undefined) {
    const cursor = sql`${sql.placeholder('cursorKey')}::timestamptz, ${sql.placeholder('cursorId')}::uuid`;
    conditions.push(sql`(create_time, id) < (${cursor})`);
  }
  const matching = sql`select * from ${table} where ${sql.join(conditions, sql` and `)}`;
  // Each state is read along its own index, and the few rows of each are then merged.
  const source =
    page.states === undefined
      ? sql`(${matching} order by ${NEWEST_FIRST} limit ${limit}) as found`
      : sql`jsonb_array_elements_text(${jsonParameter('states')}::jsonb) as wanted (wanted_state)
          cross join lateral (${matching} and ${isWanted} order by ${NEWEST_FIRST} limit ${limit}) as found`;
  return sql`select found.*, create_time::text as cursor_key from ${source} order by ${NEWEST_FIRST} limit ${limit}`;
}

/** The values of the parameters of a page, with some more that its statement may not use. */
export function documentParameters({ cursor, ...page }: DocumentPage<string>): Record<string, unknown> {
  return { ...page, cursorKey: cursor?.[0], cursorId: cursor?.[1] };
}
