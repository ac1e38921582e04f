import type { ExchangeRateService } from '../../../gen/numer/stats/v1/exchange_rate_service_pb.ts';
import type { Rpc } from '../../../runtime/call.ts';
import { CURSOR_PART, decodePageToken, encodePageToken, PAGE_SIZE_DEFAULT } from '../../../runtime/page-token.ts';
import { toExchangeRate } from '../convert-exchange-rate.ts';
import type { Deps } from '../deps.ts';

/** Lists the caller's exchange rates, newest date first. */
export const listExchangeRates: Rpc<Deps, typeof ExchangeRateService.method.listExchangeRates> = async (
  deps,
  request,
  call,
) => {
  const { pageSize, pageToken, currencyCode } = request;
  const filters = ['exchange_rates', currencyCode];
  const limit = pageSize === 0 ? PAGE_SIZE_DEFAULT : pageSize;
  const rows = await deps.store.listExchangeRates({
    ownerId: call.user.userId,
    currencyCode: currencyCode || undefined,
    cursor: decodePageToken(pageToken, filters, [CURSOR_PART.date, CURSOR_PART.uuid]),
    limit: limit + 1,
  });
  const page = rows.slice(0, limit);
  const last = rows.length > limit ? page.at(-1) : undefined;
  return {
    exchangeRates: page.map(toExchangeRate),
    nextPageToken: last === undefined ? '' : encodePageToken([last.rateDate, last.id], filters),
  };
};
