import type { CreditNoteService } from '../../../gen/numer/invoice/v1/credit_note_service_pb.ts';
import type { Rpc } from '../../../runtime/call.ts';
import { toCreditNote } from '../credit-notes/credit-note-message.ts';
import { requireCreditNote } from '../credit-notes/require-credit-note.ts';
import type { Deps } from '../deps.ts';
import { currencyProblems } from '../e-invoice/code-problems.ts';
import { requireNoProblems, ublFile } from '../e-invoice/e-invoice-file.ts';
import { findProblems } from '../e-invoice/find-problems.ts';
import { fromCreditNote, taxProblemsOfCreditNote } from '../e-invoice/from-credit-note.ts';
import { fulfilSpecification } from '../e-invoice/fulfil-specification.ts';
import { specificationOf } from '../e-invoice/specification.ts';

/** Gives a credit note as an electronic one that fulfils a specification. */
export const getCreditNoteUbl: Rpc<Deps, typeof CreditNoteService.method.getCreditNoteUbl> = async (
  deps,
  { creditNoteId, specification: asked },
  call,
) => {
  const row = requireCreditNote(await deps.store.getIssuedCreditNote(call.user.userId, creditNoteId));
  const source = { creditNote: toCreditNote(row), invoice: row.invoice };
  const specification = specificationOf(asked);
  requireNoProblems(currencyProblems(source.creditNote.currencyCode), specification);
  const document = fulfilSpecification(fromCreditNote(source), specification);
  requireNoProblems(findProblems(document, taxProblemsOfCreditNote(source)), specification);
  return ublFile(document);
};
