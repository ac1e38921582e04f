import { InvoiceSentSchema } from '../../../gen/numer/invoice/v1/invoice_events_pb.ts';
import { localDate } from '../../../runtime/calendar.ts';
import { defineConsumer } from '../../../runtime/events/consumer.ts';
import { toInvoiceFacts } from '../convert.ts';
import type { Deps } from '../deps.ts';
import { languageOf } from '../domain/language.ts';
import { writeInvoiceMail } from '../domain/write-mails.ts';
import { findMailSettings } from '../mail/find-mail-settings.ts';
import { orderMail } from '../mail/mail-order.ts';
import { printedInvoice } from '../pdf/print.ts';
import { required } from '../required.ts';

/** Queues the mail that brings a sent invoice to its customer. */
export const onInvoiceSent = defineConsumer({
  events: [InvoiceSentSchema],
  async apply(deps: Deps, batch) {
    const time = deps.clock.now();
    const settingsOf = await findMailSettings(deps, batch);
    await deps.store.queueMails(
      batch.map((event) => {
        const { message, timeZone: givenZone } = event.message;
        const timeZone = givenZone || 'UTC';
        const invoice = required(event.message.invoice, 'invoice');
        const today = localDate(event.time, timeZone);
        const language = languageOf(invoice.customer?.locale ?? '');
        const content = writeInvoiceMail(toInvoiceFacts(invoice), today, language, message);
        const { attachPdf, bccEmail } = settingsOf(event);
        const printed = attachPdf ? printedInvoice(invoice, { today, timeZone }) : null;
        return orderMail(event, invoice, { kind: 'INVOICE_SENT', content, bccEmail, printed, time });
      }),
    );
  },
});
