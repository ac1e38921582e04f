import { create } from '@bufbuild/protobuf';
import { NumberSeriesCreatedSchema } from '../../../gen/numer/invoice/v1/number_series_events_pb.ts';
import { NumberSeriesSchema } from '../../../gen/numer/invoice/v1/number_series_pb.ts';
import {
  CreateNumberSeriesResponseSchema,
  type NumberSeriesService,
} from '../../../gen/numer/invoice/v1/number_series_service_pb.ts';
import type { Call, Rpc } from '../../../runtime/call/call.ts';
import { DomainError } from '../../../runtime/call/errors.ts';
import { idempotencyValues } from '../../../runtime/call/idempotency.ts';
import type { Deps } from '../deps.ts';
import { checkSettings } from '../domain/number-series.ts';
import { todayOf } from '../invoices/own-invoice.ts';
import { documentTypeOf, resetOf, toNumberSeries } from '../number-series/convert-series.ts';
import { listOwnSeries, refuseRival, SERIES_MAX } from '../number-series/own-series.ts';
import { givenAlready, refuseRecorded } from '../number-series/recorded-numbers.ts';
import { seriesEvent } from '../number-series/series-events.ts';
import { applyRules } from '../rule-errors.ts';
import type { SeriesRow } from '../store/read-number-series.ts';

/** Adds a number series. */
export const createNumberSeries: Rpc<Deps, typeof NumberSeriesService.method.createNumberSeries> = async (
  deps,
  request,
  call,
) => {
  const given = request.numberSeries ?? create(NumberSeriesSchema);
  const now = deps.clock.now();
  const day = todayOf(deps, call);
  const ownerId = call.user.userId;
  const row: SeriesRow = {
    name: given.name,
    documentType: documentTypeOf(given),
    pattern: given.pattern,
    reset: resetOf(given),
    version: 1n,
    createTime: now,
    updateTime: now,
    lastSequence: given.nextSequence === 0n ? 0n : given.nextSequence - 1n,
  };
  applyRules('number_series.', () => checkSettings(row));
  const response = { numberSeries: toNumberSeries(row, day) };
  await requireOwnNumbers(deps, call, row, response.numberSeries.nextNumber);
  const isCreated = await refuseRecorded(
    deps.store.createNumberSeries(
      { ...row, ownerId, createTime: now, updateTime: now, day, seriesMax: SERIES_MAX },
      {
        events: [seriesEvent(NumberSeriesCreatedSchema, call, undefined, row, now)],
        idempotency: idempotencyValues(call, CreateNumberSeriesResponseSchema, response, now),
      },
    ),
  );
  if (!isCreated) throw await refusalOf(deps, ownerId, row.name, day);
  return response;
};

/** Checks that nothing has the name, or gives or has the numbers, of the series that is to be added. */
async function requireOwnNumbers(deps: Deps, call: Call, series: SeriesRow, number: string): Promise<void> {
  const { name, documentType } = series;
  const [own, isTaken] = await Promise.all([
    listOwnSeries(deps, call),
    deps.store.hasNumber({ ownerId: call.user.userId, documentType, number }),
  ]);
  if (own.some((other) => other.name === name)) throw seriesExists();
  refuseRival(deps, call, series, own);
  if (isTaken) throw givenAlready(number, '0');
}

function seriesExists(): DomainError {
  return new DomainError('exists', 'NUMBER_SERIES_EXISTS', 'There is already a number series with this name.', {
    violations: [{ field: 'number_series.name', description: 'must be unique among your number series' }],
  });
}

async function refusalOf(deps: Deps, ownerId: string, name: string, day: string): Promise<DomainError> {
  if ((await deps.store.getNumberSeries(ownerId, name, day)) !== undefined) return seriesExists();
  return new DomainError('state', 'LIMIT_REACHED', `An account can have at most ${SERIES_MAX} number series.`, {
    metadata: { limit: String(SERIES_MAX) },
  });
}
