import type { NumberSeriesService } from '../../../gen/numer/invoice/v1/number_series_service_pb.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import type { Deps } from '../deps.ts';
import { todayOf } from '../invoices/own-invoice.ts';
import { toNumberSeries } from '../number-series/convert-series.ts';
import { getOwnSeries } from '../number-series/own-series.ts';

/** Gives one number series. */
export const getNumberSeries: Rpc<Deps, typeof NumberSeriesService.method.getNumberSeries> = async (
  deps,
  request,
  call,
) => ({ numberSeries: toNumberSeries(await getOwnSeries(deps, call, request.numberSeriesName), todayOf(deps, call)) });
