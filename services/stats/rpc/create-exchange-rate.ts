import { create } from '@bufbuild/protobuf';
import { ExchangeRateSchema } from '../../../gen/numer/stats/v1/exchange_rate_pb.ts';
import {
  CreateExchangeRateResponseSchema,
  type ExchangeRateService,
} from '../../../gen/numer/stats/v1/exchange_rate_service_pb.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import { DomainError, requireNoViolations } from '../../../runtime/call/errors.ts';
import { idempotencyValues } from '../../../runtime/call/idempotency.ts';
import { increasingUuid } from '../../../runtime/uuid.ts';
import { toExchangeRate } from '../convert-exchange-rate.ts';
import type { Deps } from '../deps.ts';
import { formatRate, parseRate } from '../domain/exchange-rate.ts';
import { findRateFaults, type RateTerms } from '../domain/rate-faults.ts';
import { exchangeRateCreated } from '../events.ts';

/** Most rates of a user: one for each day and each of five currencies, for more than five years. */
const RATES_MAX = 10_000;

/** Stores an exchange rate. Throws EXCHANGE_RATE_EXISTS and LIMIT_REACHED. */
export const createExchangeRate: Rpc<Deps, typeof ExchangeRateService.method.createExchangeRate> = async (
  deps,
  request,
  call,
) => {
  const given = request.exchangeRate ?? create(ExchangeRateSchema); // the schema requires it
  const { currencyCode, date } = given;
  const targetCurrencyCode = given.targetCurrencyCode || call.user.defaultCurrencyCode;
  refuseFaults({ currencyCode, targetCurrencyCode, date });
  const now = deps.clock.now();
  const row = {
    id: increasingUuid(),
    ownerId: call.user.userId,
    currencyCode,
    targetCurrencyCode,
    rate: formatRate(parseRate(given.rate)),
    rateDate: date,
    createTime: now,
  };
  const response = { exchangeRate: toExchangeRate(row) };
  const isCreated = await deps.store.createExchangeRate(
    { ...row, ratesMax: RATES_MAX },
    {
      events: [exchangeRateCreated(row, call, now)],
      idempotency: idempotencyValues(call, CreateExchangeRateResponseSchema, response, now),
    },
  );
  if (!isCreated) throw await refusalOf(deps, row.ownerId);
  return response;
};

function refuseFaults(terms: RateTerms): void {
  requireNoViolations(
    findRateFaults(terms).map(({ field, description }) => ({ field: `exchange_rate.${field}`, description })),
  );
}

async function refusalOf(deps: Deps, ownerId: string): Promise<DomainError> {
  const account = await deps.store.findAccount(ownerId);
  if (account !== undefined && account.eraseTime !== null) {
    return new DomainError('unauthenticated', 'UNAUTHENTICATED', 'The account of these credentials no longer exists.');
  }
  return new DomainError(
    'state',
    'LIMIT_REACHED',
    `A user can have at most ${RATES_MAX} exchange rates; delete one first.`,
    {
      metadata: { limit: String(RATES_MAX) },
    },
  );
}
