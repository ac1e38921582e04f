import type { ExchangeRateService } from '../../../gen/numer/stats/v1/exchange_rate_service_pb.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import { CURSOR_PART } from '../../../runtime/paging/page-token.ts';
import { readPage } from '../../../runtime/paging/read-page.ts';
import { toExchangeRate } from '../convert-exchange-rate.ts';
import type { Deps } from '../deps.ts';

/** Lists the caller's exchange rates, newest date first. */
export const listExchangeRates: Rpc<Deps, typeof ExchangeRateService.method.listExchangeRates> = async (
  deps,
  request,
  call,
) => {
  const { currencyCode } = request;
  const selected = { ownerId: call.user.userId, currencyCode: currencyCode || undefined };
  const { rows, nextPageToken } = await readPage(request, {
    filters: ['exchange_rates', currencyCode],
    cursorShape: [CURSOR_PART.date, CURSOR_PART.uuid],
    read: (cursor, limit) => deps.store.listExchangeRates({ ...selected, cursor, limit }),
    cursorOf: (row) => [row.rateDate, row.id],
  });
  return { exchangeRates: rows.map(toExchangeRate), nextPageToken };
};
