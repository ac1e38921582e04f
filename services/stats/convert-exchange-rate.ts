import { create, type MessageShape } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { ExchangeRateSchema } from '../../gen/numer/stats/v1/exchange_rate_pb.ts';
import type { ExchangeRateRow } from './store/schema.ts';

/** The message of an exchange rate. */
export function toExchangeRate(row: ExchangeRateRow): MessageShape<typeof ExchangeRateSchema> {
  const { id, currencyCode, targetCurrencyCode, rate, rateDate: date, createTime } = row;
  return create(ExchangeRateSchema, {
    id,
    currencyCode,
    targetCurrencyCode,
    rate,
    date,
    createTime: timestampFromDate(createTime),
  });
}
