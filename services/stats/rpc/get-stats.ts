import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import type { StatsService } from '../../../gen/numer/stats/v1/stats_service_pb.ts';
import { localDate } from '../../../runtime/calendar.ts';
import type { Rpc } from '../../../runtime/call.ts';
import { toCurrencyStats, toNumbersByCurrency } from '../convert.ts';
import type { Deps } from '../deps.ts';

/** Gives the caller's numbers as of today in the caller's time zone. */
export const getStats: Rpc<Deps, typeof StatsService.method.getStats> = async (deps, _request, call) => {
  const today = localDate(deps.clock.now(), call.user.timeZone);
  const { groups, updateTime } = await deps.store.readGroups({ ownerId: call.user.userId, today });
  const numbers = toNumbersByCurrency(groups);
  return {
    currencies: [...numbers].map(([currencyCode, ofCurrency]) => toCurrencyStats(currencyCode, ofCurrency)),
    ...(updateTime === undefined ? {} : { updateTime: timestampFromDate(updateTime) }),
  };
};
