import { PaymentRecordedSchema } from '../../../gen/numer/invoice/v1/invoice_events_pb.ts';
import { localDate } from '../../../runtime/calendar.ts';
import { defineConsumer } from '../../../runtime/events/consumer.ts';
import { toInvoiceFacts, toPaymentFacts } from '../convert.ts';
import type { Deps } from '../deps.ts';
import { languageOf } from '../domain/language.ts';
import { writePaymentMail } from '../domain/write-mails.ts';
import { findMailSettings } from '../mail/find-mail-settings.ts';
import { orderMail, withdrawalOf } from '../mail/mail-order.ts';
import { required } from '../required.ts';

/** Queues the mail that thanks for a payment. Reminders that still wait of what is settled by it are not sent. */
export const onPaymentRecorded = defineConsumer({
  events: [PaymentRecordedSchema],
  async apply(deps: Deps, batch) {
    const time = deps.clock.now();
    const settingsOf = await findMailSettings(deps, batch);
    await deps.store.queueMails(
      batch.map((event) => {
        const invoice = required(event.message.invoice, 'invoice');
        const today = localDate(event.time, event.message.timeZone || 'UTC');
        const payment = required(event.message.payment, 'payment');
        const facts = toPaymentFacts(payment, today);
        const content = writePaymentMail(toInvoiceFacts(invoice), facts, languageOf(invoice.customer?.locale ?? ''));
        const withdrawal = withdrawalOf(invoice, 'paid');
        return orderMail(event, invoice, {
          kind: 'PAYMENT_RECEIVED',
          content,
          bccEmail: settingsOf(event).bccEmail,
          time,
          withdrawal,
          paymentId: payment.id,
        });
      }),
    );
  },
});
