import type { FieldMask } from '@bufbuild/protobuf/wkt';
import { NumberSeriesUpdatedSchema } from '../../../gen/numer/invoice/v1/number_series_events_pb.ts';
import { type NumberSeries, NumberSeriesSchema } from '../../../gen/numer/invoice/v1/number_series_pb.ts';
import {
  type NumberSeriesService,
  UpdateNumberSeriesResponseSchema,
} from '../../../gen/numer/invoice/v1/number_series_service_pb.ts';
import { type Call, type Rpc, requireVersion } from '../../../runtime/call/call.ts';
import { keepAnswer } from '../../../runtime/call/call-parts.ts';
import { compareAndSet } from '../../../runtime/call/compare-and-set.ts';
import { DomainError, invalidField } from '../../../runtime/call/errors.ts';
import { idempotencyValues } from '../../../runtime/call/idempotency.ts';
import { applyUpdateMask } from '../../../runtime/call/update-mask.ts';
import { requireValid } from '../../../runtime/interceptors/validate.ts';
import type { Deps } from '../deps.ts';
import { checkSettings } from '../domain/number-series.ts';
import { todayOf } from '../invoices/own-invoice.ts';
import { resetOf, toNumberSeries } from '../number-series/convert-series.ts';
import { getOwnSeries, listOwnSeries, refuseRival } from '../number-series/own-series.ts';
import { givenAlready, refuseRecorded } from '../number-series/recorded-numbers.ts';
import { seriesEvent } from '../number-series/series-events.ts';
import { applyRules } from '../rule-errors.ts';
import type { SeriesRow } from '../store/read-number-series.ts';
import type { SeriesChange } from '../store/update-number-series.ts';

/** Changes settings of a number series, or raises its sequence. */
export const updateNumberSeries: Rpc<Deps, typeof NumberSeriesService.method.updateNumberSeries> = (
  deps,
  request,
  call,
) =>
  compareAndSet(async () => {
    const row = await getOwnSeries(deps, call, request.numberSeries?.name ?? '');
    requireVersion(call, row.version);
    const present = toNumberSeries(row, todayOf(deps, call));
    const wanted = applyUpdateMask(NumberSeriesSchema, present, request.numberSeries, request.updateMask);
    // After the largest number the present sequence is out of bounds, but the caller does not ask for it.
    const nextSequence = raisedSequence(wanted, present, request.updateMask);
    const asked = { ...wanted, nextSequence: nextSequence ?? 0n };
    requireValid(NumberSeriesSchema, asked, 'number_series.');
    if (wanted.documentType !== present.documentType) {
      throw invalidField('number_series.document_type', 'cannot be changed; add another series instead');
    }
    applyRules('number_series.', () => checkSettings({ pattern: wanted.pattern, reset: resetOf(wanted) }));
    if (wanted.pattern !== present.pattern) {
      refuseRival(deps, call, { ...row, pattern: wanted.pattern }, await listOwnSeries(deps, call));
    }
    const isSame = wanted.pattern === present.pattern && wanted.reset === present.reset && nextSequence === undefined;
    if (!isSame) return save(deps, call, { row, wanted, nextSequence });
    const answer = { numberSeries: present };
    const now = deps.clock.now();
    return keepAnswer(deps.idempotency, call, { schema: UpdateNumberSeriesResponseSchema, answer, now });
  });

/** The next sequence that is asked for, or undefined when it is to stay as it is. */
function raisedSequence(wanted: NumberSeries, present: NumberSeries, mask?: FieldMask): bigint | undefined {
  // Another reset has another counter, which may be at another sequence.
  const isOther =
    wanted.nextSequence !== present.nextSequence ||
    (wanted.reset !== present.reset && mask?.paths.includes('next_sequence') === true);
  return wanted.nextSequence !== 0n && isOther ? wanted.nextSequence : undefined;
}

/** A change of a series. */
interface Change {
  readonly row: SeriesRow;
  readonly wanted: NumberSeries;
  /** See {@link raisedSequence}. */
  readonly nextSequence: bigint | undefined;
}

/** Writes the change. Gives undefined when the series was changed meanwhile. */
async function save(deps: Deps, call: Call, { row, wanted, nextSequence }: Change) {
  const ownerId = call.user.userId;
  const now = deps.clock.now();
  if (row.createTime === null) {
    await refuseRecorded(deps.store.storeStandardSeries({ ...row, ownerId, createTime: now, updateTime: now }));
  }
  const day = todayOf(deps, call);
  const after = {
    ...row,
    pattern: wanted.pattern,
    reset: resetOf(wanted),
    version: row.version + 1n,
    createTime: row.createTime ?? now,
    updateTime: now,
    lastSequence: nextSequence === undefined ? row.lastSequence : nextSequence - 1n,
  };
  const response = { numberSeries: toNumberSeries(after, day) };
  const change = await refuseRecorded(
    deps.store.updateNumberSeries(
      { ...after, ownerId, day, lastSequence: nextSequence === undefined ? null : nextSequence - 1n },
      {
        events: [seriesEvent(NumberSeriesUpdatedSchema, call, row, after, now)],
        idempotency: idempotencyValues(call, UpdateNumberSeriesResponseSchema, response, now),
      },
    ),
  );
  if (change === undefined) return undefined;
  if (!change.isChanged) throw refusalOf(change, nextSequence);
  return { numberSeries: toNumberSeries({ ...after, lastSequence: change.lastSequence }, day) };
}

function refusalOf(
  { lastSequence, takenNumber, freeSequence }: SeriesChange,
  nextSequence: bigint | undefined,
): DomainError {
  const isUsed = nextSequence !== undefined && nextSequence <= lastSequence;
  return takenNumber === null || isUsed
    ? sequenceUsed(lastSequence + 1n)
    : givenAlready(takenNumber, freeSequence ?? '0');
}

function sequenceUsed(nextSequence: bigint): DomainError {
  return new DomainError(
    'state',
    'SEQUENCE_USED',
    `The next sequence is now ${nextSequence}; it can only be raised, since each number is given only once.`,
    {
      metadata: { nextSequence: nextSequence.toString() },
      violations: [{ field: 'number_series.next_sequence', description: 'must be more than the last sequence given' }],
    },
  );
}
