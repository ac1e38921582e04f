import type {
  NumberSeriesCreatedSchema,
  NumberSeriesUpdatedSchema,
} from '../../../gen/numer/invoice/v1/number_series_events_pb.ts';
import { diffFields } from '../../../runtime/diff-fields.ts';
import { type OutboxRow, toOutboxRow } from '../../../runtime/events/outbox.ts';
import { type Cause, eventContext } from '../cause.ts';
import type { SeriesRow } from '../store/read-number-series.ts';

/** The outbox row of an event about a number series; `before` is undefined when it is new. */
export function seriesEvent(
  schema: typeof NumberSeriesCreatedSchema | typeof NumberSeriesUpdatedSchema,
  cause: Cause,
  before: SeriesRow | undefined,
  after: SeriesRow,
  time: Date,
): OutboxRow {
  const { userId } = cause.user;
  const changes = diffFields(before === undefined ? {} : auditedOf(before), auditedOf(after));
  return toOutboxRow(schema, { userId, name: after.name, changes }, eventContext(cause, after.version, time));
}

function auditedOf(row: SeriesRow) {
  const { name, documentType, pattern, reset, lastSequence } = row;
  return { name, documentType, pattern, reset, nextSequence: lastSequence + 1n };
}
