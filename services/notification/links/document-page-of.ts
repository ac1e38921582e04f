import { type Timestamp, timestampDate } from '@bufbuild/protobuf/wkt';
import { ConnectError } from '@connectrpc/connect';
import { type Invoice, Invoice_State } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import { type Quote, Quote_State } from '../../../gen/numer/invoice/v1/quote_pb.ts';
import { type LocalDate, localDate } from '../../../runtime/calendar.ts';
import { DomainError, reasonOf } from '../../../runtime/call/errors.ts';
import { toCreditNoteFacts, toInvoiceFacts, toQuoteFacts } from '../convert.ts';
import type { Deps } from '../deps.ts';
import {
  type DocumentPage,
  type InvoiceSituation,
  type PageFile,
  type QuoteSituation,
  standingOfCreditNote,
  standingOfInvoice,
  standingOfQuote,
} from '../domain/document-page.ts';
import { type Language, languageOf } from '../domain/language.ts';
import { presentOf } from '../pdf/present.ts';
import { presentInvoice, printedCreditNote, printedQuote } from '../pdf/print.ts';
import { withPlainTexts } from '../pdf/printable-texts.ts';
import { requireFacturX } from '../pdf/require-factur-x.ts';
import { required } from '../required.ts';
import { type FollowedLink, leadsNowhere } from './follow-link.ts';

/** A page in the language of its customer. */
export interface PageInLanguage {
  readonly page: DocumentPage;
  readonly language: Language;
}

/**
 * The page of the document that a link leads to, as the document is now.
 *
 * @throws DomainError NOT_FOUND, or what the invoice service throws.
 */
export async function documentPageOf(deps: Deps, link: FollowedLink): Promise<PageInLanguage> {
  const { page, locale } = await pageOf(deps, link);
  return { page: withPlainTexts(page), language: languageOf(locale) };
}

function pageOf(deps: Deps, link: FollowedLink): Promise<{ readonly page: DocumentPage; readonly locale: string }> {
  switch (link.document.kind) {
    case 'INVOICE':
      return pageOfInvoice(deps, link);
    case 'QUOTE':
      return pageOfQuote(deps, link);
    case 'CREDIT_NOTE':
      return pageOfCreditNote(deps, link);
  }
}

async function pageOfInvoice(deps: Deps, link: FollowedLink) {
  const { documentId: invoiceId } = link.document;
  const response = await deps.invoices.getInvoice({ invoiceId }, link.reading.forward());
  const invoice = required(response.invoice, 'invoice');
  const state = stateOf(invoice);
  const locale = invoice.customer?.locale ?? '';
  const [present, files] = await Promise.all([
    presentOf(deps, link.reading, invoice),
    // A program that reads an e-invoice might have it paid, so a void invoice offers none.
    state === 'VOID' ? [] : eInvoiceFilesOf(deps, link, invoice),
  ]);
  const document = presentInvoice(invoice, present);
  const facts = toInvoiceFacts(invoice);
  const isLate = state === 'PAYABLE' && facts.dueDate < present.today;
  const situation = {
    state,
    payDate: dayOf(link, invoice.payTime),
    lastPaymentDate: present.lastPaymentDate,
    overdueSince: isLate ? facts.dueDate : undefined,
    replacingNumber: present.replacingNumber,
  };
  const standing = standingOfInvoice(facts, situation, languageOf(locale));
  const page: DocumentPage = { document, standing, files: ['pdf', ...files], isAsked: false };
  return { page, locale };
}

function stateOf({ state }: Invoice): InvoiceSituation['state'] {
  switch (state) {
    case Invoice_State.OPEN:
    case Invoice_State.UNCOLLECTIBLE: // The customer need not know that it was given up on.
      return 'PAYABLE';
    case Invoice_State.PAID:
      return 'PAID';
    case Invoice_State.VOID:
      return 'VOID';
    default:
      throw leadsNowhere();
  }
}

