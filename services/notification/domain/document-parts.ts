import type { LocalDate } from '../../../runtime/calendar.ts';
import { formatAmount, formatCountry, formatDate, formatDecimal, formatIban, isIban } from './format.ts';
import type {
  CreditNoteFacts,
  DocumentFacts,
  InvoiceFacts,
  PartyFacts,
  QuoteFacts,
  SellerFacts,
  TotalsFacts,
} from './invoice-facts.ts';
import type { Language } from './language.ts';
import { creditedItemOf, lineItemOf } from './line-item.ts';
import type { Fact, FactList, Item, Paragraph } from './mail.ts';
import { TEXTS } from './texts.ts';

/** The parts that documents consist of, in mails and in print: customers read the same in both. */

/** A text by itself. */
export function paragraph(text: string): Paragraph {
  return { kind: 'paragraph', text };
}

/** Paragraphs of a text that somebody wrote; none when it is blank. */
export function paragraphsOf(text: string): Paragraph[] {
  return text.trim() === '' ? [] : [paragraph(text)];
}

/** The number and dates of an invoice, the date or period of supply, and the customer's references. */
export function invoiceIdentityOf(invoice: InvoiceFacts, language: Language): Fact[] {
  return [...numberAndDaysOf(invoice, language), ...supplyOf(invoice, language), ...referencesOf(invoice, language)];
}

/** What a reminder says about its invoice: its number and dates, and the customer's references. */
export function remindedIdentityOf(invoice: InvoiceFacts, language: Language): Fact[] {
  return [...numberAndDaysOf(invoice, language), ...referencesOf(invoice, language)];
}

function numberAndDaysOf({ number, issueDate, dueDate }: InvoiceFacts, language: Language): Fact[] {
  const { label } = TEXTS[language];
  return [
    { label: label.number, value: number },
    { label: label.issueDate, value: formatDate(issueDate, language) },
    { label: label.dueDate, value: formatDate(dueDate, language) },
  ];
}

/** The date or period of supply, as far as the invoice says it. */
export function supplyOf({ deliveryDate, periodStartDate, periodEndDate }: InvoiceFacts, language: Language): Fact[] {
  const { label } = TEXTS[language];
  return [
    { label: label.deliveryDate, value: deliveryDate === '' ? '' : formatDate(deliveryDate, language) },
    { label: label.period, value: periodOf(periodStartDate, periodEndDate, language) },
  ].filter(({ value }) => value !== '');
}

/** A period in words. Either day may be open; empty when both are. */
export function periodOf(startDate: LocalDate | '', endDate: LocalDate | '', language: Language): string {
  const day = (date: LocalDate | '') => (date === '' ? '' : formatDate(date, language));
  const [start, end] = [day(startDate), day(endDate)];
  return start === end ? start : TEXTS[language].period(start, end);
}

/** The customer's own references for a document. */
export function referencesOf({ buyerReference, purchaseOrderReference }: DocumentFacts, language: Language): Fact[] {
  const { label } = TEXTS[language];
  return [
    { label: label.buyerReference, value: buyerReference },
    { label: label.purchaseOrderReference, value: purchaseOrderReference },
  ].filter(({ value }) => value !== '');
}

/** The number and dates of a quote, and the customer's references. */
export function quoteIdentityOf(quote: QuoteFacts, language: Language): Fact[] {
  const { number, issueDate, expireDate } = quote;
  const { label } = TEXTS[language];
  return [
    { label: label.quoteNumber, value: number },
    ...(issueDate === '' ? [] : [{ label: label.issueDate, value: formatDate(issueDate, language) }]), // a draft has none
    ...(expireDate === undefined ? [] : [{ label: label.expireDate, value: formatDate(expireDate, language) }]),
    ...referencesOf(quote, language),
  ];
}

/** The number and date of a credit note, and the number of its invoice. */
export function creditNoteIdentityOf(
  { number, issueDate, invoiceNumber }: CreditNoteFacts,
  language: Language,
): Fact[] {
  const { label } = TEXTS[language];
  return [
    { label: label.creditNoteNumber, value: number },
    { label: label.issueDate, value: formatDate(issueDate, language) },
    { label: label.number, value: invoiceNumber },
  ];
}

/** Both parties of a document; a statement of a deleted customer has none. */
export interface Parties {
  readonly seller: SellerFacts;
  readonly customer: PartyFacts | undefined;
}

/** Who issues a document: the name, the address, and how to tell and reach them. */
export function sellerLinesOf({ seller, customer }: Parties, language: Language): string[] {
  const { name, contactName, phone, email, taxId, taxRegistration, registration } = seller;
  const { label } = TEXTS[language];
  return [
    name,
    ...addressOf(seller, customer, language),
    ...labelled(label.contact, contactName),
    ...labelled(label.phone, phone),
    email,
    ...labelled(label.taxId(taxId), taxId),
    // A phrase speaks for itself.
    ...(/\d/.test(taxRegistration) ? labelled(label.taxRegistration, taxRegistration) : [taxRegistration]),
    ...labelled(label.registration, registration),
  ].filter((line) => line !== '');
}

