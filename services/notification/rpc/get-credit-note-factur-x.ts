import type { DocumentService } from '../../../gen/numer/notification/v1/document_service_pb.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import type { Deps } from '../deps.ts';
import { pdfFile } from '../pdf/pdf-file.ts';
import { printedCreditNote } from '../pdf/print.ts';
import { requireFacturX } from '../pdf/require-factur-x.ts';
import { required } from '../required.ts';

/** Gives a credit note of the caller as Factur-X. Throws CREDIT_NOTE_NOT_FOUND and E_INVOICE_IMPOSSIBLE. */
export const getCreditNoteFacturX: Rpc<Deps, typeof DocumentService.method.getCreditNoteFacturX> = async (
  deps,
  { creditNoteId },
  call,
) => {
  const [{ file }, response] = await Promise.all([
    deps.creditNotes.getCreditNoteCii({ creditNoteId }, call.forward()),
    deps.creditNotes.getCreditNote({ creditNoteId }, call.forward()),
  ]);
  const creditNote = required(response.creditNote, 'credit note');
  requireFacturX(creditNote);
  const { invoice } = await deps.invoices.getInvoice({ invoiceId: creditNote.invoiceId }, call.forward());
  const document = printedCreditNote(creditNote, required(invoice, 'invoice'));
  return pdfFile(deps, call, { document, eInvoice: required(file, 'file').data });
};
