import { create, type MessageInitShape, type MessageShape } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import type { CreditNoteSchema } from '../../gen/numer/invoice/v1/credit_note_pb.ts';
import type { GetCustomerStatementResponse } from '../../gen/numer/invoice/v1/customer_ledger_service_pb.ts';
import { type StatementEntry, StatementEntry_Type } from '../../gen/numer/invoice/v1/customer_statement_pb.ts';
import type { InvoiceSchema, PartySchema, TaxTotalSchema } from '../../gen/numer/invoice/v1/invoice_pb.ts';
import type { PaymentSchema } from '../../gen/numer/invoice/v1/payment_pb.ts';
import type { QuoteSchema } from '../../gen/numer/invoice/v1/quote_pb.ts';
import { Tax_Category } from '../../gen/numer/invoice/v1/tax_pb.ts';
import { type DocumentLink, DocumentLinkSchema } from '../../gen/numer/notification/v1/document_link_pb.ts';
import { type MailSettings, MailSettingsSchema } from '../../gen/numer/notification/v1/mail_settings_pb.ts';
import {
  type Notification,
  Notification_Kind,
  Notification_Role,
  Notification_State,
  NotificationSchema,
} from '../../gen/numer/notification/v1/notification_pb.ts';
import type { LocalDate } from '../../runtime/calendar.ts';
import { etagOf } from '../../runtime/call/call.ts';
import { type Currency, findCurrency } from '../../runtime/currency.ts';
import type {
  CreditNoteFacts,
  DocumentFacts,
  Exemption,
  InvoiceFacts,
  PartyFacts,
  PaymentAccountFacts,
  PaymentFacts,
  QuoteFacts,
  SellerFacts,
  TaxFacts,
} from './domain/invoice-facts.ts';
import type {
  BalanceFacts,
  StatementEntryFacts,
  StatementEntryType,
  StatementFacts,
} from './domain/statement-facts.ts';
import type { DocumentLinkRow } from './store/document-links.ts';
import type { MailSettingsRow } from './store/mail-settings.ts';
import type { ResentMail } from './store/queue-resend.ts';
import type { ShownRow } from './store/schema.ts';

/** The message for a row. */
export function toNotification(row: ShownRow): MessageInitShape<typeof NotificationSchema> {
  return {
    id: row.id,
    kind: Notification_Kind[row.kind],
    invoiceId: row.invoiceId ?? '',
    quoteId: row.quoteId ?? '',
    creditNoteId: row.creditNoteId ?? '',
    recipient: row.recipient,
    subject: row.subject,
    state: Notification_State[row.state],
    attempts: row.attempts,
    error: row.error,
    createTime: timestampFromDate(row.createTime),
    ...(row.nextAttemptTime === null ? {} : { nextAttemptTime: timestampFromDate(row.nextAttemptTime) }),
    ...(row.sendTime === null ? {} : { sendTime: timestampFromDate(row.sendTime) }),
    pdfAttached: row.pdfAttached,
    ...(row.deliverTime === null ? {} : { deliverTime: timestampFromDate(row.deliverTime) }),
    ...(row.delayTime === null ? {} : { delayTime: timestampFromDate(row.delayTime) }),
    ...(row.bounceTime === null ? {} : { bounceTime: timestampFromDate(row.bounceTime) }),
    statusCode: row.statusCode,
    role: Notification_Role[row.role],
    copyOf: row.copyOf ?? '',
    copies: row.copies.map(({ id, recipient, role, state }) => ({
      notificationId: id,
      recipient,
      role: Notification_Role[role],
      state: Notification_State[state],
    })),
  };
}

/** The message for a mail that is about to be queued, to be sent at once. */
export function toQueuedNotification(mail: ResentMail): Notification {
  const unsent = { sendTime: null, pdfAttached: false, deliverTime: null, delayTime: null, bounceTime: null };
  const queued = { state: 'QUEUED', attempts: 0, error: '', nextAttemptTime: mail.createTime, statusCode: '' } as const;
  const copies = mail.copies.map((copy) => ({ ...copy, state: queued.state }));
  return create(
    NotificationSchema,
    toNotification({ ...mail, ...queued, ...unsent, role: 'TO', copyOf: null, copies }),
  );
}

/** Whether account holders get notices, unless they say otherwise. */
export const ACCOUNT_NOTICES_DEFAULT = true;

