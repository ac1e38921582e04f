import type { CreditNoteService } from '../../../gen/numer/invoice/v1/credit_note_service_pb.ts';
import type { Rpc } from '../../../runtime/call.ts';
import { toCreditNote } from '../credit-note-message.ts';
import type { Deps } from '../deps.ts';
import { requireCreditNote } from '../require-credit-note.ts';
import { currencyProblems } from '../ubl/code-problems.ts';
import { findProblems } from '../ubl/find-problems.ts';
import { fromCreditNote, taxProblemsOfCreditNote } from '../ubl/from-credit-note.ts';
import { requireNoProblems, ublFile } from '../ubl-file.ts';

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
