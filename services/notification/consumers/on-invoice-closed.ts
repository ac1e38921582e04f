import { CreditAppliedSchema } from '../../../gen/numer/invoice/v1/customer_ledger_events_pb.ts';
import { InvoiceMarkedUncollectibleSchema } from '../../../gen/numer/invoice/v1/invoice_events_pb.ts';
import { InvoiceWrittenOffSchema } from '../../../gen/numer/invoice/v1/payment_events_pb.ts';
import { defineConsumer } from '../../../runtime/events/consumer.ts';
import type { ReceivedEvent } from '../../../runtime/events/event.ts';
import type { Deps } from '../deps.ts';
import { ofAllReminders, orderWithdrawal, WITHDRAW_REASON, type Withdrawal, withdrawalOf } from '../mail/mail-order.ts';
import { required } from '../required.ts';

const EVENTS = [InvoiceMarkedUncollectibleSchema, CreditAppliedSchema, InvoiceWrittenOffSchema] as const;

/** Keeps queued reminders from being sent when what they ask for no longer need be paid, for a reason other than a payment. */
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
  return message.$typeName === InvoiceMarkedUncollectibleSchema.typeName
    ? ofAllReminders(WITHDRAW_REASON.uncollectible)
    : withdrawalOf(required(message.invoice, 'invoice'), 'settled');
}
