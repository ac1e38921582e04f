import type { MessageInitShape } from '@bufbuild/protobuf';
import type { CreditNoteIssuedSchema } from '../../../gen/numer/invoice/v1/credit_note_events_pb.ts';
import type { CreditNote } from '../../../gen/numer/invoice/v1/credit_note_pb.ts';
import type { CreditAppliedSchema } from '../../../gen/numer/invoice/v1/customer_ledger_events_pb.ts';
import type {
  InvoiceCreatedSchema,
  InvoiceDeletedSchema,
  InvoiceFinalizedSchema,
  InvoiceMarkedUncollectibleSchema,
  InvoiceSentSchema,
  InvoiceUpdatedSchema,
  InvoiceVoided,
  InvoiceVoidedSchema,
  PaymentRecordedSchema,
} from '../../../gen/numer/invoice/v1/invoice_events_pb.ts';
import type { Invoice } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import type {
  InstalmentsPlannedSchema,
  InvoiceWrittenOffSchema,
  PaymentReversedSchema,
} from '../../../gen/numer/invoice/v1/payment_events_pb.ts';
import type { Payment } from '../../../gen/numer/invoice/v1/payment_pb.ts';
import { type AuditedFields, diffFields, type FieldChange } from '../../../runtime/diff-fields.ts';
import { type OutboxRow, toOutboxRow } from '../../../runtime/events/outbox.ts';
import { type Cause, eventContext } from '../cause.ts';
import { type AuditedInvoice, diffInvoices } from '../domain/changes.ts';
import type { InvoiceRow, LineRow } from '../store/invoice-row.ts';
import { INVOICE_SERIES_DEFAULT, UNIT_CODE_DEFAULT } from './draft-content.ts';

/** The events about invoices. */
export type InvoiceEventSchema =
  | typeof InvoiceCreatedSchema
  | typeof InvoiceUpdatedSchema
  | typeof InvoiceDeletedSchema
  | typeof InvoiceFinalizedSchema
  | typeof InvoiceSentSchema
  | typeof InvoiceVoidedSchema
  | typeof InvoiceMarkedUncollectibleSchema
  | typeof PaymentRecordedSchema
  | typeof CreditAppliedSchema
  | typeof PaymentReversedSchema
  | typeof InvoiceWrittenOffSchema
  | typeof CreditNoteIssuedSchema
  | typeof InstalmentsPlannedSchema;

/** What an event about an invoice says. */
export interface InvoiceEventFacts {
  /** The invoice as the caller sees it after the change. */
  readonly invoice: Invoice;
  readonly changes: readonly FieldChange[];
  /** Version of the invoice after the change. */
  readonly version: bigint;
  readonly time: Date;
  readonly payment?: Payment;
  /** The early-payment discount that was granted with the payment or credit note, or taken back with the payment. */
  readonly discount?: Payment | undefined;
  readonly creditNote?: CreditNote;
  /** The seller's own text in the mail. */
  readonly message?: string | undefined;
  /** Facts about the revision whose opening voided the invoice. */
  readonly revision?: Pick<InvoiceVoided, 'revisionSent' | 'revisedForOtherCustomer'>;
}

/** Longest value that `numer.activity.v1.FieldChange` takes. */
const CHANGE_VALUE_LENGTH_MAX = 5000;
/** Most characters in the values of one event, which come to 6 MiB at most (content-size.ts). */
const CHANGES_LENGTH_MAX = 2 * 1024 * 1024;

