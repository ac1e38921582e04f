import {
  DeleteExchangeRateResponseSchema,
  type ExchangeRateService,
} from '../../../gen/numer/stats/v1/exchange_rate_service_pb.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import { DomainError } from '../../../runtime/call/errors.ts';
import { idempotencyValues } from '../../../runtime/call/idempotency.ts';
import type { Deps } from '../deps.ts';
import { exchangeRateDeleted } from '../events.ts';

/** Deletes an exchange rate of the caller. Throws EXCHANGE_RATE_NOT_FOUND. */
export const deleteExchangeRate: Rpc<Deps, typeof ExchangeRateService.method.deleteExchangeRate> = async (
  deps,
  request,
  call,
) => {
  const key = { id: request.exchangeRateId, ownerId: call.user.userId };
  const row = await deps.store.findExchangeRate(key);
  const now = deps.clock.now();
  const isDeleted =
    row !== undefined &&
    (await deps.store.deleteExchangeRate(key, {
      events: [exchangeRateDeleted(row, call, now)],
      idempotency: idempotencyValues(call, DeleteExchangeRateResponseSchema, {}, now),
    }));
  if (isDeleted) return {};
  throw new DomainError('missing', 'EXCHANGE_RATE_NOT_FOUND', 'There is no such exchange rate.');
};