/** The name and the postal address of the customer. */
export function recipientOf({ seller, customer }: Parties, language: Language): string[] {
  return customer === undefined ? [] : [customer.name, ...addressOf(customer, seller, language)];
}

/** Whom a document is for, with all that the law wants to be on it. */
export function customerLinesOf(parties: Parties, language: Language): string[] {
  const { taxId = '', registration = '' } = parties.customer ?? {};
  const { label } = TEXTS[language];
  return [
    ...recipientOf(parties, language),
    ...labelled(label.taxId(taxId), taxId),
    ...labelled(label.registration, registration),
  ];
}

/** The postal address of a party, as the other one needs it: within one country it does not name that. */
function addressOf({ addressLines, countryCode }: PartyFacts, other: PartyFacts | undefined, language: Language) {
  const isAbroad = countryCode !== '' && countryCode !== other?.countryCode;
  return isAbroad ? [...addressLines, formatCountry(countryCode, language)] : addressLines;
}

function labelled(label: string, value: string): string[] {
  return value === '' ? [] : [`${label}: ${value}`];
}

/** What is to be paid on an invoice, and by when; or when it was due, if that is before `today`. Paper, which is of no day, has none. */
export function demandOf(invoice: InvoiceFacts, today: LocalDate | undefined, language: Language): string {
  const { dueMinor, dueDate, currency, instalments } = invoice;
  const texts = TEXTS[language].invoice;
  if (dueMinor === 0n) return texts.nothingToPay;
  const due = formatAmount(dueMinor, currency, language);
  if (instalments.length > 0) return texts.payInstalments(due);
  const isOverdue = today !== undefined && dueDate < today;
  const pay = (isOverdue ? texts.payOverdue : texts.pay)(due, formatDate(dueDate, language));
  return [pay, ...earlyDemandOf(invoice, today, language)].join(' ');
}

/**
 * What is to be paid until the last day of the early-payment discount; nothing when that is before `today`, or the discount changes
 * nothing any more.
 */
export function earlyDemandOf(
  { dueMinor, currency, earlyDiscount }: Pick<InvoiceFacts, 'dueMinor' | 'currency' | 'earlyDiscount'>,
  today: LocalDate | undefined,
  language: Language,
): string[] {
  if (earlyDiscount === undefined || earlyDiscount.dueMinor === 0n || earlyDiscount.dueMinor >= dueMinor) return [];
  const { dueMinor: earlyMinor, lastDate, percent } = earlyDiscount;
  if (today !== undefined && lastDate < today) return [];
  const amount = formatAmount(earlyMinor, currency, language);
  return [TEXTS[language].invoice.payEarly(amount, formatDate(lastDate, language), formatDecimal(percent, language))];
}

/** The instalments that are still to be paid, each with its due date. */
export function instalmentsOf(invoice: InvoiceFacts, language: Language): FactList[] {
  const { unlessZero } = factsIn(invoice, language);
  const facts = invoice.instalments.flatMap(({ dueDate, dueMinor }) =>
    unlessZero(TEXTS[language].label.instalment(formatDate(dueDate, language)), dueMinor),
  );
  return facts.length === 0 ? [] : [{ kind: 'facts', facts }];
}

/** Where to pay an invoice; nothing when nothing is due, or the seller has not said where. */
export function paymentOf({ number, dueMinor, seller }: InvoiceFacts, language: Language): FactList[] {
  return dueMinor === 0n ? [] : payTo(seller, number, language);
}

/** Where to pay, and the payment reference, which may be empty; nothing when the seller has not said where. */
export function payTo({ paymentAccount }: SellerFacts, remittance: string, language: Language): FactList[] {
  if (paymentAccount === undefined) return [];
  const { label } = TEXTS[language];
  const { holder, identifier, bic } = paymentAccount;
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
        ...(remittance === '' ? [] : [{ label: label.remittance, value: remittance }]), // a draft has none
      ],
    },
  ];
}

/** The lines of an invoice or a quote. */
export function itemsOf({ lines, currency }: DocumentFacts, language: Language): Item[] {
  return lines.map((line) => lineItemOf(line, currency, language));
}

/** The lines of a credit note. */
export function creditedItemsOf({ lines, currency }: CreditNoteFacts, language: Language): Item[] {
  return lines.map((line) => creditedItemOf(line, currency, language));
}

/** The totals of an invoice or a quote, and what is due. */
export function sumsOf(document: DocumentFacts, language: Language): Fact[] {
  return settledSumsOf(document, TEXTS[language].label.due, language);
}

/** The sums of an invoice in print, which say as of which day it is that much was paid, credited or written off. */
export function printedSumsOf(invoice: DocumentFacts, today: LocalDate | undefined, language: Language): Fact[] {
  const { label } = TEXTS[language];
  const isOfToday = today !== undefined && hasSettlement(invoice);
  return settledSumsOf(invoice, isOfToday ? label.dueAsOf(formatDate(today, language)) : label.due, language);
}