async function pageOfQuote(deps: Deps, link: FollowedLink) {
  const { documentId: quoteId } = link.document;
  const response = await deps.quotes.getQuote({ quoteId }, link.reading.forward());
  const quote = required(response.quote, 'quote');
  const locale = quote.customer?.locale ?? '';
  const situation = situationOf(quote, link);
  const page: DocumentPage = {
    document: printedQuote(quote),
    standing: standingOfQuote(toQuoteFacts(quote), situation, languageOf(locale)),
    files: ['pdf'],
    isAsked: situation.state === 'SENT',
  };
  return { page, locale };
}

function situationOf({ state, acceptTime, declineTime }: Quote, link: FollowedLink): QuoteSituation {
  switch (state) {
    case Quote_State.SENT:
      return { state: 'SENT', answerDate: undefined };
    case Quote_State.EXPIRED:
      return { state: 'EXPIRED', answerDate: undefined };
    case Quote_State.DECLINED:
      return { state: 'DECLINED', answerDate: dayOf(link, declineTime) };
    case Quote_State.ACCEPTED:
    case Quote_State.INVOICED:
      return { state: 'ACCEPTED', answerDate: dayOf(link, acceptTime) };
    default:
      throw leadsNowhere();
  }
}

async function pageOfCreditNote(deps: Deps, link: FollowedLink) {
  const { documentId: creditNoteId } = link.document;
  const response = await deps.creditNotes.getCreditNote({ creditNoteId }, link.reading.forward());
  const creditNote = required(response.creditNote, 'credit note');
  const locale = creditNote.customer?.locale ?? '';
  const files = await eInvoiceFilesOf(deps, link, creditNote);
  const page: DocumentPage = {
    document: printedCreditNote(creditNote),
    standing: standingOfCreditNote(toCreditNoteFacts(creditNote), languageOf(locale)),
    files: ['pdf', ...files],
    isAsked: false,
  };
  return { page, locale };
}

/** The e-invoice formats in which a document is available. They are made of what was frozen, so this is found out only once. */
async function eInvoiceFilesOf(
  deps: Deps,
  link: FollowedLink,
  document: Pick<Invoice, 'seller' | 'customer' | 'taxes'>,
): Promise<readonly PageFile[]> {
  const { documentId } = link.document;
  const known = deps.eInvoiceFiles.get(documentId);
  if (known !== undefined) return known;
  const files = await findEInvoiceFiles(deps, link, document);
  deps.eInvoiceFiles.set(documentId, files);
  return files;
}

async function findEInvoiceFiles(
  deps: Deps,
  { document: { kind, documentId }, reading }: FollowedLink,
  document: Pick<Invoice, 'seller' | 'customer' | 'taxes'>,
): Promise<readonly PageFile[]> {
  const options = reading.forward();
  const making =
    kind === 'INVOICE'
      ? {
          ubl: () => deps.invoices.getInvoiceUbl({ invoiceId: documentId }, options),
          cii: () => deps.invoices.getInvoiceCii({ invoiceId: documentId }, options),
        }
      : {
          ubl: () => deps.creditNotes.getCreditNoteUbl({ creditNoteId: documentId }, options),
          cii: () => deps.creditNotes.getCreditNoteCii({ creditNoteId: documentId }, options),
        };
  const [hasUbl, hasCii] = await Promise.all([isPossible(making.ubl), isPossible(making.cii)]);
  const hasFacturX = hasCii && (await isPossible(() => requireFacturX(document)));
  const has = { 'factur-x': hasFacturX, ubl: hasUbl, cii: hasCii };
  return (['factur-x', 'ubl', 'cii'] as const).filter((file) => has[file]);
}

/** Whether an e-invoice can be made. Any other failure is thrown. */
async function isPossible(make: () => unknown): Promise<boolean> {
  try {
    await make();
    return true;
  } catch (error) {
    const reason = error instanceof DomainError ? error.reason : reasonOf(ConnectError.from(error));
    if (reason === 'E_INVOICE_IMPOSSIBLE') return false;
    throw error;
  }
}

function dayOf({ timeZone }: FollowedLink, time: Timestamp | undefined): LocalDate | undefined {
  return time === undefined ? undefined : localDate(timestampDate(time), timeZone);
}
