import type { CreditNoteService } from '../../../gen/numer/invoice/v1/credit_note_service_pb.ts';
import type { Rpc } from '../../../runtime/call.ts';
import { DomainError } from '../../../runtime/errors.ts';
import { toCreditNote } from '../credit-note-message.ts';
import type { Deps } from '../deps.ts';

/** Gives one credit note. */
export const getCreditNote: Rpc<Deps, typeof CreditNoteService.method.getCreditNote> = async (deps, request, call) => {
  const row = await deps.store.getCreditNote(call.user.userId, request.creditNoteId);
  if (row !== undefined) return { creditNote: toCreditNote(row) };
  throw new DomainError('missing', 'CREDIT_NOTE_NOT_FOUND', 'There is no credit note with this id.');
};
