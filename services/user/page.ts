import type { Call } from '../../runtime/call.ts';
import { CURSOR_PART, decodePageToken, encodePageToken, PAGE_SIZE_DEFAULT } from '../../runtime/page-token.ts';
import type { PageQuery, Positioned } from './store/page.ts';

/** The parts of a list request that page it. */
interface PagedRequest {
  readonly pageSize: number;
  readonly pageToken: string;
}

/**
 * Reads one page of what the caller owns. `list` names the list, so that its tokens fit no other.
 *
 * @throws DomainError INVALID_PAGE_TOKEN.
 */
export async function readPage<Row>(
  list: string,
  { pageSize, pageToken }: PagedRequest,
  call: Call,
  read: (query: PageQuery) => Promise<readonly Positioned<Row>[]>,
): Promise<{ readonly rows: readonly Row[]; readonly nextPageToken: string }> {
  const limit = pageSize === 0 ? PAGE_SIZE_DEFAULT : pageSize;
  const cursor = decodePageToken(pageToken, { list }, [CURSOR_PART.time, CURSOR_PART.uuid]);
  // One more than asked for tells whether there is a next page.
  const found = await read({ ownerId: call.user.userId, cursor, limit: limit + 1 });
  const page = found.slice(0, limit);
  const last = found.length > limit ? page.at(-1) : undefined;
  return {
    rows: page.map(({ row }) => row),
    nextPageToken: last === undefined ? '' : encodePageToken(last.cursor, { list }),
  };
}
