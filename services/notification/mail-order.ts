import type { MessageShape } from '@bufbuild/protobuf';
import type { InvoiceSchema } from '../../gen/numer/invoice/v1/invoice_pb.ts';
import type { QuoteSchema } from '../../gen/numer/invoice/v1/quote_pb.ts';
import type { EventEnvelope } from '../../runtime/events/event.ts';
import type { Kind } from './domain/decide-next.ts';
import type { Mail } from './domain/mail.ts';
import type { MailOrder } from './store/queue-mails.ts';

/** Why queued reminders of an invoice must not go out any more; shown to its owner. */
export const WITHDRAW_REASON = {
  paid: 'The invoice was paid before the mail could be sent.',
  voided: 'The invoice was voided before the mail could be sent.',
  uncollectible: 'The invoice was given up on before the mail could be sent.',
} as const;

/** The order of a mail about an invoice to its customer. */
export function orderMail(
  event: EventEnvelope,
  invoice: MessageShape<typeof InvoiceSchema>,
  mail: { readonly kind: Kind; readonly content: Mail; readonly time: Date; readonly withdrawReason?: string },
): MailOrder {
  return {
    ...common(event, { invoiceId: invoice.id, quoteId: null }, mail.time),
    kind: mail.kind,
    ...letter(invoice, mail.content),
    withdrawReason: mail.withdrawReason ?? null,
  };
}

/** The order of the mail that brings a quote to its customer. */
export function orderQuoteMail(
  event: EventEnvelope,
  quote: MessageShape<typeof QuoteSchema>,
  content: Mail,
  time: Date,
): MailOrder {
  return {
    ...common(event, { invoiceId: null, quoteId: quote.id }, time),
    kind: 'QUOTE_SENT',
    ...letter(quote, content),
    withdrawReason: null,
  };
}

/** The order to keep queued reminders of an invoice from going out. */
export function orderWithdrawal(
  event: EventEnvelope,
  invoice: MessageShape<typeof InvoiceSchema>,
  withdrawReason: string,
  time: Date,
): MailOrder {
  return {
    ...common(event, { invoiceId: invoice.id, quoteId: null }, time),
    kind: null,
    recipient: null,
    senderName: null,
    replyTo: null,
    subject: null,
    textBody: null,
    htmlBody: null,
    withdrawReason,
  };
}

function common(event: EventEnvelope, about: Pick<MailOrder, 'invoiceId' | 'quoteId'>, time: Date) {
  if (event.ownerId === undefined) throw new Error(`${event.type} has no owner`);
  return { eventId: event.id, ownerId: event.ownerId, ...about, requestId: event.requestId, time };
}

function letter(
  { seller, customer }: MessageShape<typeof InvoiceSchema> | MessageShape<typeof QuoteSchema>,
  content: Mail,
) {
  return {
    recipient: customer?.email ?? '',
    senderName: seller?.name ?? '',
    replyTo: seller?.email ?? '',
    subject: content.subject,
    textBody: content.text,
    htmlBody: content.html,
  };
}

/** What a message holds in a field that its service always fills. */
export function required<Value>(value: Value | undefined, name: string): Value {
  if (value === undefined) throw new Error(`the event has no ${name}`);
  return value;
}
