import type { DescMessage, MessageShape } from '@bufbuild/protobuf';
import { type CursorPartRule, decodePageToken, encodePageToken, type PageCursor } from './page-token.ts';
import { createPage } from './page-within.ts';

/** Page size when a request names none. */
const PAGE_SIZE_DEFAULT = 20;

/** The parts of a list request that page it. */
export interface PagedRequest {
  /** 0 when the request names none. */
  readonly pageSize: number;
  /** Empty for the first page. */
  readonly pageToken: string;
}

/** A list that is read page by page. */
export interface PagedList<Row> {
  /** What tells the list from others, including its filters. A page token is bound to it. */
  readonly filters: unknown;
  /** What the parts of a cursor must be. */
  readonly cursorShape: readonly CursorPartRule[];
  /** Reads the first rows after the cursor, or of all when it is undefined: at most `limit`. */
  read(cursor: PageCursor | undefined, limit: number): Promise<readonly Row[]>;
  /** The sort key of a row. */
  cursorOf(row: NoInfer<Row>): PageCursor;
}

/** A list whose rows may be so large that an answer has no room for all that a request asks for. */
export interface PagedMessages<Row, Desc extends DescMessage> extends PagedList<Row> {
  readonly schema: Desc;
  toMessage(row: NoInfer<Row>): MessageShape<Desc>;
  /** Rows that are read at once: {@link LARGE_ROWS_AT_ONCE} unless they are small. */
  readonly rowsAtOnce?: number;
}

/**
 * Rows that are read at once of a list whose rows may have several megabytes each: more than an answer has room for.
 */
export const LARGE_ROWS_AT_ONCE = 25;

/** The size of the page that a request asks for. */
export function pageSizeOf({ pageSize }: Pick<PagedRequest, 'pageSize'>): number {
  return pageSize === 0 ? PAGE_SIZE_DEFAULT : pageSize;
}

/**
 * Reads the page of a list that a request asks for. The token of the next page is empty when there is none.
 *
 * @throws DomainError INVALID_PAGE_TOKEN.
 */
export async function readPage<Row>(
  request: PagedRequest,
  list: PagedList<Row>,
): Promise<{ readonly rows: readonly Row[]; readonly nextPageToken: string }> {
  const limit = pageSizeOf(request);
  const cursor = decodePageToken(request.pageToken, list.filters, list.cursorShape);
  // One more than asked for tells whether there is a next page.
  const rows = await list.read(cursor, limit + 1);
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return {
    rows: rows.slice(0, limit),
    nextPageToken: last === undefined ? '' : encodePageToken(list.cursorOf(last), list.filters),
  };
}

/**
 * Reads the page of a list that a request asks for, as messages: no more of them than an answer has room for. The token of
 * the next page is empty when there is none.
 *
 * @throws DomainError INVALID_PAGE_TOKEN.
 */
export async function readMessagePage<Row, Desc extends DescMessage>(
  request: PagedRequest,
  list: PagedMessages<Row, Desc>,
): Promise<{ readonly messages: MessageShape<Desc>[]; readonly nextPageToken: string }> {
  const limit = pageSizeOf(request);
  const { messages, add } = createPage(list.schema);
  let cursor = decodePageToken(request.pageToken, list.filters, list.cursorShape);
  const upToHere = () => ({
    messages,
    nextPageToken: cursor === undefined ? '' : encodePageToken(cursor, list.filters),
  });
  for (;;) {
    const wanted = Math.min(limit - messages.length, list.rowsAtOnce ?? LARGE_ROWS_AT_ONCE);
    const rows = await list.read(cursor, wanted + 1);
    for (const row of rows.slice(0, wanted)) {
      if (!add(list.toMessage(row))) return upToHere();
      cursor = list.cursorOf(row);
    }
    if (rows.length <= wanted) return { messages, nextPageToken: '' };
    if (messages.length === limit) return upToHere();
  }
}
