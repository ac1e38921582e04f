import type { MessageInitShape } from '@bufbuild/protobuf';
import type {
  InvoiceCreatedSchema,
  InvoiceDeletedSchema,
  InvoiceMarkedUncollectibleSchema,
  InvoiceSentSchema,
  InvoiceUpdatedSchema,
  InvoiceVoidedSchema,
  PaymentRecordedSchema,
} from '../../gen/numer/invoice/v1/invoice_events_pb.ts';
import type { Invoice } from '../../gen/numer/invoice/v1/invoice_pb.ts';
import type { Payment } from '../../gen/numer/invoice/v1/payment_pb.ts';
import type { Call } from '../../runtime/call.ts';
import { type OutboxRow, toOutboxRow } from '../../runtime/events/outbox.ts';
import { type AuditedInvoice, diffInvoices, type FieldChange } from './domain/changes.ts';
import type { InvoiceRow } from './store/invoice-row.ts';

/** The events of this service. All of them tell of an invoice. */
export type InvoiceEventSchema =
  | typeof InvoiceCreatedSchema
  | typeof InvoiceUpdatedSchema
  | typeof InvoiceDeletedSchema
  | typeof InvoiceSentSchema
  | typeof InvoiceVoidedSchema
  | typeof InvoiceMarkedUncollectibleSchema
  | typeof PaymentRecordedSchema;

/** What an event tells. */
export interface InvoiceEventFacts {
  /** The invoice as the caller sees it after the change. */
  readonly invoice: Invoice;
  readonly changes: readonly FieldChange[];
  /** Version of the invoice after the change. */
  readonly version: bigint;
  readonly time: Date;
  readonly payment?: Payment;
}

/** Longest value that `numer.activity.v1.FieldChange` takes. */
const CHANGE_VALUE_LENGTH_MAX = 5000;

/** The outbox row of an event. */
export function invoiceEvent(schema: InvoiceEventSchema, call: Call, facts: InvoiceEventFacts): OutboxRow {
  const { invoice, payment, version, time } = facts;
  const init: MessageInitShape<typeof PaymentRecordedSchema> = {
    invoice,
    changes: facts.changes.map(withoutLongValues),
    timeZone: call.user.timeZone,
    ...(payment === undefined ? {} : { payment }),
  };
  // All events have these fields, except that only PaymentRecorded has a payment, and only it is given one.
  return toOutboxRow<InvoiceEventSchema>(schema, init as MessageInitShape<InvoiceEventSchema>, {
    source: 'invoice',
    version,
    ownerId: call.user.userId,
    actor: call.user.actor,
    requestId: call.requestId,
    traceparent: call.traceparent === '' ? undefined : call.traceparent,
    time,
  });
}

/** What changed from one version of an invoice to the next; `before` is undefined when there was none. */
export function changesBetween(before: InvoiceRow | undefined, after: InvoiceRow): FieldChange[] {
  return diffInvoices(before === undefined ? { fields: {}, lines: [] } : auditedOf(before), auditedOf(after));
}

/** What the audit trail follows: what people decide, and the sums that come of it. The rest can be calculated. */
function auditedOf(row: InvoiceRow): AuditedInvoice {
  return {
    fields: {
      state: row.state,
      number: row.number,
      customerId: row.customerId,
      currencyCode: row.currencyCode,
      issueDate: row.issueDate,
      dueDate: row.dueDate,
      memo: row.memo,
      discountPercent: withoutZero(row.discountPercent),
      totalMinor: row.totalMinor,
      paidMinor: row.paidMinor === 0n ? undefined : row.paidMinor,
    },
    lines: row.lines.map(({ id, description, quantity, unitPrice, taxPercent, discountPercent }) => ({
      id,
      fields: {
        description,
        quantity,
        unitPrice,
        taxPercent: withoutZero(taxPercent),
        discountPercent: withoutZero(discountPercent),
      },
    })),
  };
}

function withoutZero(percent: string): string | undefined {
  return percent === '0' ? undefined : percent;
}

/** Only the order of very many lines is so long; that it changed is then all that is told. */
function withoutLongValues(change: FieldChange): FieldChange {
  const isLong = (value = '') => value.length > CHANGE_VALUE_LENGTH_MAX;
  return isLong(change.oldValue) || isLong(change.newValue) ? { field: change.field } : change;
}
