import { CreditNoteIssuedSchema } from '../../../gen/numer/invoice/v1/credit_note_events_pb.ts';
import { CreditAppliedSchema } from '../../../gen/numer/invoice/v1/customer_ledger_events_pb.ts';
import {
  InvoiceCreatedSchema,
  InvoiceDeletedSchema,
  InvoiceFinalizedSchema,
  InvoiceMarkedUncollectibleSchema,
  InvoiceSentSchema,
  InvoiceUpdatedSchema,
  InvoiceVoidedSchema,
  PaymentRecordedSchema,
} from '../../../gen/numer/invoice/v1/invoice_events_pb.ts';
import {
  InstalmentsPlannedSchema,
  InvoiceWrittenOffSchema,
  PaymentReversedSchema,
} from '../../../gen/numer/invoice/v1/payment_events_pb.ts';
import { defineConsumer } from '../../../runtime/events/consumer.ts';
import type { ReceivedEvent } from '../../../runtime/events/event.ts';
import { isLateEvent } from '../../../runtime/events/forget-deleted.ts';
import {
  toIssueDate,
  toProjectedCreditNote,
  toProjectedCredits,
  toProjectedPayment,
  toProjectedState,
} from '../convert.ts';
import type { Deps } from '../deps.ts';

const EVENTS = [
  InvoiceCreatedSchema,
  InvoiceUpdatedSchema,
  InvoiceDeletedSchema,
  InvoiceFinalizedSchema,
  InvoiceSentSchema,
  InvoiceVoidedSchema,
  InvoiceMarkedUncollectibleSchema,
  PaymentRecordedSchema,
  PaymentReversedSchema,
  CreditAppliedSchema,
  InvoiceWrittenOffSchema,
  CreditNoteIssuedSchema,
  InstalmentsPlannedSchema,
] as const;

const NO_PAYMENT = {
  paymentId: null,
  paymentMinor: null,
  paymentDate: null,
  paymentKind: null,
  appliedMinor: null,
  creditedTaxMinor: null,
};

type InvoiceEvent = ReceivedEvent<(typeof EVENTS)[number]>;

/** Stores what each event says about its invoice and its payment or credit note. */
export const onAnyInvoiceEvent = defineConsumer({
  events: EVENTS,
  async apply(deps: Deps, batch) {
    const now = deps.clock.now();
    await deps.store.projectInvoices(batch.map((event) => ({ ...toRow(event), isLate: isLateEvent(event, now) })));
  },
});

function toRow({ id, type, ownerId, version, time, message }: InvoiceEvent) {
  const { invoice } = message;
  if (ownerId === undefined || invoice === undefined) throw new Error(`${type} has no owner or no invoice`);
  const isDeleted = message.$typeName === InvoiceDeletedSchema.typeName;
  return {
    eventId: id,
    ownerId,
    invoiceId: invoice.id,
    version,
    state: isDeleted ? 'DELETED' : toProjectedState(invoice.state),
    currencyCode: invoice.currencyCode,
    totalMinor: invoice.totalMinor,
    dueMinor: invoice.dueMinor,
    // Events from before instalments have no next due date.
    dueDate: invoice.nextDueDate || invoice.dueDate,
    customerId: invoice.customerId,
    taxMinor: invoice.taxMinor,
    paidMinor: invoice.paidMinor,
    issueDate: toIssueDate(invoice),
    ...toProjectedCredits(invoice),
    time,
    ...(paymentOf(message) ?? NO_PAYMENT),
  };
}

/** The payment or credit note that an event reports; undefined when it reports neither. */
function paymentOf(message: InvoiceEvent['message']) {
  if ('payment' in message && message.payment !== undefined) return toProjectedPayment(message.payment);
  if ('creditNote' in message && message.creditNote !== undefined) return toProjectedCreditNote(message.creditNote);
  return undefined;
}
