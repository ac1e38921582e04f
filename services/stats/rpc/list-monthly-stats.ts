import type { StatsService } from '../../../gen/numer/stats/v1/stats_service_pb.ts';
import { localDate } from '../../../runtime/calendar.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import { invalidField } from '../../../runtime/call/errors.ts';
import { CURSOR_PART } from '../../../runtime/paging/page-token.ts';
import { readPage } from '../../../runtime/paging/read-page.ts';
import { CURRENCY_CURSOR, toMonthlyStats } from '../convert.ts';
import type { Deps } from '../deps.ts';

const FIRST_MONTH = '0001-01';
const LAST_MONTH = '9999-12';

/** Lists the numbers of the caller's months, newest first. */
export const listMonthlyStats: Rpc<Deps, typeof StatsService.method.listMonthlyStats> = async (deps, request, call) => {
  const { currencyCode, monthFrom, monthTo } = request;
  if (monthFrom !== '' && monthTo !== '' && monthTo < monthFrom) {
    throw invalidField('month_to', 'must not be before month_from');
  }
  const targetCurrencyCode = call.user.defaultCurrencyCode;
  const { rows, nextPageToken } = await readPage(request, {
    filters: ['monthly_stats', currencyCode, monthFrom, monthTo],
    cursorShape: [CURSOR_PART.date, CURRENCY_CURSOR],
    read: (cursor, limit) =>
      deps.store.listMonthlyTotals({
        ownerId: call.user.userId,
        today: localDate(deps.clock.now(), call.user.timeZone),
        targetCurrencyCode,
        currencyCode: currencyCode || undefined,
        monthFrom: `${monthFrom || FIRST_MONTH}-01`,
        monthTo: `${monthTo || LAST_MONTH}-01`,
        cursor,
        limit,
      }),
    cursorOf: (row) => [row.month, row.currencyCode],
  });
  return { months: rows.map((row) => toMonthlyStats(row, targetCurrencyCode)), nextPageToken };
};
