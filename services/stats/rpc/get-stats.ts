import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import type { StatsService } from '../../../gen/numer/stats/v1/stats_service_pb.ts';
import { localDate } from '../../../runtime/calendar.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import { toConvertedTotal, toCurrencyStats, toNumbersByCurrency } from '../convert.ts';
import type { Deps } from '../deps.ts';
import { findConversion } from '../domain/conversion.ts';

/**
 * Gives the caller's numbers as of today in the caller's time zone, also in the caller's currency where there are
 * rates.
 */
export const getStats: Rpc<Deps, typeof StatsService.method.getStats> = async (deps, _request, call) => {
  const { userId: ownerId, timeZone, defaultCurrencyCode: targetCurrencyCode } = call.user;
  const today = localDate(deps.clock.now(), timeZone);
  const { groups, rates, updateTime } = await deps.store.readGroups({ ownerId, today, targetCurrencyCode });
  const currencies = [...toNumbersByCurrency(groups)].map(([currencyCode, numbers]) => ({
    currencyCode,
    numbers,
    conversion: findConversion(currencyCode, targetCurrencyCode, rates.get(currencyCode)),
  }));
  return {
    currencies: currencies.map(toCurrencyStats),
    ...(updateTime === undefined ? {} : { updateTime: timestampFromDate(updateTime) }),
    ...(targetCurrencyCode === '' ? {} : { convertedTotal: toConvertedTotal(currencies, targetCurrencyCode) }),
  };
};
