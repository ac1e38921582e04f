import { CreditAppliedSchema } from '../../../gen/numer/invoice/v1/customer_ledger_events_pb.ts';
import {
  InvoiceMarkedUncollectibleSchema,
  InvoiceVoidedSchema,
} from '../../../gen/numer/invoice/v1/invoice_events_pb.ts';
import { Invoice_State } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import { InvoiceWrittenOffSchema } from '../../../gen/numer/invoice/v1/payment_events_pb.ts';
import { defineConsumer } from '../../../runtime/events/consumer.ts';
import type { ReceivedEvent } from '../../../runtime/events/event.ts';
import type { Deps } from '../deps.ts';
import { orderWithdrawal, required, WITHDRAW_REASON } from '../mail-order.ts';

const EVENTS = [
  InvoiceVoidedSchema,
  InvoiceMarkedUncollectibleSchema,
  CreditAppliedSchema,
  InvoiceWrittenOffSchema,
] as const;

/** Keeps reminders that still wait from being sent once nothing is to be paid any more, and no payment says so by itself. */
export const onInvoiceClosed = defineConsumer({
  events: EVENTS,
  async apply(deps: Deps, batch) {
    const time = deps.clock.now();
    await deps.store.queueMails(
      batch.flatMap((event) => {
        const reason = reasonOf(event);
        const invoice = required(event.message.invoice, 'invoice');
        return reason === undefined ? [] : [orderWithdrawal(event, invoice, WITHDRAW_REASON[reason], time)];
      }),
    );
  },
});

/** Why nothing is to be paid, or undefined when something is. */
function reasonOf({ message }: ReceivedEvent<(typeof EVENTS)[number]>): keyof typeof WITHDRAW_REASON | undefined {
  if (message.$typeName === InvoiceVoidedSchema.typeName) return 'voided';
  if (message.$typeName === InvoiceMarkedUncollectibleSchema.typeName) return 'uncollectible';
  return message.invoice?.state === Invoice_State.PAID ? 'settled' : undefined;
}
