import { create, fromJson, type JsonObject, type MessageInitShape, toJson } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import {
  type Occurrence,
  Occurrence_State,
  type OccurrenceFailure,
  OccurrenceFailureSchema,
  OccurrenceSchema,
  type RecurringInvoice,
  RecurringInvoice_CatchUp,
  RecurringInvoice_Frequency,
  RecurringInvoice_Mode,
  RecurringInvoice_Period,
  RecurringInvoice_State,
  RecurringInvoiceSchema,
} from '../../../gen/numer/invoice/v1/recurring_invoice_pb.ts';
import { etagOf } from '../../../runtime/call/call.ts';
import type { OccurrenceRow, RecurringRow } from '../store/recurring-schema.ts';

/** The recurring invoice as its owner sees it. */
export function toRecurringInvoice(row: RecurringRow): RecurringInvoice {
  return create(RecurringInvoiceSchema, {
    id: row.id,
    state: RecurringInvoice_State[row.state],
    invoice: row.invoice,
    dueDays: row.dueDays,
    frequency: RecurringInvoice_Frequency[row.frequency],
    interval: row.interval,
    startDate: row.startDate,
    endDate: row.endDate ?? '',
    count: row.count ?? 0,
    mode: RecurringInvoice_Mode[row.mode],
    catchUp: RecurringInvoice_CatchUp[row.catchUp],
    period: RecurringInvoice_Period[row.period],
    nextDate: row.nextDate ?? '',
    occurrenceCount: row.occurrenceCount,
    ...(row.lastFailure === null ? {} : { lastFailure: fromFailureJson(row.lastFailure) }),
    createTime: timestampFromDate(row.createTime),
    updateTime: timestampFromDate(row.updateTime),
    etag: etagOf(row.version),
  });
}

/** The occurrence as the owner sees it. */
export function toOccurrence(row: OccurrenceRow): Occurrence {
  return create(OccurrenceSchema, {
    occurrenceDate: row.occurrenceDate,
    invoiceId: row.invoiceId ?? '',
    mode: RecurringInvoice_Mode[row.mode],
    state: Occurrence_State[row.state],
    createTime: timestampFromDate(row.createTime),
  });
}

/** A failure as it is stored. */
export function toFailureJson(failure: MessageInitShape<typeof OccurrenceFailureSchema>): JsonObject {
  const json = toJson(OccurrenceFailureSchema, create(OccurrenceFailureSchema, failure));
  return json as JsonObject; // a message that is no well-known type is an object in JSON
}

function fromFailureJson(json: JsonObject): OccurrenceFailure {
  return fromJson(OccurrenceFailureSchema, json, { ignoreUnknownFields: true });
}
