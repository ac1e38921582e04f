import { daysBetween, type LocalDate } from '../../../runtime/calendar.ts';
import { formatAmount, formatDate, formatDecimal, formatIban, isIban, isZero } from './format.ts';
import type {
  CreditNoteFacts,
  DocumentFacts,
  InvoiceFacts,
  PartyFacts,
  PaymentFacts,
  QuoteFacts,
  ReminderFacts,
  SellerFacts,
  TotalsFacts,
} from './invoice-facts.ts';
import type { Language } from './language.ts';
import { creditedItemOf, lineItemOf } from './line-item.ts';
import { type Block, type Fact, type Mail, type MailDraft, toSubject } from './mail.ts';
import { renderHtml } from './render-html.ts';
import { renderText } from './render-text.ts';
import { TEXTS, type Texts } from './texts.ts';

/** The mail that brings an invoice to its customer: the invoice itself, line by line. */
export function writeInvoiceMail(invoice: InvoiceFacts, language: Language): Mail {
  const texts = TEXTS[language];
  const intro = [
    texts.invoice.intro(invoice.number, invoice.seller.name),
    ...(invoice.replacedNumber === '' ? [] : [texts.invoice.replaces(invoice.replacedNumber)]),
    demandOf(invoice, language),
  ];
  const identity = [
    ...identityOf(invoice, texts, language),
    ...supplyOf(invoice, texts, language),
    ...referencesOf(invoice, texts),
  ];
  return layOut({
    language,
    subject: texts.invoice.subject(invoice.number, invoice.seller.name),
    blocks: [
      paragraph(texts.greeting(invoice.customer.name)),
      paragraph(intro.join(' ')),
      ...contentOf(invoice, identity, language, [...instalmentsOf(invoice, language), ...paymentOf(invoice, texts)]),
    ],
  });
}

/** What is to be paid of an invoice, and until when. */
function demandOf({ dueMinor, dueDate, currency, instalments }: InvoiceFacts, language: Language): string {
  const texts = TEXTS[language].invoice;
  if (dueMinor === 0n) return texts.nothingToPay;
  const due = formatAmount(dueMinor, currency, language);
  return instalments.length > 0 ? texts.payInstalments(due) : texts.pay(due, formatDate(dueDate, language));
}

/** The instalments that are still to be paid, each with its day. */
function instalmentsOf(invoice: InvoiceFacts, language: Language): Block[] {
  const { unlessZero } = factsIn(invoice, language);
  const facts = invoice.instalments.flatMap(({ dueDate, dueMinor }) =>
    unlessZero(TEXTS[language].label.instalment(formatDate(dueDate, language)), dueMinor),
  );
  return facts.length === 0 ? [] : [{ kind: 'facts', facts }];
}

/** Where to pay, and what the transfer is to say; nothing when nothing is due, or the seller has not said where. */
function paymentOf({ number, dueMinor, seller }: InvoiceFacts, { label }: Texts): Block[] {
  if (dueMinor === 0n || seller.paymentAccount === undefined) return [];
  const { holder, identifier, bic } = seller.paymentAccount;
  const account = isIban(identifier)
    ? { label: label.iban, value: formatIban(identifier) }
    : { label: label.accountNumber, value: identifier };
  return [
    {
      kind: 'facts',
      facts: [
        { label: label.accountHolder, value: holder },
        account,
        ...(bic === '' ? [] : [{ label: label.bic, value: bic }]),
        { label: label.remittance, value: number },
      ],
    },
  ];
}

