import type { MessageInitShape } from '@bufbuild/protobuf';
import type { FieldChangeSchema } from '../../gen/numer/activity/v1/field_change_pb.ts';
import {
  ExchangeRateCreatedSchema,
  ExchangeRateDeletedSchema,
} from '../../gen/numer/stats/v1/exchange_rate_events_pb.ts';
import type { Call } from '../../runtime/call/call.ts';
import { type EventContext, type OutboxRow, requestOf, toOutboxRow } from '../../runtime/events/outbox.ts';
import { toExchangeRate } from './convert-exchange-rate.ts';
import type { ExchangeRateRow } from './store/schema.ts';

/** The versions of a rate's events. A rate never changes: it is created, and may be deleted later. */
const [FIRST_VERSION, LAST_VERSION] = [1n, 2n];

/** A user stored an exchange rate. */
export function exchangeRateCreated(row: ExchangeRateRow, call: Call, now: Date): OutboxRow {
  const changes = changesOf(row, 'newValue');
  const message = { exchangeRate: toExchangeRate(row), changes };
  return toOutboxRow(ExchangeRateCreatedSchema, message, contextOf(call, FIRST_VERSION, now));
}

/** A user deleted an exchange rate. */
export function exchangeRateDeleted(row: ExchangeRateRow, call: Call, now: Date): OutboxRow {
  const changes = changesOf(row, 'oldValue');
  const message = { exchangeRate: toExchangeRate(row), changes };
  return toOutboxRow(ExchangeRateDeletedSchema, message, contextOf(call, LAST_VERSION, now));
}

/** All fields that the user chooses, as new or as old values. */
function changesOf(
  { currencyCode, targetCurrencyCode, rate, rateDate: date }: ExchangeRateRow,
  which: 'oldValue' | 'newValue',
): MessageInitShape<typeof FieldChangeSchema>[] {
  const fields = { currencyCode, targetCurrencyCode, rate, date };
  return Object.entries(fields).map(([field, value]) => ({ field, [which]: value }));
}

function contextOf(call: Call, version: bigint, time: Date): EventContext {
  const { userId: ownerId, actor } = call.user;
  return { source: 'stats', version, ownerId, actor, ...requestOf(call), time };
}
