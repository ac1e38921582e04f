import type { LocalDate } from '../../../runtime/calendar.ts';
import {
  creditedItemsOf,
  creditedSumsOf,
  creditNoteIdentityOf,
  demandOf,
  earlyDemandOf,
  exemptionsOf,
  instalmentsOf,
  invoiceIdentityOf,
  itemsOf,
  paragraph,
  paragraphsOf,
  paymentOf,
  printedSumsOf,
  quoteIdentityOf,
  recipientOf,
  referencesOf,
  sellerLinesOf,
  sumsOf,
  supplyOf,
  voidSumsOf,
} from './document-parts.ts';
import { formatAmount, formatDate } from './format.ts';
import {
  type CreditNoteFacts,
  type DocumentFacts,
  type InvoiceFacts,
  isPaidInFull,
  type PartyFacts,
  type QuoteFacts,
} from './invoice-facts.ts';
import type { Language } from './language.ts';
import type { Fact, FactList, Paragraph } from './mail.ts';
import type { PrintedDocument } from './printed-document.ts';
import { TEXTS, type Texts } from './texts.ts';

/** What has to be known to print a document, besides its content. */
export interface PrintOptions extends Pick<PrintedDocument, 'paper' | 'createTime'> {
  readonly language: Language;
  /** Why the document is not, or not itself, in force; undefined when it is. */
  readonly marking?: 'draft' | 'copy' | undefined;
}

/** What has to be known to print an invoice. */
export interface InvoicePrintOptions extends PrintOptions {
  /** The day as of which it is printed or read; undefined when it is of no day. */
  readonly today?: LocalDate | undefined;
  /** The day of the last payment; undefined when it is not known. */
  readonly lastPaymentDate?: LocalDate | undefined;
  /** Undefined unless it is void. */
  readonly cancellation?: Cancellation | undefined;
  /** Whether it says for good what it said when it was issued. It then states what was to be paid, but does not ask for it. */
  readonly isAsIssued?: boolean;
}

/** When an invoice was voided, and the number of the invoice that replaces it, empty for none. */
export interface Cancellation {
  readonly date: LocalDate;
  readonly replacingNumber: string;
}

/** An invoice in print. It asks for what is still due, and for nothing else. */
export function printInvoice(invoice: InvoiceFacts, options: InvoicePrintOptions): PrintedDocument {
  const { language, today, cancellation } = options;
  const marking = cancellation === undefined ? options.marking : 'void';
  return {
    ...printCommon(invoice, invoiceIdentityOf(invoice, language), 'invoice', { ...options, marking }),
    items: itemsOf(invoice, language),
    sums: cancellation === undefined ? printedSumsOf(invoice, today, language) : voidSumsOf(invoice, language),
    notes: [
      ...replacementOf(invoice, language),
      ...(cancellation === undefined ? payableOf(invoice, options) : [cancellationOf(cancellation, language)]),
      ...exemptionsOf(invoice, language),
      ...paragraphsOf(invoice.memo),
    ],
  };
}

function replacementOf({ replacedNumber }: InvoiceFacts, language: Language): Paragraph[] {
  return replacedNumber === '' ? [] : [paragraph(TEXTS[language].invoice.replaces(replacedNumber))];
}

/** What is to be paid, until when and where; or that it is paid. */
function payableOf(invoice: InvoiceFacts, options: InvoicePrintOptions): (Paragraph | FactList)[] {
  return [
    paragraph(demandInPrint(invoice, options)),
    ...instalmentsOf(invoice, options.language),
    ...paymentOf(invoice, options.language),
  ];
}

function demandInPrint(invoice: InvoiceFacts, options: InvoicePrintOptions): string {
  const { language, today, lastPaymentDate, isAsIssued = false } = options;
  const texts = TEXTS[language].invoice;
  const date = (day: LocalDate) => formatDate(day, language);
  if (isPaidInFull(invoice)) return texts.paid(lastPaymentDate === undefined ? '' : date(lastPaymentDate));
  if (!isAsIssued || invoice.dueMinor === 0n) return demandOf(invoice, today, language);
  const { dueMinor, currency, issueDate, dueDate } = invoice;
  const issued = texts.asIssued(formatAmount(dueMinor, currency, language), date(issueDate), date(dueDate));
  return [issued, ...earlyDemandOf(invoice, undefined, language)].join(' ');
}

/** That a void invoice is not to be paid, and what replaces it. */
function cancellationOf({ date, replacingNumber }: Cancellation, language: Language): Paragraph {
  const { invoice, voided } = TEXTS[language];
  const replaced = replacingNumber === '' ? [] : [voided.replacedBy(replacingNumber)];
  return paragraph([invoice.voided(formatDate(date, language)), ...replaced].join(' '));
}

/** A quote in print. */
export function printQuote(quote: QuoteFacts, options: PrintOptions): PrintedDocument {
  const { language } = options;
  return {
    ...printCommon(quote, quoteIdentityOf(quote, language), 'quote', options),
    items: itemsOf(quote, language),
    sums: sumsOf(quote, language),
    notes: [...exemptionsOf(quote, language), ...paragraphsOf(quote.memo)],
  };
}

/** A credit note in print. `invoice` is its invoice, when the supply and references of that are to be printed as well. */
export function printCreditNote(
  creditNote: CreditNoteFacts,
  options: PrintOptions,
  invoice?: InvoiceFacts,
): PrintedDocument {
  const { language } = options;
  const identity = [
    ...creditNoteIdentityOf(creditNote, language),
    // The mail says this in a sentence.
    { label: TEXTS[language].print.invoiceDate, value: formatDate(creditNote.invoiceIssueDate, language) },
    ...(invoice === undefined ? [] : [...supplyOf(invoice, language), ...referencesOf(invoice, language)]),
  ];
  return {
    ...printCommon(creditNote, identity, 'creditNote', options),
    items: creditedItemsOf(creditNote, language),
    sums: creditedSumsOf(creditNote, language),
    notes: [...exemptionsOf(creditNote, language), ...paragraphsOf(creditNote.reason)],
  };
}

/** What all documents have. */
function printCommon(
  { number, ...parties }: Pick<DocumentFacts, 'number' | 'seller' | 'customer'>,
  identity: readonly Fact[],
  kind: 'invoice' | 'quote' | 'creditNote',
  {
    language,
    paper,
    createTime,
    marking,
  }: Omit<PrintOptions, 'marking'> & { readonly marking?: keyof Texts['print']['marking'] | undefined },
) {
  const texts = TEXTS[language];
  return {
    language,
    paper,
    createTime,
    title: `${texts.print.title[kind]} ${number}`.trimEnd(),
    marking: marking === undefined ? '' : texts.print.marking[marking],
    issuer: sellerLinesOf(parties, language),
    recipient: recipientOf(parties, language),
    facts: [...identity, ...customerNumbersOf(parties.customer, texts)].filter(({ value }) => value !== ''),
    itemsHead: texts.print.itemsHead,
  };
}

/** The numbers under which authorities know a customer. */
function customerNumbersOf({ taxId, registration }: PartyFacts, { print }: Texts): Fact[] {
  return [
    { label: print.customerTaxId(taxId), value: taxId },
    { label: print.customerRegistration, value: registration },
  ];
}
