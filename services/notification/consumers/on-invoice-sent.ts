import { InvoiceSentSchema } from '../../../gen/numer/invoice/v1/invoice_events_pb.ts';
import { defineConsumer } from '../../../runtime/events/consumer.ts';
import { toInvoiceFacts } from '../convert.ts';
import type { Deps } from '../deps.ts';
import { languageOf } from '../domain/language.ts';
import { writeInvoiceMail } from '../domain/write-mails.ts';
import { orderMail, required } from '../mail-order.ts';

/** Queues the mail that brings a sent invoice to its customer. */
export const onInvoiceSent = defineConsumer({
  events: [InvoiceSentSchema],
  async apply(deps: Deps, batch) {
    const time = deps.clock.now();
    await deps.store.queueMails(
      batch.map((event) => {
        const invoice = required(event.message.invoice, 'invoice');
        const content = writeInvoiceMail(toInvoiceFacts(invoice), languageOf(invoice.customer?.locale ?? ''));
        return orderMail(event, invoice, { kind: 'INVOICE_SENT', content, time });
      }),
    );
  },
});
