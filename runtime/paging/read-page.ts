import type { DescMessage, MessageShape } from '@bufbuild/protobuf';
import { type FoundPage, pageOf } from './found-page.ts';
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

/** How a list is paged. */
interface Paging<Row> {
  /** What tells the list from others, including its filters. A page token is bound to it. */
  readonly filters: unknown;
  /** What the parts of a cursor must be. */
  readonly cursorShape: readonly CursorPartRule[];
  /** The sort key of a row. */
  cursorOf(row: NoInfer<Row>): PageCursor;
}

/** A list that is read page by page. */
export interface PagedList<Row> extends Paging<Row> {
  /** Reads the first rows after the cursor, or of all when it is undefined: at most `limit`. */
  read(cursor: PageCursor | undefined, limit: number): Promise<readonly Row[]>;
}

/** A list whose pages may have fewer rows than asked for although there is a next one. */
export interface FoundList<Row> extends Paging<Row> {
  /** Reads the page of at most `limit` rows after the cursor, or the first one when it is undefined. */
  read(cursor: PageCursor | undefined, limit: number): Promise<FoundPage<Row>>;
}

/** A list whose rows may be so large that an answer has no room for all that a request asks for. */
export interface PagedMessages<Row, Desc extends DescMessage> extends FoundList<Row> {
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
  const { rows, next } = pageOf(await list.read(cursor, limit + 1), limit, list.cursorOf);
  return { rows, nextPageToken: tokenOf(next, list) };
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
  for (;;) {
    const wanted = Math.min(limit - messages.length, list.rowsAtOnce ?? LARGE_ROWS_AT_ONCE);
    const { rows, next } = await list.read(cursor, wanted);
    for (const row of rows) {
      if (!add(list.toMessage(row))) return { messages, nextPageToken: tokenOf(cursor, list) };
      cursor = list.cursorOf(row);
    }
    cursor = next;
    // Fewer rows than wanted mean that there are no more, or that no more were looked through for now.
    const isEnd = next === undefined || rows.length < wanted || messages.length === limit;
    if (isEnd) return { messages, nextPageToken: tokenOf(next, list) };
  }
}

function tokenOf(next: PageCursor | undefined, { filters }: Pick<Paging<unknown>, 'filters'>): string {
  return next === undefined ? '' : encodePageToken(next, filters);
}
