import { CreditAppliedSchema } from '../../../gen/numer/invoice/v1/customer_ledger_events_pb.ts';
import {
  InvoiceMarkedUncollectibleSchema,
  InvoiceVoidedSchema,
} from '../../../gen/numer/invoice/v1/invoice_events_pb.ts';
import { InvoiceWrittenOffSchema } from '../../../gen/numer/invoice/v1/payment_events_pb.ts';
import { defineConsumer } from '../../../runtime/events/consumer.ts';
import type { ReceivedEvent } from '../../../runtime/events/event.ts';
import type { Deps } from '../deps.ts';
import { orderWithdrawal, required, WITHDRAW_REASON, type Withdrawal, withdrawalOf } from '../mail-order.ts';

const EVENTS = [
  InvoiceVoidedSchema,
  InvoiceMarkedUncollectibleSchema,
  CreditAppliedSchema,
  InvoiceWrittenOffSchema,
] as const;

/** Keeps reminders that still wait from being sent once what they are of need not be paid, and no payment says so by itself. */
export const onInvoiceClosed = defineConsumer({
  events: EVENTS,
  async apply(deps: Deps, batch) {
    const time = deps.clock.now();
    await deps.store.queueMails(
      batch.flatMap((event) => {
        const invoice = required(event.message.invoice, 'invoice');
        const withdrawal = withdrawalBy(event);
        return withdrawal === undefined ? [] : [orderWithdrawal(event, invoice, withdrawal, time)];
      }),
    );
  },
});

function withdrawalBy({ message }: ReceivedEvent<(typeof EVENTS)[number]>): Withdrawal | undefined {
  switch (message.$typeName) {
    case InvoiceVoidedSchema.typeName:
      return { withdrawReason: WITHDRAW_REASON.voided, dueBefore: null };
    case InvoiceMarkedUncollectibleSchema.typeName:
      return { withdrawReason: WITHDRAW_REASON.uncollectible, dueBefore: null };
    default:
      return withdrawalOf(required(message.invoice, 'invoice'), 'settled');
  }
}
