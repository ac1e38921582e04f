import { daysBetween, type LocalDate } from '../../../runtime/calendar.ts';
import {
  creditedItemsOf,
  creditedSumsOf,
  creditNoteIdentityOf,
  customerLinesOf,
  demandOf,
  earlyDemandOf,
  exemptionsOf,
  factsIn,
  instalmentsOf,
  invoiceIdentityOf,
  itemsOf,
  type Parties,
  paragraph,
  paragraphsOf,
  paymentOf,
  quoteIdentityOf,
  remindedIdentityOf,
  sellerLinesOf,
  sumsOf,
} from './document-parts.ts';
import { formatAmount, formatDate } from './format.ts';
import type {
  CreditNoteFacts,
  DocumentFacts,
  InvoiceFacts,
  PaymentFacts,
  QuoteFacts,
  ReminderFacts,
} from './invoice-facts.ts';
import type { Language } from './language.ts';
import { layOut, layOutLinked } from './lay-out.ts';
import type { Block, Fact, Mail } from './mail.ts';
import { TEXTS } from './texts.ts';

/**
 * The mail that brings an invoice to its customer on the day `today`: the invoice itself, line by line, below what the seller says in
 * `message`.
 */
export function writeInvoiceMail(invoice: InvoiceFacts, today: LocalDate, language: Language, message = ''): Mail {
  const texts = TEXTS[language];
  const intro = [
    texts.invoice.intro(invoice.number, invoice.seller.name),
    ...(invoice.replacedNumber === '' ? [] : [texts.invoice.replaces(invoice.replacedNumber)]),
    demandOf(invoice, today, language),
  ];
  const payment = [...instalmentsOf(invoice, language), ...paymentOf(invoice, language)];
  return layOutLinked({
    language,
    subject: texts.invoice.subject(invoice.number, invoice.seller.name),
    opening: [
      paragraph(texts.greeting(invoice.customer.name)),
      ...paragraphsOf(message.trim()),
      paragraph(intro.join(' ')),
    ],
    linkLabel: texts.online.seeInvoice,
    content: contentOf(invoice, invoiceIdentityOf(invoice, language), language, payment),
  });
}

/** The mail that brings a quote to its customer: the quote itself, line by line, below what the seller says in `message`. */
export function writeQuoteMail(quote: QuoteFacts, language: Language, message = ''): Mail {
  const texts = TEXTS[language];
  const expireDate = quote.expireDate === undefined ? undefined : formatDate(quote.expireDate, language);
  const intro = [
    texts.quote.intro(quote.number, quote.seller.name),
    ...(expireDate === undefined ? [] : [texts.quote.validUntil(expireDate)]),
  ];
  return layOutLinked({
    language,
    subject: texts.quote.subject(quote.number, quote.seller.name),
    opening: [
      paragraph(texts.greeting(quote.customer.name)),
      ...paragraphsOf(message.trim()),
      paragraph(intro.join(' ')),
    ],
    linkLabel: texts.online.seeQuote,
    unlinked: [paragraph(texts.quote.accept)], // with a link, the quote is accepted on its page
    content: contentOf(quote, quoteIdentityOf(quote, language), language),
  });
}

/** The mail that reminds a customer of an invoice. For an invoice in instalments, it asks for those that are due by then. */
export function writeReminderMail(invoice: InvoiceFacts, { today, dueDate }: ReminderFacts, language: Language): Mail {
  const texts = TEXTS[language];
  const { fact, unlessZero } = factsIn(invoice, language);
  const days = daysBetween(today, dueDate);
  const { nowMinor, laterMinor } = duePartsOf(invoice, latest(dueDate, today));
  const what = texts.reminder.what(invoice.number, invoice.instalments.length > 0);
  const due = fact(texts.label.due, nowMinor);
  const later = unlessZero(texts.dueLater.label, laterMinor);
  const identity = remindedIdentityOf({ ...invoice, dueDate }, language);
  const intro = [
    texts.reminder.intro(what, formatDate(dueDate, language), days),
    texts.reminder.amount(due.value),
    ...later.map(({ value }) => texts.dueLater.sentence(value)),
    ...earlyDemandOf(invoice, today, language),
  ];
  return layOutLinked({
    language,
    subject: texts.reminder.subject(what, days),
    opening: [paragraph(texts.greeting(invoice.customer.name)), paragraph(intro.join(' '))],
    linkLabel: texts.online.seeInvoice,
    content: [
      { kind: 'facts', facts: [...identity, due, ...later] },
      ...paymentOf(invoice, language),
      paragraph(texts.reminder.alreadyPaid),
      ...ending(invoice, language),
    ],
  });
}

