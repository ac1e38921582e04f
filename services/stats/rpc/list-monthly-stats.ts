import type { StatsService } from '../../../gen/numer/stats/v1/stats_service_pb.ts';
import { localDate } from '../../../runtime/calendar.ts';
import type { Rpc } from '../../../runtime/call.ts';
import { CURSOR_PART, decodePageToken, encodePageToken, PAGE_SIZE_DEFAULT } from '../../../runtime/page-token.ts';
import { CURRENCY_CURSOR, toMonthlyStats } from '../convert.ts';
import type { Deps } from '../deps.ts';

const FIRST_MONTH = '0001-01';
const LAST_MONTH = '9999-12';

/** Lists the caller's months, newest first. */
export const listMonthlyStats: Rpc<Deps, typeof StatsService.method.listMonthlyStats> = async (deps, request, call) => {
  const { pageSize, pageToken, currencyCode, monthFrom, monthTo } = request;
  const filters = ['monthly_stats', currencyCode, monthFrom, monthTo];
  const limit = pageSize === 0 ? PAGE_SIZE_DEFAULT : pageSize;
  const rows = await deps.store.listMonthlyTotals({
    ownerId: call.user.userId,
    today: localDate(deps.clock.now(), call.user.timeZone),
    targetCurrencyCode: call.user.defaultCurrencyCode,
    currencyCode: currencyCode || undefined,
    monthFrom: `${monthFrom || FIRST_MONTH}-01`,
    monthTo: `${monthTo || LAST_MONTH}-01`,
    cursor: decodePageToken(pageToken, filters, [CURSOR_PART.date, CURRENCY_CURSOR]),
    limit: limit + 1,
  });
  const page = rows.slice(0, limit);
  const last = rows.length > limit ? page.at(-1) : undefined;
  return {
    months: page.map((row) => toMonthlyStats(row, call.user.defaultCurrencyCode)),
    nextPageToken: last === undefined ? '' : encodePageToken([last.month, last.currencyCode], filters),
  };
};
