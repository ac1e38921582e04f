import type { NumberSeriesService } from '../../../gen/numer/invoice/v1/number_series_service_pb.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import { readPage } from '../../../runtime/paging/read-page.ts';
import type { Deps } from '../deps.ts';
import { todayOf } from '../invoices/own-invoice.ts';
import { toNumberSeries } from '../number-series/convert-series.ts';

const NAME = /^[a-z0-9-]{1,40}$/;

/** Lists the caller's number series by name. */
export const listNumberSeries: Rpc<Deps, typeof NumberSeriesService.method.listNumberSeries> = async (
  deps,
  request,
  call,
) => {
  const day = todayOf(deps, call);
  const ownerId = call.user.userId;
  const { rows, nextPageToken } = await readPage(request, {
    filters: 'number_series',
    cursorShape: [NAME],
    read: ([afterName = ''] = [], limit) => deps.store.listNumberSeries({ ownerId, afterName, day, limit }),
    cursorOf: (row) => [row.name],
  });
  return { numberSeries: rows.map((row) => toNumberSeries(row, day)), nextPageToken };
};