function latest(dueDate: LocalDate, today: LocalDate): LocalDate {
  return dueDate < today ? today : dueDate;
}

/** How much of an invoice is to be paid by a day, and how much later. */
function duePartsOf({ dueMinor, instalments }: InvoiceFacts, day: LocalDate) {
  const laterMinor = instalments.reduce((sum, each) => (each.dueDate > day ? sum + each.dueMinor : sum), 0n);
  return { nowMinor: dueMinor - laterMinor, laterMinor };
}

/**
 * The mail that brings a credit note to its customer: line by line, and what becomes of the amount, below what the seller says in
 * `message`.
 */
export function writeCreditNoteMail(creditNote: CreditNoteFacts, language: Language, message = ''): Mail {
  const texts = TEXTS[language];
  const { number, invoiceNumber, currency, appliedMinor, creditMinor } = creditNote;
  const invoiceIssueDate = formatDate(creditNote.invoiceIssueDate, language);
  const amount = (minor: bigint) => formatAmount(minor, currency, language);
  const intro = [
    texts.creditNote.intro(number, invoiceNumber, invoiceIssueDate, amount(creditNote.payableMinor)),
    ...(appliedMinor === 0n ? [] : [texts.creditNote.applied(amount(appliedMinor))]),
    ...(creditMinor === 0n ? [] : [texts.creditNote.credit(amount(creditMinor))]),
  ];
  return layOutLinked({
    language,
    subject: texts.creditNote.subject(number, invoiceNumber),
    opening: [
      paragraph(texts.greeting(creditNote.customer.name)),
      ...paragraphsOf(message.trim()),
      paragraph(intro.join(' ')),
    ],
    linkLabel: texts.online.seeCreditNote,
    content: [
      paragraph(creditNote.reason),
      { kind: 'facts', facts: [...creditNoteIdentityOf(creditNote, language), customerOf(creditNote, language)] },
      { kind: 'items', items: creditedItemsOf(creditNote, language) },
      { kind: 'facts', facts: creditedSumsOf(creditNote, language) },
      ...exemptionsOf(creditNote, language),
      ...ending(creditNote, language),
    ],
  });
}

/** The mail that tells a customer that a payment arrived, and what is left to pay. */
export function writePaymentMail(invoice: InvoiceFacts, payment: PaymentFacts, language: Language): Mail {
  const texts = TEXTS[language];
  const paid = formatAmount(payment.amountMinor, invoice.currency, language);
  const credit = ifAny(payment.excessMinor, invoice, language, texts.payment.credit);
  const early = ifAny(invoice.earlyDiscountMinor, invoice, language, texts.payment.paidEarly);
  const settled = early.length === 0 ? [texts.payment.paidInFull] : early;
  const left = payment.leftMinor === 0n ? settled : leftOf(invoice, payment, language, texts.payment.left);
  return layOutLinked({
    language,
    subject: texts.payment.subject(invoice.number),
    opening: [
      paragraph(texts.greeting(invoice.customer.name)),
      paragraph(texts.payment.intro(invoice.number, paid, formatDate(payment.paymentDate, language))),
    ],
    linkLabel: texts.online.seeInvoice,
    content: [
      paragraph([...credit, ...left].join(' ')),
      ...paymentOf({ ...invoice, dueMinor: payment.leftMinor }, language),
      ...ending(invoice, language),
    ],
  });
}

