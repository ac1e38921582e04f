import {
  QuoteAcceptedSchema,
  QuoteDeclinedSchema,
  QuoteUpdatedSchema,
} from '../../../gen/numer/invoice/v1/quote_events_pb.ts';
import { defineConsumer } from '../../../runtime/events/consumer.ts';
import type { ReceivedEvent } from '../../../runtime/events/event.ts';
import type { Deps } from '../deps.ts';
import { orderAnswerNotice } from '../mail/account-mail-order.ts';
import { orderQuoteExpiry, orderQuoteWithdrawal, QUOTE_WITHDRAW_REASON } from '../mail/mail-order.ts';
import { required } from '../required.ts';
import type { AccountNoticeOrder } from '../store/queue-account-notices.ts';
import type { MailOrder } from '../store/queue-mails.ts';

const EVENTS = [QuoteUpdatedSchema, QuoteAcceptedSchema, QuoteDeclinedSchema] as const;

/**
 * Keeps the queued mail of a quote from being sent once the customer has answered, and lets it wait as long as the quote is
 * valid. Also tells the account holder of an answer that the customer gave on the quote's page.
 */
export const onQuoteChanged = defineConsumer({
  events: EVENTS,
  async apply(deps: Deps, batch) {
    const time = deps.clock.now();
    await deps.store.queueMails(batch.map((event) => orderOf(event, time)));
    await deps.store.queueAccountNotices(batch.flatMap((event) => noticeOf(event, time)));
  },
});

function orderOf(event: ReceivedEvent<(typeof EVENTS)[number]>, time: Date): MailOrder {
  const { message } = event;
  const quote = required(message.quote, 'quote');
  switch (message.$typeName) {
    case 'numer.invoice.v1.QuoteAccepted':
      return orderQuoteWithdrawal(event, quote, QUOTE_WITHDRAW_REASON.accepted, time);
    case 'numer.invoice.v1.QuoteDeclined':
      return orderQuoteWithdrawal(event, quote, QUOTE_WITHDRAW_REASON.declined, time);
    case 'numer.invoice.v1.QuoteUpdated':
      return orderQuoteExpiry(event, quote, message.timeZone, time);
  }
}

/** The answer of a customer; the account knows of those that it has recorded itself. */
function noticeOf(event: ReceivedEvent<(typeof EVENTS)[number]>, time: Date): AccountNoticeOrder[] {
  if (!event.actor.startsWith('customer:')) return [];
  switch (event.message.$typeName) {
    case 'numer.invoice.v1.QuoteAccepted':
      return [orderAnswerNotice(event, 'QUOTE_ACCEPTED', event.subject, time)];
    case 'numer.invoice.v1.QuoteDeclined':
      return [orderAnswerNotice(event, 'QUOTE_DECLINED', event.subject, time)];
    case 'numer.invoice.v1.QuoteUpdated':
      return [];
  }
}
