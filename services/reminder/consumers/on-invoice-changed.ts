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
import type { Deps } from '../deps.ts';
import { causedByItself } from '../events.ts';
import { newestBySubject } from '../newest-by-subject.ts';
import { dueDatesOf, stateNameOf } from '../own-invoice.ts';
import { reconcile } from '../reconcile.ts';
import type { SyncedInvoice } from '../store/sync-invoices.ts';

const INVOICE_EVENTS = [
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

type InvoiceEvent = ReceivedEvent<(typeof INVOICE_EVENTS)[number]>;

/**
 * Follows the invoices: plans reminders when an invoice is opened, moves them when a due date changes, and cancels them
 * when nothing is left to remind of. Events may come in any order; only the newest version of an invoice counts. The
 * invoice is written first and its reminders after it. If this fails in between, the events are delivered again.
 */
export const onInvoiceChanged = defineConsumer({
  events: INVOICE_EVENTS,
  async apply(deps: Deps, batch) {
    const newest = newestBySubject(batch);
    const now = deps.clock.now();
    await deps.store.syncInvoices(
      batch.map((event) => (newest.get(event.subject) === event ? toRow(event, now) : withoutEffect(event))),
    );
    await reconcile(deps, [...newest.keys()], (invoiceId) => {
      const event = newest.get(invoiceId);
      return causedByItself(event?.requestId ?? '', now, event?.traceparent);
    });
  },
});

function toRow(event: InvoiceEvent, now: Date): SyncedInvoice {
  const { id: eventId, message, ownerId, version } = event;
  const { invoice, timeZone } = message;
  if (invoice === undefined || ownerId === undefined)
    throw new Error(`event ${eventId} lacks its invoice or its owner`);
  const state = message.$typeName === 'numer.invoice.v1.InvoiceDeleted' ? 'DELETED' : stateNameOf(invoice);
  return {
    eventId,
    invoiceId: invoice.id,
    ownerId,
    version,
    state,
    dueDates: dueDatesOf(invoice),
    timeZone,
    isLate: isLateEvent(event, now),
  };
}

function withoutEffect({ id }: InvoiceEvent): SyncedInvoice {
  return {
    eventId: id,
    invoiceId: null,
    ownerId: null,
    version: null,
    state: null,
    dueDates: null,
    timeZone: null,
    isLate: null,
  };
}
