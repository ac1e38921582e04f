import type { CreditNoteService } from '../../../gen/numer/invoice/v1/credit_note_service_pb.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import type { Deps } from '../deps.ts';
import { eInvoiceFile } from '../e-invoice/e-invoice-file.ts';
import { requireElectronicCreditNote } from '../e-invoice/require-electronic-credit-note.ts';
import { specificationOf } from '../e-invoice/specification.ts';
import { CII } from '../e-invoice/syntax.ts';

/** Gives a credit note as an e-invoice in CII that fulfils a specification, or says what keeps it from being one. */
export const getCreditNoteCii: Rpc<Deps, typeof CreditNoteService.method.getCreditNoteCii> = async (
  deps,
  { creditNoteId, specification },
  call,
) => {
  const document = await requireElectronicCreditNote(deps, creditNoteId, call, CII, specificationOf(specification));
  return eInvoiceFile(document, CII);
};