/** The mail settings as their owner sees them. An account without a row has the default ones. */
export function toMailSettings(row: MailSettingsRow | undefined): MailSettings {
  return create(MailSettingsSchema, {
    attachPdf: row?.attachPdf ?? false,
    bccEmail: row?.bccEmail ?? '',
    accountNotices: row?.accountNotices ?? ACCOUNT_NOTICES_DEFAULT,
    ...(row === undefined ? {} : { updateTime: timestampFromDate(row.updateTime) }),
    etag: etagOf(row?.version ?? 0n),
  });
}

/** The link of a document as its owner sees it. It has a row once it was rotated or revoked. */
export function toDocumentLink(row: DocumentLinkRow | undefined, url: string): DocumentLink {
  return create(DocumentLinkSchema, {
    url,
    revoked: row?.revoked ?? false,
    ...(row === undefined ? {} : { updateTime: timestampFromDate(row.updateTime) }),
    etag: etagOf(row?.version ?? 0n),
  });
}

/** What customers are told about an invoice. Throws when its currency is unknown, which is so for no invoice of this system. */
export function toInvoiceFacts(invoice: MessageShape<typeof InvoiceSchema>): InvoiceFacts {
  return {
    ...documentFacts(invoice, invoice),
    dueDate: invoice.nextDueDate || invoice.dueDate,
    deliveryDate: invoice.deliveryDate,
    periodStartDate: invoice.periodStartDate,
    periodEndDate: invoice.periodEndDate,
    replacedNumber: invoice.revisesInvoiceNumber,
    instalments: invoice.instalments,
    earlyDiscount: invoice.earlyPaymentDiscount,
  };
}

/** What customers are told about a quote. Throws when it holds no invoice or its currency is unknown, as in no quote of this system. */
export function toQuoteFacts(quote: MessageShape<typeof QuoteSchema>): QuoteFacts {
  if (quote.invoice === undefined) throw new Error(`quote ${quote.id} holds no invoice`);
  return { ...documentFacts(quote, quote.invoice), expireDate: quote.expireDate === '' ? undefined : quote.expireDate };
}

/** `head` says what the document is and whose; `body` has the amounts. */
function documentFacts(
  head: MessageShape<typeof InvoiceSchema> | MessageShape<typeof QuoteSchema>,
  body: MessageShape<typeof InvoiceSchema>,
): DocumentFacts {
  return {
    number: head.number,
    issueDate: head.issueDate,
    buyerReference: body.buyerReference,
    purchaseOrderReference: body.purchaseOrderReference,
    currency: currencyOf(body.currencyCode),
    lines: body.lines,
    subtotalMinor: body.subtotalMinor,
    discountMinor: body.discountMinor,
    allowances: body.allowances,
    charges: body.charges,
    taxes: body.taxes.map(toTaxFacts),
    totalMinor: body.totalMinor,
    retainedTaxes: body.retainedTaxes,
    roundingMinor: body.roundingMinor,
    prepaidMinor: body.prepaidMinor,
    paidMinor: body.paidMinor,
    creditedMinor: body.creditedMinor - body.writtenOffMinor,
    earlyDiscountMinor: body.earlyPaymentDiscount?.grantedMinor ?? 0n,
    writtenOffMinor: body.writtenOffMinor - (body.earlyPaymentDiscount?.grantedMinor ?? 0n),
    dueMinor: body.dueMinor,
    memo: body.memo,
    seller: toSellerFacts(head.seller),
    customer: toPartyFacts(head.customer),
  };
}

/** What customers are told about a credit note. Throws when its currency is unknown, which is so for no credit note of this system. */
export function toCreditNoteFacts(creditNote: MessageShape<typeof CreditNoteSchema>): CreditNoteFacts {
  return {
    ...creditNote,
    taxes: creditNote.taxes.map(toTaxFacts),
    currency: currencyOf(creditNote.currencyCode),
    seller: toSellerFacts(creditNote.seller),
    customer: toPartyFacts(creditNote.customer),
  };
}

const EXEMPTIONS: ReadonlyMap<Tax_Category, Exemption> = new Map([
  [Tax_Category.EXEMPT, 'EXEMPT'],
  [Tax_Category.REVERSE_CHARGE, 'REVERSE_CHARGE'],
  [Tax_Category.INTRA_COMMUNITY, 'INTRA_COMMUNITY'],
  [Tax_Category.EXPORT, 'EXPORT'],
  [Tax_Category.OUTSIDE_SCOPE, 'OUTSIDE_SCOPE'],
]);

function toTaxFacts(tax: MessageShape<typeof TaxTotalSchema>): TaxFacts {
  const { name, taxPercent, netMinor, taxMinor, exemptionReason, exemptionCode, category } = tax;
  const exemption = EXEMPTIONS.get(category);
  // For the other categories, the code says no more than the category itself.
  const reason = exemptionReason === '' && exemption === 'EXEMPT' ? exemptionCode : exemptionReason;
  return { name, taxPercent, netMinor, taxMinor, exemption, exemptionReason: reason };
}

