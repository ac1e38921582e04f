import type { Call } from '../../../runtime/call/call.ts';
import { toCreditNote } from '../credit-notes/credit-note-message.ts';
import { requireCreditNote } from '../credit-notes/require-credit-note.ts';
import type { Deps } from '../deps.ts';
import { currencyProblems } from './code-problems.ts';
import type { ElectronicInvoice } from './electronic-invoice.ts';
import { findProblems } from './find-problems.ts';
import { fromCreditNote, taxProblemsOfCreditNote } from './from-credit-note.ts';
import { fulfilSpecification } from './fulfil-specification.ts';
import { requireNoProblems } from './require-no-problems.ts';
import type { Specification } from './specification.ts';
import type { Syntax } from './syntax.ts';

/**
 * A credit note of the caller as an e-invoice in this syntax that fulfils this specification. Throws
 * CREDIT_NOTE_NOT_FOUND and E_INVOICE_IMPOSSIBLE.
 */
export async function requireElectronicCreditNote(
  deps: Deps,
  creditNoteId: string,
  call: Call,
  syntax: Syntax,
  specification: Specification,
): Promise<ElectronicInvoice> {
  const row = requireCreditNote(await deps.store.getIssuedCreditNote(call.user.userId, creditNoteId));
  const source = { creditNote: toCreditNote(row), invoice: row.invoice };
  requireNoProblems(currencyProblems(source.creditNote.currencyCode), specification);
  const document = fulfilSpecification(fromCreditNote(source), specification);
  requireNoProblems(findProblems(document, taxProblemsOfCreditNote(source), syntax), specification);
  return document;
}
