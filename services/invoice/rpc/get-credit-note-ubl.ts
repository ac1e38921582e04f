import type { CreditNoteService } from '../../../gen/numer/invoice/v1/credit_note_service_pb.ts';
import type { Rpc } from '../../../runtime/call.ts';
import { toCreditNote } from '../credit-notes/credit-note-message.ts';
import { requireCreditNote } from '../credit-notes/require-credit-note.ts';
import type { Deps } from '../deps.ts';
import { currencyProblems } from '../e-invoice/code-problems.ts';
import { requireNoProblems, ublFile } from '../e-invoice/e-invoice-file.ts';
import { findProblems } from '../e-invoice/find-problems.ts';
import { fromCreditNote, taxProblemsOfCreditNote } from '../e-invoice/from-credit-note.ts';

/** Gives a credit note as an electronic one. */
export const getCreditNoteUbl: Rpc<Deps, typeof CreditNoteService.method.getCreditNoteUbl> = async (
  deps,
  { creditNoteId },
  call,
) => {
  const row = requireCreditNote(await deps.store.getIssuedCreditNote(call.user.userId, creditNoteId));
  const source = { creditNote: toCreditNote(row), invoice: row.invoice };
  requireNoProblems(currencyProblems(source.creditNote.currencyCode));
  const document = fromCreditNote(source);
  requireNoProblems(findProblems(document, taxProblemsOfCreditNote(source)));
  return ublFile(document);
};
