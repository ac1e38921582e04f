import { PaymentRecordedSchema } from '../../../gen/numer/invoice/v1/invoice_events_pb.ts';
import { Invoice_State } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import { defineConsumer } from '../../../runtime/events/consumer.ts';
import { toInvoiceFacts, toPaymentFacts } from '../convert.ts';
import type { Deps } from '../deps.ts';
import { languageOf } from '../domain/language.ts';
import { writePaymentMail } from '../domain/write-mails.ts';
import { orderMail, required, WITHDRAW_REASON } from '../mail-order.ts';

/** Queues the mail that thanks for a payment. When it was the last one, reminders that still wait are not sent. */
export const onPaymentRecorded = defineConsumer({
  events: [PaymentRecordedSchema],
  async apply(deps: Deps, batch) {
    const time = deps.clock.now();
    await deps.store.queueMails(
      batch.map((event) => {
        const invoice = required(event.message.invoice, 'invoice');
        const payment = toPaymentFacts(required(event.message.payment, 'payment'));
        const content = writePaymentMail(toInvoiceFacts(invoice), payment, languageOf(invoice.customer?.locale ?? ''));
        const mail = { kind: 'PAYMENT_RECEIVED', content, time } as const;
        const isPaid = invoice.state === Invoice_State.PAID;
        return orderMail(event, invoice, isPaid ? { ...mail, withdrawReason: WITHDRAW_REASON.paid } : mail);
      }),
    );
  },
});