function currencyOf(code: string): Currency {
  const currency = findCurrency(code);
  if (currency === undefined) throw new Error(`there is no currency ${code}`);
  return currency;
}

/** What customers are told about a seller. */
export function toSellerFacts(seller: MessageShape<typeof PartySchema> | undefined): SellerFacts {
  const { name = '', email = '', contact, taxRegistration = '' } = seller ?? {};
  const contactName = contact?.name ?? '';
  return {
    ...toPartyFacts(seller),
    contactName: contactName === name ? '' : contactName,
    phone: contact?.phone ?? '',
    email: contact?.email || email,
    taxRegistration,
    paymentAccount: toPaymentAccountFacts(seller),
  };
}

function toPaymentAccountFacts(seller: MessageShape<typeof PartySchema> | undefined): PaymentAccountFacts | undefined {
  if (seller?.paymentAccount === undefined) return undefined;
  const { accountName, accountIdentifier, bic } = seller.paymentAccount;
  return { holder: accountName || seller.name, identifier: accountIdentifier, bic };
}

/** What customers are told about a party. */
export function toPartyFacts(party: MessageShape<typeof PartySchema> | undefined): PartyFacts {
  return {
    name: party?.name ?? '',
    taxId: party?.taxId ?? '',
    registration: party?.legalRegistration?.identifier ?? '',
    addressLines: addressLinesOf(party),
    countryCode: party?.address?.countryCode ?? '',
  };
}

/** What a customer is told about the account, from the pages of the statement put together. */
export function toStatementFacts({
  entries,
  openingBalances,
  closingBalances,
}: Pick<GetCustomerStatementResponse, 'entries' | 'openingBalances' | 'closingBalances'>): Pick<
  StatementFacts,
  'entries' | 'openingBalances' | 'closingBalances'
> {
  return {
    openingBalances: openingBalances.map(toBalanceFacts),
    entries: entries.map(toStatementEntryFacts),
    closingBalances: closingBalances.map(toBalanceFacts),
  };
}

const ENTRY_TYPES: ReadonlyMap<StatementEntry_Type, StatementEntryType> = new Map([
  [StatementEntry_Type.INVOICE, 'INVOICE'],
  [StatementEntry_Type.VOID, 'VOID'],
  [StatementEntry_Type.PAYMENT, 'PAYMENT'],
  [StatementEntry_Type.CREDIT_APPLIED, 'CREDIT_APPLIED'],
  [StatementEntry_Type.CREDIT_NOTE, 'CREDIT_NOTE'],
  [StatementEntry_Type.WRITE_OFF, 'WRITE_OFF'],
  [StatementEntry_Type.EARLY_PAYMENT_DISCOUNT, 'EARLY_PAYMENT_DISCOUNT'],
  [StatementEntry_Type.REVERSAL, 'REVERSAL'],
  [StatementEntry_Type.DEPOSIT, 'DEPOSIT'],
  [StatementEntry_Type.REFUND, 'REFUND'],
]);

function toStatementEntryFacts(entry: StatementEntry): StatementEntryFacts {
  const { type, entryDate, amountMinor, invoiceNumber, dueDate, creditNoteNumber, method, reference } = entry;
  const known = ENTRY_TYPES.get(type);
  if (known === undefined) throw new Error(`there is no type ${type} of entries`);
  return {
    ...toBalanceFacts(entry),
    type: known,
    entryDate,
    amountMinor,
    invoiceNumber,
    dueDate,
    creditNoteNumber,
    method,
    reference,
  };
}

function toBalanceFacts({
  currencyCode,
  balanceMinor,
}: Pick<StatementEntry, 'currencyCode' | 'balanceMinor'>): BalanceFacts {
  return { currency: currencyOf(currencyCode), balanceMinor };
}

/** What customers are told about a payment that was recorded `today`. */
export function toPaymentFacts(payment: MessageShape<typeof PaymentSchema>, today: LocalDate): PaymentFacts {
  return {
    today,
    amountMinor: payment.amountMinor,
    paymentDate: payment.paymentDate,
    excessMinor: payment.excessMinor,
    leftMinor: payment.invoiceDueMinor,
  };
}

function addressLinesOf(party: MessageShape<typeof PartySchema> | undefined): string[] {
  const address = party?.address;
  if (address === undefined) return [];
  const { line1, line2, postalCode, city, region } = address;
  return [line1, line2, `${postalCode} ${city}`.trim(), region].filter((line) => line !== '');
}
