import { ActivitySchema } from '../../gen/numer/activity/v1/activity_pb.ts';
import { CURSOR_PART, decodePageToken, encodePageToken, type PageCursor } from '../../runtime/paging/page-token.ts';
import { pageWithin } from '../../runtime/paging/page-within.ts';
import { type PagedRequest, pageSizeOf } from '../../runtime/paging/read-page.ts';
import { toActivity } from './convert.ts';
import type { FoundActivities } from './store/list-activities.ts';

/**
 * Reads one page of a list of activities and makes the response from it.
 *
 * The page token is bound to `filters`. `read` gives at most `limit` rows after the cursor. Throws INVALID_PAGE_TOKEN
 * for a token of another list.
 */
export async function readActivityPage(
  request: PagedRequest,
  filters: Readonly<Record<string, string>>,
  read: (cursor: PageCursor | undefined, limit: number) => Promise<FoundActivities>,
) {
  const cursor = decodePageToken(request.pageToken, filters, [CURSOR_PART.time, CURSOR_PART.uuid]);
  const { rows, hasMore } = await read(cursor, pageSizeOf(request));
  const activities = pageWithin(rows, ActivitySchema, toActivity);
  const last = hasMore || rows.length > activities.length ? rows[activities.length - 1] : undefined;
  return {
    activities,
    nextPageToken: last === undefined ? '' : encodePageToken([last.createTime, last.id], filters),
  };
}
