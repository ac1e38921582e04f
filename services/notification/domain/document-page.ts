import type { LocalDate } from '../../../runtime/calendar.ts';
import { formatAmount, formatDate } from './format.ts';
import type { CreditNoteFacts, InvoiceFacts, QuoteFacts } from './invoice-facts.ts';
import type { Language } from './language.ts';
import type { PrintedDocument } from './printed-document.ts';
import { TEXTS } from './texts.ts';

/** The page of a document: the document as printed, and what only a page can say. */
export interface DocumentPage {
  readonly document: PrintedDocument;
  readonly standing: Standing;
  /** The files in which it is available, by the last part of their URLs. */
  readonly files: readonly PageFile[];
  /** Whether the customer is asked to accept or decline it. */
  readonly isAsked: boolean;
}

/** The files that a page can lead to. */
export type PageFile = 'pdf' | 'factur-x' | 'ubl' | 'cii';

/** Where a document stands now. */
export interface Standing {
  /** In a word or two. */
  readonly label: string;
  readonly sentences: readonly string[];
  /** How it is shown: as done, as still to be done, as late or as over. */
  readonly tone: 'done' | 'open' | 'late' | 'over';
}

/** What is known about an invoice now, besides its facts. */
export interface InvoiceSituation {
  readonly state: 'PAYABLE' | 'PAID' | 'VOID';
  /** The day on which it was settled; undefined unless it is paid. */
  readonly payDate: LocalDate | undefined;
  /** The day of the last payment; undefined when it is not known. */
  readonly lastPaymentDate: LocalDate | undefined;
  /** The day by which the first part that is still due was to be paid, if that day is over. */
  readonly overdueSince: LocalDate | undefined;
  /** Number of the invoice that replaces it; empty for none. */
  readonly replacingNumber: string;
}

/** Where an invoice stands. */
export function standingOfInvoice(invoice: InvoiceFacts, situation: InvoiceSituation, language: Language): Standing {
  const { online, print, voided } = TEXTS[language];
  const { state, payDate, lastPaymentDate, overdueSince, replacingNumber } = situation;
  const stillDue = online.stillDue(formatAmount(invoice.dueMinor, invoice.currency, language));
  if (state === 'VOID') {
    const replaced = replacingNumber === '' ? [] : [voided.replacedBy(replacingNumber)];
    return { label: print.marking.void, sentences: [voided.nothingToPay, ...replaced], tone: 'over' };
  }
  if (state === 'PAID') {
    const isAllPaid = invoice.creditedMinor === 0n && invoice.writtenOffMinor === 0n;
    // The payment may have been recorded days after it was made.
    const day = isAllPaid ? (lastPaymentDate ?? payDate) : payDate;
    const sentences = day === undefined ? [] : [online.settledOn(formatDate(day, language))];
    return { label: isAllPaid ? online.state.paid : online.state.settled, sentences, tone: 'done' };
  }
  if (overdueSince !== undefined) {
    const day = formatDate(overdueSince, language);
    // The other instalments may be due later.
    const since = invoice.instalments.length > 0 ? online.instalmentDueSince(day) : online.dueSince(day);
    return { label: online.state.overdue, sentences: [since, stillDue], tone: 'late' };
  }
  const label = invoice.paidMinor === 0n ? online.state.open : online.state.partlyPaid;
  return { label, sentences: [stillDue], tone: 'open' };
}

/** What is known about a quote now. `answerDate` is the day of the last answer. */
export interface QuoteSituation {
  readonly state: 'SENT' | 'EXPIRED' | 'ACCEPTED' | 'DECLINED';
  readonly answerDate: LocalDate | undefined;
}

/** Where a quote stands. */
export function standingOfQuote(
  { expireDate }: QuoteFacts,
  { state, answerDate }: QuoteSituation,
  language: Language,
): Standing {
  const { online, quote } = TEXTS[language];
  const said = (date: LocalDate | undefined, say: (date: string) => string) =>
    date === undefined ? [] : [say(formatDate(date, language))];
  switch (state) {
    case 'SENT':
      return { label: online.state.valid, sentences: said(expireDate, quote.validUntil), tone: 'open' };
    case 'EXPIRED':
      return { label: online.state.expired, sentences: said(expireDate, online.expiredOn), tone: 'over' };
    case 'ACCEPTED':
      return { label: online.state.accepted, sentences: said(answerDate, online.acceptedOn), tone: 'done' };
    case 'DECLINED':
      return { label: online.state.declined, sentences: said(answerDate, online.declinedOn), tone: 'over' };
  }
}

/** What a credit note gives. */
export function standingOfCreditNote(creditNote: CreditNoteFacts, language: Language): Standing {
  const { applied, credit } = TEXTS[language].creditNote;
  const { appliedMinor, creditMinor, currency } = creditNote;
  const sentences = [
    ...(appliedMinor === 0n ? [] : [applied(formatAmount(appliedMinor, currency, language))]),
    ...(creditMinor === 0n ? [] : [credit(formatAmount(creditMinor, currency, language))]),
  ];
  const amount = formatAmount(creditNote.payableMinor, currency, language);
  return { label: `${TEXTS[language].label.credit}: ${amount}`, sentences, tone: 'done' };
}
