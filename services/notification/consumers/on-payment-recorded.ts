import { timestampDate } from '@bufbuild/protobuf/wkt';
import { type PaymentRecorded, PaymentRecordedSchema } from '../../../gen/numer/invoice/v1/invoice_events_pb.ts';
import { localDate } from '../../../runtime/calendar.ts';
import { defineConsumer } from '../../../runtime/events/consumer.ts';
import type { ReceivedEvent } from '../../../runtime/events/event.ts';
import { toInvoiceFacts, toPaymentFacts } from '../convert.ts';
import type { Deps } from '../deps.ts';
import { languageOf } from '../domain/language.ts';
import { writePaymentMail } from '../domain/write-mails.ts';
import { findMailSettings } from '../mail/find-mail-settings.ts';
import { orderMail, orderWithdrawal, withdrawalOf } from '../mail/mail-order.ts';
import { required } from '../required.ts';

/**
 * Queues the mail that thanks for a payment, unless the payment is from before its invoice was taken over from another system.
 * Queued reminders of what the payment settles are not sent.
 */
export const onPaymentRecorded = defineConsumer({
  events: [PaymentRecordedSchema],
  async apply(deps: Deps, batch) {
    const time = deps.clock.now();
    const settingsOf = await findMailSettings(deps, batch);
    await deps.store.queueMails(batch.flatMap((event) => orderOf(event, settingsOf(event).bccEmail, time)));
  },
});

function orderOf(event: ReceivedEvent<typeof PaymentRecordedSchema>, bccEmail: string, time: Date) {
  const invoice = required(event.message.invoice, 'invoice');
  const payment = required(event.message.payment, 'payment');
  const withdrawal = withdrawalOf(invoice, 'paid');
  if (isFromBefore(event.message)) {
    return withdrawal === undefined ? [] : [orderWithdrawal(event, invoice, withdrawal, time)];
  }
  const today = localDate(event.time, event.message.timeZone || 'UTC');
  const facts = toPaymentFacts(payment, today);
  const content = writePaymentMail(toInvoiceFacts(invoice), facts, languageOf(invoice.customer?.locale ?? ''));
  const mail = { kind: 'PAYMENT_RECEIVED', content, bccEmail, time, paymentId: payment.id } as const;
  return [orderMail(event, invoice, { ...mail, ...withdrawal })];
}

/** Whether the payment was made before the day on which its invoice, issued elsewhere, was recorded: the customer knows by now. */
function isFromBefore({ invoice, payment, timeZone }: PaymentRecorded): boolean {
  if (invoice?.openTime === undefined || payment === undefined || !invoice.issuedElsewhere) return false;
  return payment.paymentDate < localDate(timestampDate(invoice.openTime), timeZone || 'UTC');
}
