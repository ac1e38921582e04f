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
import { Payment_Kind } from '../../../gen/numer/invoice/v1/payment_pb.ts';
import { defineConsumer } from '../../../runtime/events/consumer.ts';
import type { ReceivedEvent } from '../../../runtime/events/event.ts';
import { toProjectedState } from '../convert.ts';
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

type InvoiceEvent = ReceivedEvent<(typeof EVENTS)[number]>;

/** Takes over what each event says of its invoice, and of the money that was received. */
export const onAnyInvoiceEvent = defineConsumer({
  events: EVENTS,
  async apply(deps: Deps, batch) {
    await deps.store.projectInvoices(batch.map(toRow));
  },
});

function toRow(event: InvoiceEvent) {
  const { id, type, ownerId, version, time, message } = event;
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
    // Before there were instalments, invoices had no other day.
    dueDate: invoice.nextDueDate || invoice.dueDate,
    time,
    ...paymentOf(event),
  };
}

/** The money that an event tells of. What was reversed is none, whenever its recording is told. */
function paymentOf({ message }: InvoiceEvent) {
  const isReversed = message.$typeName === PaymentReversedSchema.typeName;
  const isAboutMoney = isReversed || message.$typeName === PaymentRecordedSchema.typeName;
  const payment = isAboutMoney ? message.payment : undefined;
  // Before there were other kinds, payments had none.
  const isMoney = payment?.kind === Payment_Kind.MONEY || payment?.kind === Payment_Kind.KIND_UNSPECIFIED;
  if (payment === undefined || !isMoney) return { paymentId: null, paymentMinor: null, paymentDate: null };
  const { id: paymentId, amountMinor, paymentDate } = payment;
  return { paymentId, paymentMinor: isReversed ? 0n : amountMinor, paymentDate };
}