/** The mail that brings a quote to its customer: the quote itself, line by line. */
export function writeQuoteMail(quote: QuoteFacts, language: Language): Mail {
  const texts = TEXTS[language];
  const { label } = texts;
  const expireDate = quote.expireDate === undefined ? undefined : formatDate(quote.expireDate, language);
  const intro = [
    texts.quote.intro(quote.number, quote.seller.name),
    ...(expireDate === undefined ? [] : [texts.quote.validUntil(expireDate)]),
    texts.quote.accept,
  ];
  const identity = [
    { label: label.quoteNumber, value: quote.number },
    { label: label.issueDate, value: formatDate(quote.issueDate, language) },
    ...(expireDate === undefined ? [] : [{ label: label.expireDate, value: expireDate }]),
    ...referencesOf(quote, texts),
  ];
  return layOut({
    language,
    subject: texts.quote.subject(quote.number, quote.seller.name),
    blocks: [
      paragraph(texts.greeting(quote.customer.name)),
      paragraph(intro.join(' ')),
      ...contentOf(quote, identity, language),
    ],
  });
}

/** The mail that reminds a customer of an invoice. Of one in instalments it asks for those that are due by then. */
export function writeReminderMail(invoice: InvoiceFacts, { today, dueDate }: ReminderFacts, language: Language): Mail {
  const texts = TEXTS[language];
  const { fact, unlessZero } = factsIn(invoice, language);
  const days = daysBetween(today, dueDate);
  const { nowMinor, laterMinor } = duePartsOf(invoice, latest(dueDate, today));
  const what = texts.reminder.what(invoice.number, invoice.instalments.length > 0);
  const due = fact(texts.label.due, nowMinor);
  const later = unlessZero(texts.dueLater.label, laterMinor);
  const identity = [...identityOf({ ...invoice, dueDate }, texts, language), ...referencesOf(invoice, texts)];
  const intro = [
    texts.reminder.intro(what, formatDate(dueDate, language), days),
    texts.reminder.amount(due.value),
    ...later.map(({ value }) => texts.dueLater.sentence(value)),
  ];
  return layOut({
    language,
    subject: texts.reminder.subject(what, days),
    blocks: [
      paragraph(texts.greeting(invoice.customer.name)),
      paragraph(intro.join(' ')),
      { kind: 'facts', facts: [...identity, due, ...later] },
      ...paymentOf(invoice, texts),
      paragraph(texts.reminder.alreadyPaid),
      ...ending(invoice, texts),
    ],
  });
}

function latest(dueDate: LocalDate, today: LocalDate): LocalDate {
  return dueDate < today ? today : dueDate;
}

/** What of an invoice is to be paid by a day, and what later. */
function duePartsOf({ dueMinor, instalments }: InvoiceFacts, day: LocalDate) {
  const laterMinor = instalments.reduce((sum, each) => (each.dueDate > day ? sum + each.dueMinor : sum), 0n);
  return { nowMinor: dueMinor - laterMinor, laterMinor };
}

/** The mail that brings a credit note to its customer: line by line, and what becomes of the amount. */
export function writeCreditNoteMail(creditNote: CreditNoteFacts, language: Language): Mail {
  const texts = TEXTS[language];
  const { number, invoiceNumber, currency, appliedMinor, creditMinor } = creditNote;
  const invoiceIssueDate = formatDate(creditNote.invoiceIssueDate, language);
  const amount = (minor: bigint) => formatAmount(minor, currency, language);
  const uses = [
    ...(appliedMinor === 0n ? [] : [texts.creditNote.applied(amount(appliedMinor))]),
    ...(creditMinor === 0n ? [] : [texts.creditNote.credit(amount(creditMinor))]),
  ];
  return layOut({
    language,
    subject: texts.creditNote.subject(number, invoiceNumber),
    blocks: [
      paragraph(texts.greeting(creditNote.customer.name)),
      paragraph(
        [
          texts.creditNote.intro(number, invoiceNumber, invoiceIssueDate, amount(creditNote.payableMinor)),
          ...uses,
        ].join(' '),
      ),
      paragraph(creditNote.reason),
      {
        kind: 'facts',
        facts: [
          { label: texts.label.creditNoteNumber, value: number },
          { label: texts.label.issueDate, value: formatDate(creditNote.issueDate, language) },
          { label: texts.label.number, value: invoiceNumber },
          customerOf(creditNote, texts),
        ],
      },
      { kind: 'items', items: creditNote.lines.map((line) => creditedItemOf(line, currency, language)) },
      {
        kind: 'facts',
        facts: [
          ...totalsOf(creditNote, texts, language),
          ...(creditNote.payableMinor === creditNote.totalMinor
            ? []
            : [{ label: texts.label.credit, value: amount(creditNote.payableMinor) }]),
        ],
      },
      ...exemptionsOf(creditNote, language),
      ...ending(creditNote, texts),
    ],
  });
}