/** The sums of a void invoice: nothing of it was paid since it was issued, and nothing is due. */
export function voidSumsOf(invoice: DocumentFacts, language: Language): Fact[] {
  return [...totalsOf(invoice, language), ...prepaidOf(invoice, language)];
}

/** Whether anything of an invoice was paid, credited or written off since it was issued. */
function hasSettlement({ paidMinor, creditedMinor, writtenOffMinor }: DocumentFacts): boolean {
  return paidMinor !== 0n || creditedMinor !== 0n || writtenOffMinor !== 0n;
}

function settledSumsOf(document: DocumentFacts, dueLabel: string, language: Language): Fact[] {
  return [...totalsOf(document, language), ...settlementOf(document, dueLabel, language)];
}

/** The totals of a credit note, and what it credits. */
export function creditedSumsOf(creditNote: CreditNoteFacts, language: Language): Fact[] {
  return [...totalsOf(creditNote, language), ...creditOf(creditNote, language)];
}

/** The total and everything that makes it up, and what lies between it and the amount to be paid. */
function totalsOf(totals: TotalsFacts, language: Language): Fact[] {
  const { label } = TEXTS[language];
  const { fact, unlessZero } = factsIn(totals, language);
  const percent = (value: string) => formatDecimal(value, language);
  const amount = (minor: bigint) => formatAmount(minor, totals.currency, language);
  return [
    fact(label.subtotal, totals.subtotalMinor),
    ...unlessZero(label.discount, -totals.discountMinor),
    ...totals.allowances.flatMap(({ reason, netMinor }) => unlessZero(reason || label.allowance, -netMinor)),
    ...totals.charges.flatMap(({ reason, netMinor }) => unlessZero(reason || label.charge, netMinor)),
    // Taxes of 0 as well: the law requires the rate and the taxable amount (Directive 2006/112/EC, Article 226 (8) to (10)). What
    // is outside the scope of tax has no rate.
    ...totals.taxes
      .filter(({ exemption }) => exemption !== 'OUTSIDE_SCOPE')
      .map(({ name, taxPercent, netMinor, taxMinor }) =>
        fact(label.tax(name, percent(taxPercent), amount(netMinor)), taxMinor),
      ),
    { ...fact(label.total, totals.totalMinor), isTotal: true },
    ...totals.retainedTaxes.map(({ name, taxPercent, netMinor, taxMinor }) =>
      fact(label.retainedTax(name, percent(taxPercent), amount(netMinor)), -taxMinor),
    ),
    ...unlessZero(label.rounding, totals.roundingMinor),
  ];
}

/** Why no tax is charged, each reason once; and on which amount, when that is not all. */
export function exemptionsOf({ taxes, currency }: TotalsFacts, language: Language): Paragraph[] {
  const reasons = taxes.flatMap(({ exemption, exemptionReason = '', netMinor }) => {
    if (exemption === undefined) return [];
    const reason = [TEXTS[language].exemption[exemption], exemptionReason].filter(Boolean).join(': ');
    return [taxes.length === 1 ? reason : `${reason} (${formatAmount(netMinor, currency, language)})`];
  });
  return reasons.length === 0 ? [] : [paragraph([...new Set(reasons)].join('\n'))];
}

/** What was taken off the total of an invoice, and what is due. */
function settlementOf(invoice: DocumentFacts, dueLabel: string, language: Language): Fact[] {
  const { label } = TEXTS[language];
  const { fact, unlessZero } = factsIn(invoice, language);
  return [
    ...prepaidOf(invoice, language),
    ...unlessZero(label.paid, -invoice.paidMinor),
    ...unlessZero(label.credited, -invoice.creditedMinor),
    ...unlessZero(label.earlyDiscount, -invoice.earlyDiscountMinor),
    ...unlessZero(label.writtenOff, -invoice.writtenOffMinor),
    ...(invoice.dueMinor === invoice.totalMinor ? [] : [{ ...fact(dueLabel, invoice.dueMinor), isTotal: true }]),
  ];
}

/** What was paid before the document was issued. */
function prepaidOf(document: DocumentFacts, language: Language): Fact[] {
  return factsIn(document, language).unlessZero(TEXTS[language].label.prepaid, -document.prepaidMinor);
}

/** What a credit note credits, where that is not its total. */
function creditOf(creditNote: CreditNoteFacts, language: Language): Fact[] {
  const { payableMinor, totalMinor } = creditNote;
  if (payableMinor === totalMinor) return [];
  return [{ ...factsIn(creditNote, language).fact(TEXTS[language].label.credit, payableMinor), isTotal: true }];
}

/** Amounts in the currency of a document as facts. */
export function factsIn({ currency }: TotalsFacts, language: Language) {
  const fact = (label: string, minor: bigint): Fact => ({ label, value: formatAmount(minor, currency, language) });
  return { fact, unlessZero: (label: string, minor: bigint) => (minor === 0n ? [] : [fact(label, minor)]) };
}
