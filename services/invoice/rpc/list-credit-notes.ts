import { CreditNoteSchema } from '../../../gen/numer/invoice/v1/credit_note_pb.ts';
import type { CreditNoteService } from '../../../gen/numer/invoice/v1/credit_note_service_pb.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import { CURSOR_PART } from '../../../runtime/paging/page-token.ts';
import { readMessagePage } from '../../../runtime/paging/read-page.ts';
import { toCreditNote } from '../credit-notes/credit-note-message.ts';
import type { Deps } from '../deps.ts';

/** Lists credit notes of the caller, newest first. */
export const listCreditNotes: Rpc<Deps, typeof CreditNoteService.method.listCreditNotes> = async (
  deps,
  request,
  call,
) => {
  const { invoiceId, customerId } = request;
  const { messages: creditNotes, nextPageToken } = await readMessagePage(request, {
    filters: { invoiceId, customerId },
    cursorShape: [CURSOR_PART.time, CURSOR_PART.uuid],
    read: (cursor, limit) =>
      deps.store.listCreditNotes({
        ownerId: call.user.userId,
        invoiceId: invoiceId === '' ? undefined : invoiceId,
        customerId: customerId === '' ? undefined : customerId,
        cursor,
        limit,
      }),
    cursorOf: (row) => [row.cursorTime, row.id],
    schema: CreditNoteSchema,
    toMessage: toCreditNote,
  });
  return { creditNotes, nextPageToken };
};