/** The mail that tells a customer that a payment arrived, and what is left to pay. */
export function writePaymentMail(invoice: InvoiceFacts, payment: PaymentFacts, language: Language): Mail {
  const texts = TEXTS[language];
  const paid = formatAmount(payment.amountMinor, invoice.currency, language);
  const { fact, unlessZero } = factsIn(invoice, language);
  const credit = unlessZero('', payment.excessMinor).map(({ value }) => texts.payment.credit(value));
  const { nowMinor, laterMinor } = duePartsOf(
    { ...invoice, dueMinor: payment.leftMinor },
    latest(invoice.dueDate, payment.today),
  );
  const left = [
    texts.payment.left(fact(texts.label.due, nowMinor).value, formatDate(invoice.dueDate, language)),
    ...unlessZero(texts.dueLater.label, laterMinor).map(({ value }) => texts.dueLater.sentence(value)),
  ];
  return layOut({
    language,
    subject: texts.payment.subject(invoice.number),
    blocks: [
      paragraph(texts.greeting(invoice.customer.name)),
      paragraph(texts.payment.intro(invoice.number, paid, formatDate(payment.paymentDate, language))),
      paragraph([...credit, ...(payment.leftMinor === 0n ? [texts.payment.paidInFull] : left)].join(' ')),
      ...paymentOf({ ...invoice, dueMinor: payment.leftMinor }, texts),
      ...ending(invoice, texts),
    ],
  });
}

function layOut(draft: MailDraft): Mail {
  const titled = { ...draft, subject: toSubject(draft.subject) };
  return { subject: titled.subject, text: renderText(titled), html: renderHtml(titled) };
}

/** A document itself: what it is, its lines, its sums, how it is to be paid, and what is said below. */
function contentOf(
  document: DocumentFacts,
  identity: readonly Fact[],
  language: Language,
  payment: readonly Block[] = [],
): Block[] {
  const texts = TEXTS[language];
  return [
    { kind: 'facts', facts: [...identity, customerOf(document, texts)] },
    { kind: 'items', items: document.lines.map((line) => lineItemOf(line, document.currency, language)) },
    { kind: 'facts', facts: [...totalsOf(document, texts, language), ...settlementOf(document, texts, language)] },
    ...payment,
    ...exemptionsOf(document, language),
    ...(document.memo.trim() === '' ? [] : [paragraph(document.memo)]),
    ...ending(document, texts),
  ];
}

function paragraph(text: string): Block {
  return { kind: 'paragraph', text };
}

function identityOf(invoice: InvoiceFacts, texts: Texts, language: Language): Fact[] {
  return [
    { label: texts.label.number, value: invoice.number },
    { label: texts.label.issueDate, value: formatDate(invoice.issueDate, language) },
    { label: texts.label.dueDate, value: formatDate(invoice.dueDate, language) },
  ];
}

/** When it was supplied, as far as the invoice says it. */
function supplyOf(invoice: InvoiceFacts, texts: Texts, language: Language): Fact[] {
  const day = (date: LocalDate | '') => (date === '' ? '' : formatDate(date, language));
  const [start, end] = [day(invoice.periodStartDate), day(invoice.periodEndDate)];
  return [
    { label: texts.label.deliveryDate, value: day(invoice.deliveryDate) },
    { label: texts.label.period, value: start === end ? start : texts.period(start, end) },
  ].filter(({ value }) => value !== '');
}

/** What the customer knows a document by. */
function referencesOf({ buyerReference, purchaseOrderReference }: DocumentFacts, { label }: Texts): Fact[] {
  return [
    { label: label.buyerReference, value: buyerReference },
    { label: label.purchaseOrderReference, value: purchaseOrderReference },
  ].filter(({ value }) => value !== '');
}

