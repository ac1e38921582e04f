import type {
  QuoteAcceptedSchema,
  QuoteConvertedSchema,
  QuoteCreatedSchema,
  QuoteDeclinedSchema,
  QuoteDeletedSchema,
  QuoteSentSchema,
  QuoteUpdatedSchema,
} from '../../../gen/numer/invoice/v1/quote_events_pb.ts';
import type { Quote } from '../../../gen/numer/invoice/v1/quote_pb.ts';
import { type AuditedFields, diffFields, type FieldChange } from '../../../runtime/diff-fields.ts';
import { type OutboxRow, toOutboxRow } from '../../../runtime/events/outbox.ts';
import { type Cause, eventContext } from '../cause.ts';
import { tellChanges } from '../invoices/events.ts';
import { changesOfTemplate } from '../recurring-invoices/template-changes.ts';
import type { QuoteRow } from '../store/quote-schema.ts';
import { QUOTE_SERIES_DEFAULT } from './quote-content.ts';

/** The events about quotes. */
export type QuoteEventSchema =
  | typeof QuoteCreatedSchema
  | typeof QuoteUpdatedSchema
  | typeof QuoteDeletedSchema
  | typeof QuoteSentSchema
  | typeof QuoteAcceptedSchema
  | typeof QuoteDeclinedSchema
  | typeof QuoteConvertedSchema;

/** What an event about a quote says. */
export interface QuoteEventFacts {
  /** The quote as the caller sees it after the change. */
  readonly quote: Quote;
  readonly changes: readonly FieldChange[];
  /** Version of the quote after the change. */
  readonly version: bigint;
  readonly time: Date;
  /** The seller's own text in the mail. */
  readonly message?: string;
}

/** The outbox row of an event about a quote. */
export function quoteEvent(
  schema: QuoteEventSchema,
  cause: Cause,
  { quote, changes, version, time, message }: QuoteEventFacts,
): OutboxRow {
  const told = { quote, changes: tellChanges(changes), timeZone: cause.user.timeZone };
  // Only the event of a quote that is mailed has the field.
  const init = message === undefined ? told : { ...told, message };
  return toOutboxRow<QuoteEventSchema>(schema, init, eventContext(cause, version, time));
}

/** What changed from one version of a quote to the next, except for its number; undefined when there was or is none. */
export function changesOfQuote(before: QuoteRow | undefined, after: QuoteRow | undefined): FieldChange[] {
  return [...diffFields(auditedOf(before), auditedOf(after)), ...changesOfTemplate(before?.invoice, after?.invoice)];
}

function auditedOf(row: QuoteRow | undefined): AuditedFields {
  if (row === undefined) return {};
  return {
    state: row.state,
    numberSeries: row.numberSeries === QUOTE_SERIES_DEFAULT ? undefined : row.numberSeries,
    expireDate: row.expireDate,
    dueDays: row.dueDays === 0 ? undefined : String(row.dueDays),
    issueDate: row.issueDate,
    invoiceId: row.invoiceId,
  };
}
