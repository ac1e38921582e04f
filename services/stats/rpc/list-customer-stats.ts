import type { StatsService } from '../../../gen/numer/stats/v1/stats_service_pb.ts';
import { localDate } from '../../../runtime/calendar.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import { CURSOR_PART } from '../../../runtime/paging/page-token.ts';
import { readPage } from '../../../runtime/paging/read-page.ts';
import { CURRENCY_CURSOR, toCustomerStats } from '../convert.ts';
import type { Deps } from '../deps.ts';

const TOTAL_CURSOR = /^-?[0-9]{1,40}$/;

/** Lists the caller's customers by currency, largest total first, as of today in the caller's time zone. */
export const listCustomerStats: Rpc<Deps, typeof StatsService.method.listCustomerStats> = async (
  deps,
  request,
  call,
) => {
  const { currencyCode } = request;
  const customerId = request.customerId.toLowerCase();
  const { rows, nextPageToken } = await readPage(request, {
    filters: ['customer_stats', currencyCode, customerId],
    cursorShape: [CURRENCY_CURSOR, TOTAL_CURSOR, CURSOR_PART.uuid],
    read: (cursor, limit) =>
      deps.store.listCustomerTotals({
        ownerId: call.user.userId,
        today: localDate(deps.clock.now(), call.user.timeZone),
        currencyCode: currencyCode || undefined,
        customerId: customerId || undefined,
        cursor,
        limit,
      }),
    cursorOf: (row) => [row.currencyCode, String(-BigInt(row.invoicedTotalMinor)), row.customerId],
  });
  return { customers: rows.map(toCustomerStats), nextPageToken };
};
