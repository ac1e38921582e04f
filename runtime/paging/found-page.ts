import type { PageCursor } from './page-token.ts';

/** The rows of a page, and where the next one begins. */
export interface FoundPage<Row> {
  readonly rows: readonly Row[];
  /** What the next page begins after; undefined when there is none. */
  readonly next: PageCursor | undefined;
}

/** A row of a list, or one without a row, which says where reading ended when none was found: all else is null there. */
export interface FoundRow {
  readonly id: string;
  /** Text of the sort key. */
  readonly cursorKey: string;
  /** Sort key and id at which reading ended; null when the page is full, or has the last of all rows that match. */
  readonly endKey: string | null;
  readonly endId: string | null;
}

/** The page of at most `limit` rows, of which one more was read: that one tells whether there is a next page. */
export function pageOf<Row>(
  read: readonly Row[],
  limit: number,
  cursorOf: (row: NoInfer<Row>) => PageCursor,
): FoundPage<Row> {
  const last = read.length > limit ? read[limit - 1] : undefined;
  return { rows: read.slice(0, limit), next: last === undefined ? undefined : cursorOf(last) };
}

/** The same of rows that were searched for within bounds (find-page.ts): the next page may begin where reading ended. */
export function foundPageOf<Row extends FoundRow>(read: readonly Row[], limit: number): FoundPage<Row> {
  const [end] = read;
  if (end === undefined) return { rows: [], next: undefined };
  const page = pageOf(end.id === null ? [] : read, limit, (row) => [row.cursorKey, row.id]);
  if (page.next !== undefined || end.endKey === null || end.endId === null) return page;
  return { ...page, next: [end.endKey, end.endId] };
}
