import type { CreditNoteService } from '../../../gen/numer/invoice/v1/credit_note_service_pb.ts';
import type { Rpc } from '../../../runtime/call.ts';
import type { Deps } from '../deps.ts';
import { eInvoiceFile } from '../e-invoice/e-invoice-file.ts';
import { requireElectronicCreditNote } from '../e-invoice/require-credit-note.ts';
import { UBL } from '../e-invoice/syntax.ts';

/** Gives a credit note as an electronic one in UBL, or says what keeps it from being one. */
export const getCreditNoteUbl: Rpc<Deps, typeof CreditNoteService.method.getCreditNoteUbl> = async (
  deps,
  { creditNoteId },
  call,
) => {
  return eInvoiceFile(await requireElectronicCreditNote(deps, creditNoteId, call, UBL), UBL);
};
