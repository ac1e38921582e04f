import type {
  RecurringInvoiceCreatedSchema,
  RecurringInvoiceDeletedSchema,
  RecurringInvoiceFailedSchema,
  RecurringInvoiceOccurredSchema,
  RecurringInvoicePausedSchema,
  RecurringInvoiceResumedSchema,
  RecurringInvoiceSkippedSchema,
  RecurringInvoiceUpdatedSchema,
} from '../../../gen/numer/invoice/v1/recurring_invoice_events_pb.ts';
import { type AuditedFields, diffFields, type FieldChange } from '../../../runtime/diff-fields.ts';
import { type OutboxRow, toOutboxRow } from '../../../runtime/events/outbox.ts';
import { type Cause, eventContext } from '../cause.ts';
import { tellChanges } from '../invoices/events.ts';
import type { OccurrenceRow, RecurringRow } from '../store/recurring-schema.ts';
import { toOccurrence, toRecurringInvoice } from './recurring-message.ts';
import { changesOfTemplate } from './template-changes.ts';

/** The events about recurring invoices. */
export type RecurringEventSchema =
  | typeof RecurringInvoiceCreatedSchema
  | typeof RecurringInvoiceUpdatedSchema
  | typeof RecurringInvoiceDeletedSchema
  | typeof RecurringInvoicePausedSchema
  | typeof RecurringInvoiceResumedSchema
  | typeof RecurringInvoiceOccurredSchema
  | typeof RecurringInvoiceSkippedSchema
  | typeof RecurringInvoiceFailedSchema;

/** What an event about a recurring invoice says. */
export interface RecurringEventFacts {
  /** The recurring invoice after the event. */
  readonly recurring: RecurringRow;
  readonly changes: readonly FieldChange[];
  readonly time: Date;
  /** Only for RecurringInvoiceOccurred. */
  readonly occurrence?: OccurrenceRow;
}

/** The outbox row of an event about a recurring invoice. */
export function recurringEvent(
  schema: RecurringEventSchema,
  cause: Cause,
  { recurring, changes, time, occurrence }: RecurringEventFacts,
): OutboxRow {
  const init = {
    recurringInvoice: toRecurringInvoice(recurring),
    changes: tellChanges(changes),
    timeZone: cause.user.timeZone,
    ...(occurrence === undefined ? {} : { occurrence: toOccurrence(occurrence) }),
  };
  return toOutboxRow<RecurringEventSchema>(schema, init, eventContext(cause, recurring.version, time));
}

/** What changed from one version of a recurring invoice to the next; undefined when there was or is none. */
export function changesOfRecurring(before: RecurringRow | undefined, after: RecurringRow | undefined): FieldChange[] {
  return [...diffFields(auditedOf(before), auditedOf(after)), ...changesOfTemplate(before?.invoice, after?.invoice)];
}

function auditedOf(row: RecurringRow | undefined): AuditedFields {
  if (row === undefined) return {};
  return {
    state: row.state,
    dueDays: row.dueDays === 0 ? undefined : String(row.dueDays),
    frequency: row.frequency,
    interval: String(row.interval),
    startDate: row.startDate,
    endDate: row.endDate,
    count: row.count === null ? undefined : String(row.count),
    mode: row.mode,
    catchUp: row.catchUp,
    period: row.period === 'NONE' ? undefined : row.period,
    nextDate: row.nextDate,
    ...auditedFailureOf(row),
  };
}

/** The last failure, except its message, which may name somebody, and its time, which the activity has. */
function auditedFailureOf({ lastFailure }: RecurringRow): AuditedFields {
  const names = ['occurrenceDate', 'reason', 'attempts', 'nextAttemptTime'] as const;
  return Object.fromEntries(names.map((name) => [`lastFailure.${name}`, lastFailure?.[name]?.toString()]));
}