/** The outbox row of an event about an invoice. */
export function invoiceEvent(schema: InvoiceEventSchema, cause: Cause, facts: InvoiceEventFacts): OutboxRow {
  const { invoice, payment, discount, creditNote, message, revision, version, time } = facts;
  const init: MessageInitShape<typeof PaymentRecordedSchema> &
    MessageInitShape<typeof InvoiceSentSchema> &
    MessageInitShape<typeof CreditNoteIssuedSchema> &
    MessageInitShape<typeof InvoiceVoidedSchema> = {
    invoice,
    changes: [
      ...tellChanges(facts.changes),
      ...(payment === undefined ? [] : changesOfPayment(payment)),
      ...(discount === undefined ? [] : changesOfPayment(discount)),
      ...(creditNote === undefined ? [] : changesOfCreditNote(creditNote)),
    ],
    timeZone: cause.user.timeZone,
    ...(payment === undefined ? {} : { payment }),
    ...(discount === undefined ? {} : { discount }),
    ...(creditNote === undefined ? {} : { creditNote }),
    ...(message === undefined ? {} : { message }),
    ...revision,
  };
  const context = eventContext(cause, version, time);
  // All events have these fields, except payment, credit note, message and revision, which are only given to events
  // that have them.
  return toOutboxRow<InvoiceEventSchema>(schema, init as MessageInitShape<InvoiceEventSchema>, context);
}

/** What changed from one version of an invoice to the next; undefined when there was or is none. */
export function changesBetween(before: InvoiceRow | undefined, after: InvoiceRow | undefined): FieldChange[] {
  const changes = diffInvoices(auditedOf(before), auditedOf(after));
  // The parties as printed are personal data, so the event only says that they were recorded.
  const isPutDown = (before?.seller ?? null) === null && (after?.seller ?? null) !== null;
  return isPutDown ? [...changes, { field: 'seller' }, { field: 'customer' }] : changes;
}

/**
 * What a payment, or its reversal, adds to its invoice. How it was paid and why may name people, so the event only says
 * that these texts were given.
 */
function changesOfPayment(payment: Payment): FieldChange[] {
  const prefix = `payments.${payment.id}.`;
  const { amountMinor, paymentDate, excessMinor, method, reference, reason, reverseDate, reverseReason } = payment;
  if (reverseDate !== '') return [...diffFields({}, { reverseDate }, prefix), ...named({ reverseReason }, prefix)];
  return [
    ...diffFields({}, { amountMinor, excessMinor: withoutZero(excessMinor), paymentDate }, prefix),
    ...named({ method, reference, reason }, prefix),
  ];
}

/** What a credit note adds to its invoice. */
function changesOfCreditNote({ id, totalMinor, issueDate, reason }: CreditNote): FieldChange[] {
  const prefix = `creditNotes.${id}.`;
  return [...diffFields({}, { totalMinor, issueDate }, prefix), ...named({ reason }, prefix)];
}

/** Says which texts were given, without the texts. */
function named(texts: Readonly<Record<string, string>>, prefix: string): FieldChange[] {
  return Object.entries(texts).flatMap(([name, text]) => (text === '' ? [] : [{ field: prefix + name }]));
}

const NOTHING: AuditedInvoice = { fields: {}, lines: [] };

