import type {
  NumberSeriesCreatedSchema,
  NumberSeriesUpdatedSchema,
} from '../../gen/numer/invoice/v1/number_series_events_pb.ts';
import type { Call } from '../../runtime/call.ts';
import type { OutboxRow } from '../../runtime/events/outbox.ts';
import { diffFields } from './domain/changes.ts';
import { eventOf } from './events.ts';
import type { SeriesRow } from './store/read-number-series.ts';

/** The outbox row of an event about a number series; `before` is undefined when it is new. */
export function seriesEvent(
  schema: typeof NumberSeriesCreatedSchema | typeof NumberSeriesUpdatedSchema,
  call: Call,
  before: SeriesRow | undefined,
  after: SeriesRow,
  time: Date,
): OutboxRow {
  const { userId } = call.user;
  const changes = diffFields(before === undefined ? {} : auditedOf(before), auditedOf(after));
  return eventOf(schema, call, { userId, name: after.name, changes }, after.version, time);
}

function auditedOf(row: SeriesRow) {
  const { name, documentType, pattern, reset, lastSequence } = row;
  return { name, documentType, pattern, reset, nextSequence: lastSequence + 1n };
}
