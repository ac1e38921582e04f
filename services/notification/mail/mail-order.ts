import type { MessageShape } from '@bufbuild/protobuf';
import { Invoice_State, type InvoiceSchema, type Party } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import type { QuoteSchema } from '../../../gen/numer/invoice/v1/quote_pb.ts';
import { addDays, localInstant } from '../../../runtime/calendar.ts';
import { versionOf } from '../../../runtime/call/call.ts';
import type { EventEnvelope } from '../../../runtime/events/event.ts';
import { toSellerFacts } from '../convert.ts';
import type { Kind } from '../domain/decide-next.ts';
import type { Mail } from '../domain/mail.ts';
import type { MailLink } from '../domain/mail-link.ts';
import type { PrintedDocument } from '../domain/printed-document.ts';
import type { MailOrder } from '../store/queue-mails.ts';
import { copiesOf, visibleOf } from './mail-copies.ts';

/** Why queued mails of an invoice must not go out any more; shown to its owner. */
export const WITHDRAW_REASON = {
  paid: 'The invoice was paid before the mail could be sent.',
  settled: 'Nothing was due any more before the mail could be sent.',
  instalmentSettled: 'The instalment was settled before the mail could be sent.',
  voided: 'The invoice was voided before the mail could be sent.',
  uncollectible: 'The invoice was marked uncollectible before the mail could be sent.',
  reversed: 'The payment was reversed before the mail could be sent.',
} as const;

/** Why the queued mail of a quote must not go out any more. */
export const QUOTE_WITHDRAW_REASON = {
  accepted: 'The quote was accepted before the mail could be sent.',
  declined: 'The quote was declined before the mail could be sent.',
} as const;

/** Which queued mails of an invoice must not go out any more, and why. */
export type Withdrawal = Pick<MailOrder, 'withdrawReason' | 'dueBefore' | 'withdrawsInvoice'>;

/** An order that asks for nothing. */
const NOTHING = {
  kind: null,
  recipient: null,
  ccEmails: null,
  copies: null,
  senderName: null,
  replyTo: null,
  subject: null,
  textBody: null,
  htmlBody: null,
  printed: null,
  link: null,
  dueDate: null,
  expireTime: null,
  paymentId: null,
  creditNoteId: null,
  revisionId: null,
  withdrawReason: null,
  dueBefore: null,
  withdrawsInvoice: null,
} as const;

/** All reminders of an invoice, and mails that ask for its payment again, for a reason. The mail that brings the invoice goes out. */
export function ofAllReminders(withdrawReason: string): Withdrawal {
  return { withdrawReason, dueBefore: null, withdrawsInvoice: false };
}

/**
 * The reminders that a payment or credit has made pointless: all of them, for this reason, once nothing is due; otherwise those of
 * settled instalments. Undefined for none.
 */
export function withdrawalOf(
  invoice: MessageShape<typeof InvoiceSchema>,
  reason: 'paid' | 'settled',
): Withdrawal | undefined {
  if (invoice.state === Invoice_State.PAID) return ofAllReminders(WITHDRAW_REASON[reason]);
  if (invoice.instalments.length === 0) return undefined;
  return { ...ofAllReminders(WITHDRAW_REASON.instalmentSettled), dueBefore: invoice.nextDueDate };
}

/** The order of a mail about an invoice to its customer and those who get copies. */
export function orderMail(
  event: EventEnvelope,
  invoice: MessageShape<typeof InvoiceSchema>,
  {
    content,
    bccEmail,
    linked = { kind: 'INVOICE', documentId: invoice.id },
    time,
    ...facts
  }: Partial<Withdrawal> & {
    readonly kind: Kind;
    readonly content: Mail;
    /** Who gets a blind copy. Left out for a mail that takes back an earlier one, until it is known to be owed. */
    readonly bccEmail?: string;
    /** The document that goes with the mail. */
    readonly printed?: PrintedDocument | null;
    readonly time: Date;
    /** The due date that a reminder is about. */
    readonly dueDate?: string | null;
    /** When the mail is out of date. */
    readonly expireTime?: Date;
    /** The payment that the mail is about. */
    readonly paymentId?: string;
    /** The credit note that the mail brings. */
    readonly creditNoteId?: string;
    /** The invoice whose mail says the same. */
    readonly revisionId?: string | null;
    /** The document whose link the mail has, if it has one. Default: the invoice. */
    readonly linked?: Pick<MailLink, 'kind' | 'documentId'>;
  },
): MailOrder {
  return {
    ...NOTHING,
    ...common(event, aboutInvoice(invoice), time),
    ...letter(invoice, content, linked),
    ...copied(event, invoice, bccEmail),
    ...facts,
  };
}

