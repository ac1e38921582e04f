import type { NumberSeriesService } from '../../../gen/numer/invoice/v1/number_series_service_pb.ts';
import type { Rpc } from '../../../runtime/call.ts';
import { decodePageToken, encodePageToken, PAGE_SIZE_DEFAULT } from '../../../runtime/page-token.ts';
import { toNumberSeries } from '../convert-series.ts';
import type { Deps } from '../deps.ts';
import { todayOf } from '../own-invoice.ts';

/** What binds a page token to this list, which has no filters. */
const FILTERS = 'number_series';

const NAME = /^[a-z0-9-]{1,40}$/;

/** Lists the caller's number series by name. */
export const listNumberSeries: Rpc<Deps, typeof NumberSeriesService.method.listNumberSeries> = async (
  deps,
  request,
  call,
) => {
  const day = todayOf(deps, call);
  const limit = request.pageSize === 0 ? PAGE_SIZE_DEFAULT : request.pageSize;
  const afterName = decodePageToken(request.pageToken, FILTERS, [NAME])?.[0] ?? '';
  const rows = await deps.store.listNumberSeries({ ownerId: call.user.userId, afterName, day, limit: limit + 1 });
  const page = rows.slice(0, limit);
  const last = rows.length > limit ? page.at(-1) : undefined;
  return {
    numberSeries: page.map((row) => toNumberSeries(row, day)),
    nextPageToken: last === undefined ? '' : encodePageToken([last.name], FILTERS),
  };
};
