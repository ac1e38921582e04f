import { type SQL, sql } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import { BEFORE_NEWEST, type PageCursor } from '../../../runtime/paging/page-token.ts';

/** A page of what a user owns, newest first. */
export interface PageQuery {
  readonly ownerId: string;
  /** Sort key of the last row of the page before: creation time and id. Undefined for the first page. */
  readonly cursor: PageCursor | undefined;
  /** Most rows to give. */
  readonly limit: number;
}

/** The condition that a row comes after the cursor in the order of the list. */
export function isBefore(table: { readonly createTime: PgColumn; readonly id: PgColumn }): SQL {
  return sql`(${table.createTime}, ${table.id})
    < (${sql.placeholder('cursorTime')}::timestamptz, ${sql.placeholder('cursorId')}::uuid)`;
}

/** The placeholder values of a page. */
export function pageValues({ ownerId, cursor, limit }: PageQuery) {
  const [cursorTime, cursorId] = cursor ?? BEFORE_NEWEST;
  return { ownerId, cursorTime, cursorId, limit };
}
