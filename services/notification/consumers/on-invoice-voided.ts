import { InvoiceVoidedSchema } from '../../../gen/numer/invoice/v1/invoice_events_pb.ts';
import { defineConsumer } from '../../../runtime/events/consumer.ts';
import { toInvoiceFacts } from '../convert.ts';
import type { Deps } from '../deps.ts';
import { languageOf } from '../domain/language.ts';
import { writeVoidMail } from '../domain/write-mails.ts';
import { orderMail, WITHDRAW_REASON } from '../mail/mail-order.ts';
import { required } from '../required.ts';

/**
 * Keeps the queued mail that was to bring a voided invoice, and queued reminders of it, from being sent. A customer who was mailed
 * before is told that the invoice is void; where a revision is mailed to the same address, the revision's mail says so.
 */
export const onInvoiceVoided = defineConsumer({
  events: [InvoiceVoidedSchema],
  async apply(deps: Deps, batch) {
    const time = deps.clock.now();
    await deps.store.queueMails(
      batch.map((event) => {
        const { revisionSent, revisedForOtherCustomer, revisedByInvoiceNumber } = event.message;
        const invoice = required(event.message.invoice, 'invoice');
        // A revision for another customer concerns nobody else, and one whose mail is not sent after all is nothing to wait for.
        const replacingNumber = revisionSent || revisedForOtherCustomer ? '' : revisedByInvoiceNumber;
        const content = writeVoidMail(
          toInvoiceFacts(invoice),
          replacingNumber,
          languageOf(invoice.customer?.locale ?? ''),
        );
        return orderMail(event, invoice, {
          kind: 'INVOICE_VOIDED',
          content,
          time,
          withdrawReason: WITHDRAW_REASON.voided,
          withdrawsInvoice: true,
          revisionId: revisionSent ? invoice.revisedByInvoiceId : null,
        });
      }),
    );
    // Decided at once, so that it is mailed before an invoice that is sent in its place.
    await deps.store.decideRetractions(time);
  },
});
