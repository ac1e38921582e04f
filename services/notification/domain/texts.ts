import { ENGLISH } from './english.ts';
import { GERMAN } from './german.ts';
import type { Exemption } from './invoice-facts.ts';
import type { Language } from './language.ts';
import type { StatementEntryType } from './statement-facts.ts';

/** The words of mails and printed documents in one language. Amounts, days and percents come formatted. */
export interface Texts {
  greeting(name: string): string;
  readonly closing: string;
  readonly label: {
    readonly number: string;
    readonly issueDate: string;
    readonly dueDate: string;
    readonly deliveryDate: string;
    readonly period: string;
    readonly buyerReference: string;
    readonly purchaseOrderReference: string;
    readonly quoteNumber: string;
    readonly expireDate: string;
    readonly customer: string;
    readonly subtotal: string;
    readonly discount: string;
    readonly allowance: string;
    readonly charge: string;
    /** `name` is empty for value added tax without one; `net` is the taxable amount. */
    tax(name: string, percent: string, net: string): string;
    retainedTax(name: string, percent: string, net: string): string;
    readonly total: string;
    readonly rounding: string;
    readonly prepaid: string;
    readonly paid: string;
    /** Taken off by credit notes. */
    readonly credited: string;
    readonly earlyDiscount: string;
    /** Taken off without being paid or credited. */
    readonly writtenOff: string;
    readonly creditNoteNumber: string;
    readonly credit: string;
    readonly due: string;
    /** What was still due on a day. */
    dueAsOf(date: string): string;
    instalment(dueDate: string): string;
    /** What a tax number is called; in some languages that depends on its kind. */
    taxId(taxId: string): string;
    /** A tax number besides the one for trade abroad. */
    readonly taxRegistration: string;
    readonly registration: string;
    readonly contact: string;
    readonly phone: string;
    readonly accountHolder: string;
    readonly iban: string;
    readonly accountNumber: string;
    readonly bic: string;
    /** What a transfer is to say so that the seller knows what it is for. */
    readonly remittance: string;
  };
  /** From one day to another; one of them may be empty. */
  period(startDate: string, endDate: string): string;
  /** Why no tax is charged. */
  readonly exemption: Readonly<Record<Exemption, string>>;
  readonly line: {
    price(quantity: string, unitPrice: string): string;
    discount(percent: string): string;
    tax(percent: string): string;
    includedTax(amount: string): string;
  };
  readonly invoice: {
    subject(number: string, seller: string): string;
    intro(number: string, seller: string): string;
    replaces(number: string): string;
    pay(amount: string, dueDate: string): string;
    /** For an invoice whose due date has passed. */
    payOverdue(amount: string, dueDate: string): string;
    payInstalments(amount: string): string;
    /** What is to be paid until the last day of the early-payment discount. */
    payEarly(amount: string, lastDate: string, percent: string): string;
    readonly nothingToPay: string;
    /** For an invoice of which nothing was credited or written off. The date is that of the last payment; empty when it is not known. */
    paid(date: string): string;
    voided(date: string): string;
    /** What was to be paid when it was issued, for a document that stays the same whatever happens afterwards. */
    asIssued(amount: string, issueDate: string, dueDate: string): string;
  };
  readonly reminder: {
    /** What is due: the invoice, or an instalment of it. */
    what(number: string, inPart: boolean): string;
    /** `what` is due; `days` are those until the due date, negative when it has passed. */
    subject(what: string, days: number): string;
    intro(what: string, dueDate: string, days: number): string;
    amount(amount: string): string;
    readonly alreadyPaid: string;
  };
  /** For an invoice that is paid in instalments. */
  readonly dueLater: {
    readonly label: string;
    sentence(amount: string): string;
  };
  readonly creditNote: {
    subject(number: string, invoiceNumber: string): string;
    intro(number: string, invoiceNumber: string, invoiceIssueDate: string, amount: string): string;
    applied(amount: string): string;
    credit(amount: string): string;
  };
  readonly payment: {
    subject(number: string): string;
    intro(number: string, amount: string, paymentDate: string): string;
    left(amount: string, dueDate: string): string;
    readonly paidInFull: string;
    /** Instead of that, when a part of it is the early-payment discount. */
    paidEarly(discount: string): string;
    credit(amount: string): string;
  };
  /** For an invoice that was cancelled. */
  readonly voided: {
    subject(number: string): string;
    intro(number: string, issueDate: string, amount: string): string;
    readonly nothingToPay: string;
    replacedBy(number: string): string;
    readonly alreadyPaid: string;
  };
  /** For a payment that was confirmed before. */
  readonly reversal: {
    subject(number: string): string;
    intro(number: string, amount: string, paymentDate: string): string;
    due(amount: string, dueDate: string): string;
    creditGone(amount: string): string;
  };
  readonly print: {
    readonly title: { readonly invoice: string; readonly quote: string; readonly creditNote: string };
    /** Why a document is not, or not itself, in force. */
    readonly marking: { readonly draft: string; readonly void: string; readonly copy: string };
    readonly itemsHead: { readonly title: string; readonly amount: string };
    customerTaxId(taxId: string): string;
    readonly customerRegistration: string;
    /** For the invoice of a credit note. */
    readonly invoiceDate: string;
  };
  /** For the page of a document, and the link to it. */
  readonly online: {
    readonly seeInvoice: string;
    readonly seeQuote: string;
    readonly seeCreditNote: string;
    /** Where a document stands. */
    readonly state: {
      readonly open: string;
      readonly partlyPaid: string;
      readonly paid: string;
      /** Paid in part at most, with the rest credited or written off. */
      readonly settled: string;
      readonly overdue: string;
      readonly valid: string;
      readonly expired: string;
      readonly accepted: string;
      readonly declined: string;
    };
    settledOn(date: string): string;
    dueSince(date: string): string;
    instalmentDueSince(date: string): string;
    stillDue(amount: string): string;
    expiredOn(date: string): string;
    acceptedOn(date: string): string;
    declinedOn(date: string): string;
    readonly accept: string;
    readonly decline: string;
    readonly downloads: string;
  };
  readonly quote: {
    subject(number: string, seller: string): string;
    intro(number: string, seller: string): string;
    validUntil(expireDate: string): string;
    /** How to accept it where there is no page to do so. */
    readonly accept: string;
  };
  /** For the statement of a customer's account with a seller. */
  readonly statement: {
    readonly title: string;
    readonly period: string;
    readonly broughtForward: string;
    readonly balance: string;
    due(dueDate: string): string;
    readonly entry: Readonly<Record<StatementEntryType, (invoiceNumber: string, creditNoteNumber: string) => string>>;
    readonly noEntries: string;
    /** What an amount with a minus means. */
    readonly credit: string;
  };
}

/** The words of mails and printed documents by language. */
export const TEXTS: Readonly<Record<Language, Texts>> = { en: ENGLISH, de: GERMAN };
