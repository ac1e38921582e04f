import { create } from '@bufbuild/protobuf';
import { Invoice_State } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import { GetLinkedFileRequest_Format as Format } from '../../../gen/numer/notification/v1/document_link_service_pb.ts';
import {
  GetCreditNoteFacturXRequestSchema,
  GetCreditNotePdfRequestSchema,
  GetInvoiceFacturXRequestSchema,
  GetInvoicePdfRequestSchema,
  GetQuotePdfRequestSchema,
} from '../../../gen/numer/notification/v1/document_service_pb.ts';
import type { Deps } from '../deps.ts';
import { required } from '../required.ts';
import { getCreditNoteFacturX } from '../rpc/get-credit-note-factur-x.ts';
import { getCreditNotePdf } from '../rpc/get-credit-note-pdf.ts';
import { getInvoiceFacturX } from '../rpc/get-invoice-factur-x.ts';
import { getInvoicePdf } from '../rpc/get-invoice-pdf.ts';
import { getQuotePdf } from '../rpc/get-quote-pdf.ts';
import { type FollowedLink, leadsNowhere } from './follow-link.ts';

/**
 * A file of the document that a link leads to, as its owner would get it.
 *
 * @throws DomainError NOT_FOUND when documents of this kind have no such file, and what the owner's RPCs throw.
 */
export async function linkedFileOf(deps: Deps, link: FollowedLink, format: Format) {
  const { kind, documentId } = link.document;
  switch (kind) {
    case 'INVOICE':
      return await fileOfInvoice(deps, link, documentId, format);
    case 'CREDIT_NOTE':
      return await fileOfCreditNote(deps, link, documentId, format);
    case 'QUOTE':
      if (format !== Format.PDF) throw leadsNowhere();
      return await getQuotePdf(deps, create(GetQuotePdfRequestSchema, { quoteId: documentId }), link.reading);
  }
}

async function fileOfInvoice(deps: Deps, { reading }: FollowedLink, invoiceId: string, format: Format) {
  if (format === Format.PDF) return getInvoicePdf(deps, create(GetInvoicePdfRequestSchema, { invoiceId }), reading);
  const { invoice } = await deps.invoices.getInvoice({ invoiceId }, reading.forward());
  if (required(invoice, 'invoice').state === Invoice_State.VOID) throw leadsNowhere(); // as on its page
  switch (format) {
    case Format.FACTUR_X:
      return getInvoiceFacturX(deps, create(GetInvoiceFacturXRequestSchema, { invoiceId }), reading);
    case Format.UBL:
      return deps.invoices.getInvoiceUbl({ invoiceId }, reading.forward());
    case Format.CII:
      return deps.invoices.getInvoiceCii({ invoiceId }, reading.forward());
    default:
      throw leadsNowhere();
  }
}

async function fileOfCreditNote(deps: Deps, { reading }: FollowedLink, creditNoteId: string, format: Format) {
  switch (format) {
    case Format.PDF:
      return getCreditNotePdf(deps, create(GetCreditNotePdfRequestSchema, { creditNoteId }), reading);
    case Format.FACTUR_X:
      return getCreditNoteFacturX(deps, create(GetCreditNoteFacturXRequestSchema, { creditNoteId }), reading);
    case Format.UBL:
      return deps.creditNotes.getCreditNoteUbl({ creditNoteId }, reading.forward());
    case Format.CII:
      return deps.creditNotes.getCreditNoteCii({ creditNoteId }, reading.forward());
    default:
      throw leadsNowhere();
  }
}
