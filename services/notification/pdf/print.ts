import type { MessageShape } from '@bufbuild/protobuf';
import { type Timestamp, timestampDate } from '@bufbuild/protobuf/wkt';
import type { CreditNoteSchema } from '../../../gen/numer/invoice/v1/credit_note_pb.ts';
import { Invoice_State, type InvoiceSchema, type PartySchema } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import { Quote_State, type QuoteSchema } from '../../../gen/numer/invoice/v1/quote_pb.ts';
import type { LocalDate } from '../../../runtime/calendar.ts';
import { toCreditNoteFacts, toInvoiceFacts, toQuoteFacts } from '../convert.ts';
import { languageOf } from '../domain/language.ts';
import { type PrintOptions, printCreditNote, printInvoice, printQuote } from '../domain/print-documents.ts';
import type { PrintedDocument } from '../domain/printed-document.ts';
import { required } from '../required.ts';

/**
 * An invoice in print as it was opened, which is what its e-invoice says: with the memo of that time, without instalments, which are
 * planned afterwards, and not marked as void.
 */
export function printedAsOpened(invoice: MessageShape<typeof InvoiceSchema>, memo: string): PrintedDocument {
  return printedInvoice({ ...invoice, memo, instalments: [], state: Invoice_State.OPEN });
}

/** An invoice in print, as it was issued: without what was paid or credited since. */
export function printedInvoice(invoice: MessageShape<typeof InvoiceSchema>): PrintedDocument {
  const { openTime, createTime, dueDate, payableMinor, instalments } = invoice;
  const issued = {
    ...invoice,
    paidMinor: 0n,
    creditedMinor: 0n,
    writtenOffMinor: 0n,
    dueMinor: payableMinor,
    nextDueDate: dueDate,
    instalments: instalments.map((each) => ({ ...each, dueMinor: each.amountMinor })),
  };
  return printInvoice(toInvoiceFacts(issued), optionsOf(invoice, openTime ?? createTime, markingOf(invoice)));
}

/** An invoice in print as it is on the day `today`: with what was paid, credited and written off, and what is still due. */
export function presentInvoice(invoice: MessageShape<typeof InvoiceSchema>, today: LocalDate): PrintedDocument {
  const { openTime, createTime, dueDate } = invoice;
  const facts = toInvoiceFacts({ ...invoice, nextDueDate: dueDate });
  return printInvoice(facts, { ...optionsOf(invoice, openTime ?? createTime, markingOf(invoice)), today });
}

/** An invoice that was issued elsewhere is a copy here, since the customer has the document of the system that issued it. */
function markingOf({ state, issuedElsewhere }: MessageShape<typeof InvoiceSchema>): PrintOptions['marking'] {
  if (state === Invoice_State.DRAFT) return 'draft';
  if (state === Invoice_State.VOID) return 'void';
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