/** Whom a document is for, with all that the law wants to be on it. */
function customerOf({ customer }: { readonly customer: PartyFacts }, { label }: Texts): Fact {
  const { name, addressLines, taxId } = customer;
  const parts = [name, ...addressLines, ...(taxId === '' ? [] : [`${label.taxId(taxId)}: ${taxId}`])];
  return { label: label.customer, value: parts.join(', ') };
}

/** The total and all that makes it up, and what lies between it and what is to be paid. */
function totalsOf(totals: TotalsFacts, texts: Texts, language: Language): Fact[] {
  const { label } = texts;
  const { fact, unlessZero } = factsIn(totals, language);
  const percent = (value: string) => formatDecimal(value, language);
  const amount = (minor: bigint) => formatAmount(minor, totals.currency, language);
  return [
    fact(label.subtotal, totals.subtotalMinor),
    ...unlessZero(label.discount, -totals.discountMinor),
    ...totals.allowances.flatMap(({ reason, netMinor }) => unlessZero(reason || label.allowance, -netMinor)),
    ...totals.charges.flatMap(({ reason, netMinor }) => unlessZero(reason || label.charge, netMinor)),
    ...totals.taxes
      .filter(
        ({ taxPercent, exemption }) => !isZero(taxPercent) || (totals.taxes.length > 1 && exemption === undefined),
      )
      .map(({ name, taxPercent, netMinor, taxMinor }) =>
        fact(label.tax(name, percent(taxPercent), amount(netMinor)), taxMinor),
      ),
    fact(label.total, totals.totalMinor),
    ...totals.retainedTaxes.map(({ name, taxPercent, netMinor, taxMinor }) =>
      fact(label.retainedTax(name, percent(taxPercent), amount(netMinor)), -taxMinor),
    ),
    ...unlessZero(label.rounding, totals.roundingMinor),
  ];
}

/** Why no tax is charged, each reason once; and on what, when that is not all. */
function exemptionsOf({ taxes, currency }: TotalsFacts, language: Language): Block[] {
  const reasons = taxes.flatMap(({ exemption, exemptionReason = '', netMinor }) => {
    if (exemption === undefined) return [];
    const reason = [TEXTS[language].exemption[exemption], exemptionReason].filter(Boolean).join(': ');
    return [taxes.length === 1 ? reason : `${reason} (${formatAmount(netMinor, currency, language)})`];
  });
  return reasons.length === 0 ? [] : [paragraph([...new Set(reasons)].join('\n'))];
}

/** What was taken off the total of an invoice, and what is due. */
function settlementOf(invoice: DocumentFacts, texts: Texts, language: Language): Fact[] {
  const { label } = texts;
  const { fact, unlessZero } = factsIn(invoice, language);
  return [
    ...unlessZero(label.prepaid, -invoice.prepaidMinor),
    ...unlessZero(label.paid, -invoice.paidMinor),
    ...unlessZero(label.credited, -invoice.creditedMinor),
    ...(invoice.dueMinor === invoice.totalMinor ? [] : [fact(label.due, invoice.dueMinor)]),
  ];
}

function factsIn({ currency }: TotalsFacts, language: Language) {
  const fact = (label: string, minor: bigint): Fact => ({ label, value: formatAmount(minor, currency, language) });
  return { fact, unlessZero: (label: string, minor: bigint) => (minor === 0n ? [] : [fact(label, minor)]) };
}

function ending({ seller }: { readonly seller: SellerFacts }, texts: Texts): Block[] {
  const lines = [
    seller.name,
    ...seller.addressLines,
    seller.email,
    seller.taxId === '' ? '' : `${texts.label.taxId(seller.taxId)}: ${seller.taxId}`,
  ];
  return [
    paragraph(`${texts.closing}\n${seller.name}`),
    { kind: 'footer', text: lines.filter((line) => line !== '').join('\n') },
  ];
}
