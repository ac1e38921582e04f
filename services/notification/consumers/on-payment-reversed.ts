import { PaymentReversedSchema } from '../../../gen/numer/invoice/v1/payment_events_pb.ts';
import { localDate } from '../../../runtime/calendar.ts';
import { defineConsumer } from '../../../runtime/events/consumer.ts';
import { toInvoiceFacts, toPaymentFacts } from '../convert.ts';
import type { Deps } from '../deps.ts';
import { languageOf } from '../domain/language.ts';
import { writeReversalMail } from '../domain/write-mails.ts';
import { orderMail, WITHDRAW_REASON } from '../mail/mail-order.ts';
import { required } from '../required.ts';

/**
 * Tells a customer to whom a payment was confirmed that it was reversed. A confirmation that is still queued is not sent. Neither
 * happens for applied credit and write-offs, which are not confirmed.
 */
export const onPaymentReversed = defineConsumer({
  events: [PaymentReversedSchema],
  async apply(deps: Deps, batch) {
    const time = deps.clock.now();
    await deps.store.queueMails(
      batch.map((event) => {
        const invoice = required(event.message.invoice, 'invoice');
        const payment = required(event.message.payment, 'payment');
        const today = localDate(event.time, event.message.timeZone || 'UTC');
        // The payment says what was left to pay then; the invoice says what is left now.
        const facts = { ...toPaymentFacts(payment, today), leftMinor: invoice.dueMinor };
        const content = writeReversalMail(toInvoiceFacts(invoice), facts, languageOf(invoice.customer?.locale ?? ''));
        const mail = { kind: 'PAYMENT_REVERSED', content, time, paymentId: payment.id } as const;
        return orderMail(event, invoice, { ...mail, withdrawReason: WITHDRAW_REASON.reversed });
      }),
    );
    // Decided at once, so that it is mailed before the next payment, after which another amount is due.
    await deps.store.decideRetractions(time);
  },
});
