import type { CreditNoteService } from '../../../gen/numer/invoice/v1/credit_note_service_pb.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import { toCreditNote } from '../credit-notes/credit-note-message.ts';
import { requireCreditNote } from '../credit-notes/require-credit-note.ts';
import type { Deps } from '../deps.ts';

/** Gives one credit note. */
export const getCreditNote: Rpc<Deps, typeof CreditNoteService.method.getCreditNote> = async (deps, request, call) => {
  const row = requireCreditNote(await deps.store.getCreditNote(call.user.userId, request.creditNoteId));
  return { creditNote: toCreditNote(row) };
};
