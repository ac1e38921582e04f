import type { DocumentService } from '../../../gen/numer/notification/v1/document_service_pb.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import type { Deps } from '../deps.ts';
import { pdfFile } from '../pdf/pdf-file.ts';
import { printedCreditNote } from '../pdf/print.ts';
import { required } from '../required.ts';

/** Gives a credit note of the caller as PDF. Throws CREDIT_NOTE_NOT_FOUND. */
export const getCreditNotePdf: Rpc<Deps, typeof DocumentService.method.getCreditNotePdf> = async (
  deps,
  request,
  call,
) => {
  const { creditNote } = await deps.creditNotes.getCreditNote({ creditNoteId: request.creditNoteId }, call.forward());
  return pdfFile(deps, call, { document: printedCreditNote(required(creditNote, 'credit note')) });
};