/** The order of the mail that brings a quote to its customer and those who get copies. `timeZone` is that of the user, whose days count. */
export function orderQuoteMail(
  event: EventEnvelope,
  quote: MessageShape<typeof QuoteSchema>,
  mail: Pick<MailOrder, 'printed'> & {
    readonly content: Mail;
    readonly bccEmail: string;
    readonly timeZone: string;
    readonly time: Date;
  },
): MailOrder {
  return {
    ...NOTHING,
    ...common(event, aboutQuote(quote), mail.time),
    kind: 'QUOTE_SENT',
    ...letter(quote, mail.content, { kind: 'QUOTE', documentId: quote.id }),
    ...copied(event, quote, mail.bccEmail),
    printed: mail.printed,
    expireTime: expireTimeOf(quote, mail.timeZone),
  };
}

/** The order to keep queued reminders of an invoice from going out. */
export function orderWithdrawal(
  event: EventEnvelope,
  invoice: MessageShape<typeof InvoiceSchema>,
  withdrawal: Withdrawal,
  time: Date,
): MailOrder {
  return { ...NOTHING, ...common(event, aboutInvoice(invoice), time), ...withdrawal };
}

/** The order to keep the queued mail of a quote from going out. */
export function orderQuoteWithdrawal(
  event: EventEnvelope,
  quote: MessageShape<typeof QuoteSchema>,
  withdrawReason: string,
  time: Date,
): MailOrder {
  return { ...NOTHING, ...common(event, aboutQuote(quote), time), withdrawReason };
}

/** The order to let the queued mail of a quote wait for as long as the quote is valid. */
export function orderQuoteExpiry(
  event: EventEnvelope,
  quote: MessageShape<typeof QuoteSchema>,
  timeZone: string,
  time: Date,
): MailOrder {
  return { ...NOTHING, ...common(event, aboutQuote(quote), time), expireTime: expireTimeOf(quote, timeZone) };
}

/** The end of the last day on which a quote can be accepted; null when it does not expire. */
export function expireTimeOf({ expireDate }: MessageShape<typeof QuoteSchema>, timeZone: string): Date | null {
  const dayAfter = expireDate === '' ? undefined : addDays(expireDate, 1);
  return dayAfter === undefined ? null : localInstant(dayAfter, '00:00', timeZone || 'UTC');
}

/** The invoice that an order is about, in the version of the event. */
function aboutInvoice({ id, etag }: MessageShape<typeof InvoiceSchema>) {
  return { invoiceId: id, invoiceVersion: versionOf(etag) ?? null, quoteId: null };
}

function aboutQuote({ id }: MessageShape<typeof QuoteSchema>) {
  return { invoiceId: null, invoiceVersion: null, quoteId: id };
}

function common(event: EventEnvelope, about: Pick<MailOrder, 'invoiceId' | 'invoiceVersion' | 'quoteId'>, time: Date) {
  if (event.ownerId === undefined) throw new Error(`${event.type} has no owner`);
  return { eventId: event.id, ownerId: event.ownerId, ...about, requestId: event.requestId, time };
}

/** What the header of a mail needs from a document. */
interface Headed {
  readonly seller?: Party | undefined;
  readonly customer?: Party | undefined;
}

/** Who gets copies of a mail that an event asks for. */
function copied(event: EventEnvelope, { customer }: Headed, bccEmail = '') {
  const { email: recipient = '', ccEmails = [] } = customer ?? {};
  const copies = copiesOf(event.id, { recipient, ccEmails, bccEmail });
  return { copies, ccEmails: visibleOf(copies) };
}

/** The sender, the recipient and the content of a mail about a document. */
export function letter({ seller, customer }: Headed, content: Mail, linked: Pick<MailLink, 'kind' | 'documentId'>) {
  return {
    recipient: customer?.email ?? '',
    senderName: seller?.name ?? '',
    replyTo: toSellerFacts(seller).email, // the same as in the mail
    subject: content.subject,
    textBody: content.text,
    htmlBody: content.html,
    link: content.linkPlace === undefined ? null : { ...linked, ...content.linkPlace },
  };
}
