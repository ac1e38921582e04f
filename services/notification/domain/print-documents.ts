import type { LocalDate } from '../../../runtime/calendar.ts';
import {
  creditedItemsOf,
  creditedSumsOf,
  creditNoteIdentityOf,
  demandOf,
  exemptionsOf,
  instalmentsOf,
  invoiceIdentityOf,
  itemsOf,
  paragraph,
  paragraphsOf,
  paymentOf,
  quoteIdentityOf,
  recipientOf,
  referencesOf,
  sellerLinesOf,
  sumsOf,
  supplyOf,
} from './document-parts.ts';
import { formatDate } from './format.ts';
import type { CreditNoteFacts, DocumentFacts, InvoiceFacts, PartyFacts, QuoteFacts } from './invoice-facts.ts';
import type { Language } from './language.ts';
import type { Fact, FactList, Paragraph } from './mail.ts';
import type { PrintedDocument } from './printed-document.ts';
import { TEXTS, type Texts } from './texts.ts';

/** What has to be known to print a document, besides its content. */
export interface PrintOptions extends Pick<PrintedDocument, 'paper' | 'createTime'> {
  readonly language: Language;
  /** The day on which it is read, when it is shown as it is now; undefined for paper. */
  readonly today?: LocalDate | undefined;
  /** Why the document is not, or not itself, in force; undefined when it is. */
  readonly marking?: 'draft' | 'void' | 'copy' | undefined;
}

/** An invoice in print. A voided one asks for no money. */
export function printInvoice(invoice: InvoiceFacts, options: PrintOptions): PrintedDocument {
  const { language, today, marking } = options;
  return {
    ...printCommon(invoice, invoiceIdentityOf(invoice, language), 'invoice', options),
    items: itemsOf(invoice, language),
    sums: sumsOf(invoice, language),
    notes: [
      ...replacementOf(invoice, language),
      ...(marking === 'void' ? [] : askFor(invoice, today, language)),
      ...exemptionsOf(invoice, language),
      ...paragraphsOf(invoice.memo),
    ],
  };
}

function replacementOf({ replacedNumber }: InvoiceFacts, language: Language): Paragraph[] {
  return replacedNumber === '' ? [] : [paragraph(TEXTS[language].invoice.replaces(replacedNumber))];
}

/** What is to be paid, until when and where. */
function askFor(invoice: InvoiceFacts, today: LocalDate | undefined, language: Language): (Paragraph | FactList)[] {
  return [
    paragraph(demandOf(invoice, today, language)),
    ...instalmentsOf(invoice, language),
    ...paymentOf(invoice, language),
  ];
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
  { language, paper, createTime, marking }: PrintOptions,
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
