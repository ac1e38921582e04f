import type { StatsService } from '../../../gen/numer/stats/v1/stats_service_pb.ts';
import { localDate } from '../../../runtime/calendar.ts';
import type { Rpc } from '../../../runtime/call.ts';
import {
  CURSOR_PART,
  decodePageToken,
  encodePageToken,
  PAGE_SIZE_DEFAULT,
  type PageCursor,
} from '../../../runtime/page-token.ts';
import { CURRENCY_CURSOR, toCustomerStats } from '../convert.ts';
import type { Deps } from '../deps.ts';
import type { CustomerTotalsRow } from '../store/list-customer-totals.ts';

const TOTAL_CURSOR = /^-?[0-9]{1,40}$/;

/** Lists the caller's customers by currency and largest total, as of today in the caller's time zone. */
export const listCustomerStats: Rpc<Deps, typeof StatsService.method.listCustomerStats> = async (
  deps,
  request,
  call,
) => {
  const { pageSize, pageToken, currencyCode } = request;
  const customerId = request.customerId.toLowerCase();
  const filters = ['customer_stats', currencyCode, customerId];
  const limit = pageSize === 0 ? PAGE_SIZE_DEFAULT : pageSize;
  const rows = await deps.store.listCustomerTotals({
    ownerId: call.user.userId,
    today: localDate(deps.clock.now(), call.user.timeZone),
    currencyCode: currencyCode || undefined,
    customerId: customerId || undefined,
    cursor: decodePageToken(pageToken, filters, [CURRENCY_CURSOR, TOTAL_CURSOR, CURSOR_PART.uuid]),
    limit: limit + 1,
  });
  const page = rows.slice(0, limit);
  const last = rows.length > limit ? page.at(-1) : undefined;
  return {
    customers: page.map(toCustomerStats),
    nextPageToken: last === undefined ? '' : encodePageToken(cursorOf(last), filters),
  };
};

function cursorOf({ currencyCode, invoicedTotalMinor, customerId }: CustomerTotalsRow): PageCursor {
  return [currencyCode, String(-BigInt(invoicedTotalMinor)), customerId];
}
