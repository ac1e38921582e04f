import type { MessageInitShape, MessageShape } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import type { InvoiceSchema, PartySchema } from '../../gen/numer/invoice/v1/invoice_pb.ts';
import type { PaymentSchema } from '../../gen/numer/invoice/v1/payment_pb.ts';
import type { QuoteSchema } from '../../gen/numer/invoice/v1/quote_pb.ts';
import {
  Notification_Kind,
  Notification_State,
  type NotificationSchema,
} from '../../gen/numer/notification/v1/notification_pb.ts';
import { findCurrency } from '../../runtime/currency.ts';
import type { DocumentFacts, InvoiceFacts, PaymentFacts, QuoteFacts } from './domain/invoice-facts.ts';
import type { ShownRow } from './store/schema.ts';

/** The message for a row. */
export function toNotification(row: ShownRow): MessageInitShape<typeof NotificationSchema> {
  return {
    id: row.id,
    kind: Notification_Kind[row.kind],
    invoiceId: row.invoiceId ?? '',
    quoteId: row.quoteId ?? '',
    recipient: row.recipient,
    subject: row.subject,
    state: Notification_State[row.state],
    attempts: row.attempts,
    error: row.error,
    createTime: timestampFromDate(row.createTime),
    ...(row.nextAttemptTime === null ? {} : { nextAttemptTime: timestampFromDate(row.nextAttemptTime) }),
    ...(row.sendTime === null ? {} : { sendTime: timestampFromDate(row.sendTime) }),
  };
}

/** What mails tell of an invoice. Throws when its currency is unknown, which no invoice of this system has. */
export function toInvoiceFacts(invoice: MessageShape<typeof InvoiceSchema>): InvoiceFacts {
  return { ...documentFacts(invoice, invoice), dueDate: invoice.dueDate };
}

/** What mails tell of a quote. Throws when it holds no invoice, or its currency is unknown, which no quote of this system does. */
export function toQuoteFacts(quote: MessageShape<typeof QuoteSchema>): QuoteFacts {
  if (quote.invoice === undefined) throw new Error(`quote ${quote.id} holds no invoice`);
  return { ...documentFacts(quote, quote.invoice), expireDate: quote.expireDate === '' ? undefined : quote.expireDate };
}

/** `head` says what the document is and whose; `body` has the amounts. */
function documentFacts(
  head: MessageShape<typeof InvoiceSchema> | MessageShape<typeof QuoteSchema>,
  body: MessageShape<typeof InvoiceSchema>,
): DocumentFacts {
  const currency = findCurrency(body.currencyCode);
  if (currency === undefined) throw new Error(`document ${head.id} has no known currency`);
  return {
    number: head.number,
    issueDate: head.issueDate,
    currency,
    lines: body.lines,
    subtotalMinor: body.subtotalMinor,
    discountMinor: body.discountMinor,
    taxes: body.taxes,
    totalMinor: body.totalMinor,
    paidMinor: body.paidMinor,
    dueMinor: body.dueMinor,
    memo: body.memo,
    seller: {
      name: head.seller?.name ?? '',
      email: head.seller?.email ?? '',
      taxId: head.seller?.taxId ?? '',
      addressLines: addressLinesOf(head.seller),
    },
    customerName: head.customer?.name ?? '',
  };
}

/** What mails tell of a payment. */
export function toPaymentFacts(payment: MessageShape<typeof PaymentSchema>): PaymentFacts {
  return {
    amountMinor: payment.amountMinor,
    paymentDate: payment.paymentDate,
    leftMinor: payment.invoiceDueMinor,
  };
}

function addressLinesOf(party: MessageShape<typeof PartySchema> | undefined): string[] {
  const address = party?.address;
  if (address === undefined) return [];
  const { line1, line2, postalCode, city, region, countryCode } = address;
  return [line1, line2, `${postalCode} ${city}`.trim(), region, countryCode].filter((line) => line !== '');
}