/** What the audit trail records: what people decide, and the resulting sums. The rest can be calculated. */
function auditedOf(row: InvoiceRow | undefined): AuditedInvoice {
  if (row === undefined) return NOTHING;
  return {
    fields: {
      state: row.state,
      number: row.number,
      issuedElsewhere: row.issuedElsewhere ? 'true' : undefined,
      numberSeries: row.numberSeries === INVOICE_SERIES_DEFAULT ? undefined : row.numberSeries,
      revisesInvoiceId: row.revisesInvoiceId,
      revisedByInvoiceId: row.revisedByInvoiceId,
      quoteId: row.quoteId,
      recurringInvoiceId: row.recurringInvoiceId,
      occurrenceDate: row.occurrenceDate,
      customerId: row.customerId,
      currencyCode: row.currencyCode,
      issueDate: row.issueDate,
      dueDate: row.dueDate,
      dueDays: row.dueDays?.toString(),
      'earlyPaymentDiscount.percent': row.earlyDiscountPercent,
      'earlyPaymentDiscount.days': row.earlyDiscountDays?.toString(),
      deliveryDate: row.deliveryDate,
      periodStartDate: row.periodStartDate,
      periodEndDate: row.periodEndDate,
      buyerReference: row.buyerReference,
      purchaseOrderReference: row.purchaseOrderReference,
      memo: row.memo,
      tags: row.tags.join(', '),
      ...Object.fromEntries(Object.entries(row.metadata).map(([key, value]) => [`metadata.${key}`, value])),
      discountPercent: withoutZero(row.discountPercent),
      discountAmountMinor: withoutZero(row.discountAmountMinor),
      allowances: listText(row.allowances),
      charges: listText(row.charges),
      pricesIncludeTax: row.pricesIncludeTax ? 'true' : undefined,
      roundingPolicy: row.roundingPolicy === 'DOCUMENT' ? undefined : row.roundingPolicy,
      prepaidMinor: withoutZero(row.prepaidMinor),
      roundingIncrementMinor: withoutZero(row.roundingIncrementMinor),
      roundingAmountMinor: withoutZero(row.roundingAmountMinor),
      totalMinor: row.totalMinor,
      paidMinor: withoutZero(row.paidMinor),
      creditedMinor: withoutZero(row.creditedMinor),
      writtenOffMinor: withoutZero(row.writtenOffMinor),
      'earlyPaymentDiscount.grantedMinor': withoutZero(row.earlyDiscountMinor),
      creditNoteMinor: withoutZero(row.creditNoteMinor),
      instalments: listText(row.instalments),
    },
    lines: row.lines.map((line) => ({ id: line.id, fields: auditedLine(line) })),
  };
}

function auditedLine(line: LineRow): AuditedFields {
  return {
    description: line.description,
    quantity: line.quantity,
    unitPrice: line.unitPrice,
    baseQuantity: line.baseQuantity === '1' ? undefined : line.baseQuantity,
    unitCode: line.unitCode === UNIT_CODE_DEFAULT ? undefined : line.unitCode,
    taxPercent: withoutZero(line.taxPercent),
    taxes: listText(line.taxes),
    discountPercent: withoutZero(line.discountPercent),
    discountAmountMinor: withoutZero(line.discountAmountMinor),
    allowances: listText(line.allowances),
    charges: listText(line.charges),
  };
}

function withoutZero<T extends string | bigint>(value: T): T | undefined {
  return value === '0' || value === 0n ? undefined : value;
}

/** Fields of allowances and charges that are calculated, so nobody decides them. */
const CALCULATED: readonly string[] = ['calculatedMinor', 'netMinor'];

/** What people decide of the items of a list, as JSON. */
function listText(items: readonly object[]): string | undefined {
  if (items.length === 0) return undefined;
  return JSON.stringify(items.map(sortedFields), (name, value: unknown) => {
    if (CALCULATED.includes(name)) return undefined;
    return typeof value === 'bigint' ? value.toString() : value;
  });
}

/** A list that was stored as `jsonb` comes back with its fields in another order. */
function sortedFields(item: object): object {
  return Object.fromEntries(
    Object.entries(item)
      .map(([name, value]): [string, unknown] => [name, Array.isArray(value) ? value.map(sortedFields) : value])
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

/**
 * The changes as an event has them. A change with a value that is too long, such as the order of very many lines, only
 * names the field. Once the values are too long together, all further changes only name the field as well.
 */
export function tellChanges(changes: readonly FieldChange[]): FieldChange[] {
  let left = CHANGES_LENGTH_MAX;
  return changes.map((change) => {
    const lengths = [change.oldValue?.length ?? 0, change.newValue?.length ?? 0];
    const isLong = Math.max(...lengths) > CHANGE_VALUE_LENGTH_MAX;
    if (!isLong) left -= lengths.reduce((sum, length) => sum + length);
    return isLong || left < 0 ? { field: change.field } : change;
  });
}
