import type { MessageShape } from '@bufbuild/protobuf';
import { type Timestamp, timestampDate } from '@bufbuild/protobuf/wkt';
import type { CreditNoteSchema } from '../../../gen/numer/invoice/v1/credit_note_pb.ts';
import { Invoice_State, type InvoiceSchema, type PartySchema } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import { Quote_State, type QuoteSchema } from '../../../gen/numer/invoice/v1/quote_pb.ts';
import { type LocalDate, localDate } from '../../../runtime/calendar.ts';
import { toCreditNoteFacts, toInvoiceFacts, toQuoteFacts } from '../convert.ts';
import { languageOf } from '../domain/language.ts';
import { type PrintOptions, printCreditNote, printInvoice, printQuote } from '../domain/print-documents.ts';
import type { PrintedDocument } from '../domain/printed-document.ts';
import { required } from '../required.ts';

/** What is known about an invoice at present, besides what it says itself. */
export interface Present {
  readonly today: LocalDate;
  /** IANA time zone of the seller, whose calendar days count. */
  readonly timeZone: string;
  /** The day of the last payment; undefined when it is not known. */
  readonly lastPaymentDate?: LocalDate | undefined;
  /** Number of the invoice that replaces it; empty for none. */
  readonly replacingNumber?: string;
}

/**
 * An invoice in print as it was opened, which is what its e-invoice says, whatever was paid, credited or voided since: with the memo of
 * that time, and without instalments, which are planned afterwards.
 */
export function printedAsOpened(invoice: MessageShape<typeof InvoiceSchema>, memo: string): PrintedDocument {
  const { openTime, createTime, dueDate: nextDueDate, payableMinor: dueMinor, earlyPaymentDiscount: early } = invoice;
  const nothing = { paidMinor: 0n, creditedMinor: 0n, writtenOffMinor: 0n, instalments: [] };
  const earlyPaymentDiscount = early && { ...early, dueMinor: early.payableMinor, grantedMinor: 0n };
  const facts = toInvoiceFacts({ ...invoice, memo, ...nothing, dueMinor, nextDueDate, earlyPaymentDiscount });
  return printInvoice(facts, { ...optionsOf(invoice, openTime ?? createTime, copyMarkOf(invoice)), isAsIssued: true });
}

/**
 * An invoice on paper: with what was paid, credited and written off by `today`, and what is still due. Until there is any of that, and
 * once it is void, it is of no day, so that its bytes stay the same.
 */
export function printedInvoice(invoice: MessageShape<typeof InvoiceSchema>, present: Present): PrintedDocument {
  if (invoice.dueMinor === invoice.payableMinor) return printAsOf(undefined, invoice, present);
  return { ...printAsOf(present.today, invoice, present), createTime: `${present.today}T00:00:00Z` };
}

/** An invoice on its page: the same as on paper, and whether it is overdue. */
export function presentInvoice(invoice: MessageShape<typeof InvoiceSchema>, present: Present): PrintedDocument {
  return printAsOf(present.today, invoice, present);
}

function printAsOf(
  today: LocalDate | undefined,
  invoice: MessageShape<typeof InvoiceSchema>,
  { timeZone, lastPaymentDate, replacingNumber = '' }: Present,
): PrintedDocument {
  const { state, openTime, createTime, dueDate: nextDueDate } = invoice;
  const isDraft = state === Invoice_State.DRAFT;
  const voidTime = state === Invoice_State.VOID ? required(invoice.voidTime, 'time of voiding') : undefined;
  return printInvoice(toInvoiceFacts({ ...invoice, nextDueDate }), {
    ...optionsOf(invoice, voidTime ?? openTime ?? createTime, isDraft ? 'draft' : copyMarkOf(invoice)),
    today,
    lastPaymentDate,
    cancellation: voidTime && { date: localDate(timestampDate(voidTime), timeZone), replacingNumber },
  });
}

/** An invoice that was issued elsewhere is a copy here, since the customer has the document of the system that issued it. */
function copyMarkOf({ issuedElsewhere }: MessageShape<typeof InvoiceSchema>): PrintOptions['marking'] {
  return issuedElsewhere ? 'copy' : undefined;
}

/** A quote in print. */
export function printedQuote(quote: MessageShape<typeof QuoteSchema>): PrintedDocument {
  const { state, sendTime, createTime } = quote;
  const marking = state === Quote_State.DRAFT ? 'draft' : undefined;
  return printQuote(toQuoteFacts(quote), optionsOf(quote, sendTime ?? createTime, marking));
}

/** A credit note in print; with the supply and the references of its invoice, when that is given. */
export function printedCreditNote(
  creditNote: MessageShape<typeof CreditNoteSchema>,
  invoice?: MessageShape<typeof InvoiceSchema>,
): PrintedDocument {
  const options = optionsOf(creditNote, creditNote.createTime, undefined);
  return printCreditNote(toCreditNoteFacts(creditNote), options, invoice && toInvoiceFacts(invoice));
}

type Party = MessageShape<typeof PartySchema>;

/** The language of the recipient of a document, and the paper of its issuer. */
function optionsOf(
  { seller, customer }: { readonly seller?: Party | undefined; readonly customer?: Party | undefined },
  time: Timestamp | undefined,
  marking: PrintOptions['marking'],
): PrintOptions {
  return {
    language: languageOf(customer?.locale ?? ''),
    paper: paperOf(seller),
    createTime: timestampDate(required(time, 'time')).toISOString(),
    marking,
  };
}

/** The paper of the issuer of a document. */
export function paperOf(seller: Party | undefined): PrintOptions['paper'] {
  return LETTER_COUNTRIES.has(seller?.address?.countryCode ?? '') ? 'LETTER' : 'A4';
}

/** The countries whose letters have the format of ANSI rather than that of ISO 216. */
const LETTER_COUNTRIES: ReadonlySet<string> = new Set('CA CL CO CR DO GT MX NI PA PH PR SV US VE'.split(' '));