/** The mail that tells a customer that a payment, which was confirmed before, was reversed, and what is to be paid now. */
export function writeReversalMail(invoice: InvoiceFacts, payment: PaymentFacts, language: Language): Mail {
  const texts = TEXTS[language];
  const paid = formatAmount(payment.amountMinor, invoice.currency, language);
  const credit = ifAny(payment.excessMinor, invoice, language, texts.reversal.creditGone);
  const due =
    payment.leftMinor === 0n ? [texts.invoice.nothingToPay] : leftOf(invoice, payment, language, texts.reversal.due);
  return layOut({
    language,
    subject: texts.reversal.subject(invoice.number),
    blocks: [
      paragraph(texts.greeting(invoice.customer.name)),
      paragraph(texts.reversal.intro(invoice.number, paid, formatDate(payment.paymentDate, language))),
      paragraph([...credit, ...due].join(' ')),
      ...paymentOf({ ...invoice, dueMinor: payment.leftMinor }, language),
      ...ending(invoice, language),
    ],
  });
}

/** A sentence about an amount of an invoice, unless that is 0. */
function ifAny(
  minor: bigint,
  { currency }: InvoiceFacts,
  language: Language,
  say: (amount: string) => string,
): string[] {
  return minor === 0n ? [] : [say(formatAmount(minor, currency, language))];
}

/** What is left to pay after a payment, in the words of `say`, and how much is due only later. */
function leftOf(
  invoice: InvoiceFacts,
  { leftMinor, today }: PaymentFacts,
  language: Language,
  say: (amount: string, dueDate: string) => string,
): string[] {
  const day = latest(invoice.dueDate, today);
  const { nowMinor, laterMinor } = duePartsOf({ ...invoice, dueMinor: leftMinor }, day);
  const now = formatAmount(nowMinor, invoice.currency, language);
  return [
    say(now, formatDate(invoice.dueDate, language)),
    ...ifAny(laterMinor, invoice, language, TEXTS[language].dueLater.sentence),
    ...earlyDemandOf({ ...invoice, dueMinor: leftMinor }, today, language),
  ];
}

/** The mail that tells a customer that an invoice is void. `replacingNumber` is that of the invoice that replaces it; empty for none. */
export function writeVoidMail(invoice: InvoiceFacts, replacingNumber: string, language: Language): Mail {
  const texts = TEXTS[language];
  const total = formatAmount(invoice.totalMinor, invoice.currency, language);
  const intro = [
    texts.voided.intro(invoice.number, formatDate(invoice.issueDate, language), total),
    texts.voided.nothingToPay,
    ...(replacingNumber === '' ? [] : [texts.voided.replacedBy(replacingNumber)]),
  ];
  return layOut({
    language,
    subject: texts.voided.subject(invoice.number),
    blocks: [
      paragraph(texts.greeting(invoice.customer.name)),
      paragraph(intro.join(' ')),
      paragraph(texts.voided.alreadyPaid),
      ...ending(invoice, language),
    ],
  });
}

/** A document itself: what it is, its lines, its sums, how it is to be paid, and what is said below. */
function contentOf(
  document: DocumentFacts,
  identity: readonly Fact[],
  language: Language,
  payment: readonly Block[] = [],
): Block[] {
  return [
    { kind: 'facts', facts: [...identity, customerOf(document, language)] },
    { kind: 'items', items: itemsOf(document, language) },
    { kind: 'facts', facts: sumsOf(document, language) },
    ...payment,
    ...exemptionsOf(document, language),
    ...paragraphsOf(document.memo),
    ...ending(document, language),
  ];
}

/** The customer of a document, in one line. */
function customerOf(parties: Parties, language: Language): Fact {
  return { label: TEXTS[language].label.customer, value: customerLinesOf(parties, language).join(', ') };
}

function ending(parties: Parties, language: Language): Block[] {
  return [
    paragraph(`${TEXTS[language].closing}\n${parties.seller.name}`),
    { kind: 'footer', text: sellerLinesOf(parties, language).join('\n') },
  ];
}
