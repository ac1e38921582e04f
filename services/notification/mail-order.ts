import type { MessageShape } from '@bufbuild/protobuf';
import type { InvoiceSchema } from '../../gen/numer/invoice/v1/invoice_pb.ts';
import type { EventEnvelope } from '../../runtime/events/event.ts';
import type { Kind } from './domain/decide-next.ts';
import type { Mail } from './domain/mail.ts';
import type { MailOrder } from './store/queue-mails.ts';

/** Why queued reminders of an invoice must not go out any more; shown to its owner. */
export const WITHDRAW_REASON = {
  paid: 'The invoice was paid before the mail could be sent.',
  settled: 'Nothing was due any more before the mail could be sent.',
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
    ...common(event, invoice, mail.time),
    kind: mail.kind,
    recipient: invoice.customer?.email ?? '',
    senderName: invoice.seller?.name ?? '',
    replyTo: invoice.seller?.email ?? '',
    subject: mail.content.subject,
    textBody: mail.content.text,
    htmlBody: mail.content.html,
    withdrawReason: mail.withdrawReason ?? null,
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
    ...common(event, invoice, time),
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

function common(event: EventEnvelope, invoice: MessageShape<typeof InvoiceSchema>, time: Date) {
  if (event.ownerId === undefined) throw new Error(`${event.type} has no owner`);
  return { eventId: event.id, ownerId: event.ownerId, invoiceId: invoice.id, requestId: event.requestId, time };
}

/** What a message holds in a field that its service always fills. */
export function required<Value>(value: Value | undefined, name: string): Value {
  if (value === undefined) throw new Error(`the event has no ${name}`);
  return value;
}
