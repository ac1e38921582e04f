import { QuoteSentSchema } from '../../../gen/numer/invoice/v1/quote_events_pb.ts';
import { defineConsumer } from '../../../runtime/events/consumer.ts';
import { toQuoteFacts } from '../convert.ts';
import type { Deps } from '../deps.ts';
import { languageOf } from '../domain/language.ts';
import { writeQuoteMail } from '../domain/write-mails.ts';
import { findMailSettings } from '../mail/find-mail-settings.ts';
import { orderQuoteMail } from '../mail/mail-order.ts';
import { printedQuote } from '../pdf/print.ts';
import { required } from '../required.ts';

/** Queues the mail that brings a sent quote to its customer. */
export const onQuoteSent = defineConsumer({
  events: [QuoteSentSchema],
  async apply(deps: Deps, batch) {
    const time = deps.clock.now();
    const settingsOf = await findMailSettings(deps, batch);
    await deps.store.queueMails(
      batch.map((event) => {
        const { message, timeZone } = event.message;
        const quote = required(event.message.quote, 'quote');
        const content = writeQuoteMail(toQuoteFacts(quote), languageOf(quote.customer?.locale ?? ''), message);
        const { attachPdf, bccEmail } = settingsOf(event);
        const printed = attachPdf ? printedQuote(quote) : null;
        return orderQuoteMail(event, quote, { content, bccEmail, printed, timeZone, time });
      }),
    );
  },
});
