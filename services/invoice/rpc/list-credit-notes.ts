import { CreditNoteSchema } from '../../../gen/numer/invoice/v1/credit_note_pb.ts';
import type { CreditNoteService } from '../../../gen/numer/invoice/v1/credit_note_service_pb.ts';
import type { Rpc } from '../../../runtime/call.ts';
import { CURSOR_PART, decodePageToken, encodePageToken, PAGE_SIZE_DEFAULT } from '../../../runtime/page-token.ts';
import { pageWithin } from '../../../runtime/page-within.ts';
import { toCreditNote } from '../credit-note-message.ts';
import type { Deps } from '../deps.ts';

/** Lists credit notes of the caller, newest first. */
export const listCreditNotes: Rpc<Deps, typeof CreditNoteService.method.listCreditNotes> = async (
  deps,
  { invoiceId, customerId, pageSize, pageToken },
  call,
) => {
  const filters = { invoiceId, customerId };
  const limit = pageSize === 0 ? PAGE_SIZE_DEFAULT : pageSize;
  const rows = await deps.store.listCreditNotes({
    ownerId: call.user.userId,
    invoiceId: invoiceId === '' ? undefined : invoiceId,
    customerId: customerId === '' ? undefined : customerId,
    cursor: decodePageToken(pageToken, filters, [CURSOR_PART.time, CURSOR_PART.uuid]),
    limit: limit + 1,
  });
  const notes = pageWithin(rows.slice(0, limit), CreditNoteSchema, toCreditNote);
  const last = rows.length > notes.length ? rows[notes.length - 1] : undefined;
  return {
    creditNotes: notes,
    nextPageToken: last === undefined ? '' : encodePageToken([last.cursorTime, last.id], filters),
  };
};
