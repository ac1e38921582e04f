import { ActivitySchema } from '../../gen/numer/activity/v1/activity_pb.ts';
import { CURSOR_PART, decodePageToken, encodePageToken, PAGE_SIZE_DEFAULT } from '../../runtime/page-token.ts';
import { pageWithin } from '../../runtime/page-within.ts';
import { toActivity } from './convert.ts';
import { type ActivityCursor, type FoundActivities, NEWEST } from './store/list-activities.ts';

/** The parts of a list request that page it. */
interface PagedRequest {
  readonly pageSize: number;
  readonly pageToken: string;
}

/**
 * Reads one page of a list of activities and makes the response of it.
 *
 * `filters` are what the page token is bound to; `read` gives at most `limit` rows after a place in the list.
 * Throws INVALID_PAGE_TOKEN for a token of another list.
 */
export async function readPage(
  { pageSize, pageToken }: PagedRequest,
  filters: Readonly<Record<string, string>>,
  read: (after: ActivityCursor, limit: number) => Promise<FoundActivities>,
) {
  const [createTime, id] = decodePageToken(pageToken, filters, [CURSOR_PART.time, CURSOR_PART.uuid]) ?? [];
  const after = createTime === undefined || id === undefined ? NEWEST : { createTime, id };
  const { rows, hasMore } = await read(after, pageSizeOf(pageSize));
  const activities = pageWithin(rows, ActivitySchema, toActivity);
  const last = hasMore || rows.length > activities.length ? rows[activities.length - 1] : undefined;
  return {
    activities,
    nextPageToken: last === undefined ? '' : encodePageToken([last.createTime, last.id], filters),
  };
}

/** The size of the page that a request asks for. */
export function pageSizeOf(asked: number): number {
  return asked === 0 ? PAGE_SIZE_DEFAULT : asked;
}
