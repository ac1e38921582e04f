import { CreditNoteSchema } from '../../../gen/numer/invoice/v1/credit_note_pb.ts';
import type { CreditNoteService } from '../../../gen/numer/invoice/v1/credit_note_service_pb.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import { CURSOR_PART } from '../../../runtime/paging/page-token.ts';
import { readMessagePage } from '../../../runtime/paging/read-page.ts';
import { toCreditNote } from '../credit-notes/credit-note-message.ts';
import { dateRange } from '../date-range.ts';
import type { Deps } from '../deps.ts';

/** Lists credit notes of the caller, newest first. */
export const listCreditNotes: Rpc<Deps, typeof CreditNoteService.method.listCreditNotes> = async (
  deps,
  request,
  call,
) => {
  const filters = {
    invoiceId: request.invoiceId === '' ? undefined : request.invoiceId,
    customerId: request.customerId === '' ? undefined : request.customerId,
    number: request.number === '' ? undefined : request.number,
    numberPrefix: request.numberPrefix === '' ? undefined : request.numberPrefix,
    issueDates: dateRange('issue_date', { from: request.issueDateFrom, to: request.issueDateTo }),
  };
  const { pageSize: _pageSize, pageToken: _pageToken, ...bound } = request;
  const { messages: creditNotes, nextPageToken } = await readMessagePage(request, {
    filters: bound,
    cursorShape: [CURSOR_PART.time, CURSOR_PART.uuid],
    read: (cursor, limit) => deps.store.listCreditNotes({ ownerId: call.user.userId, filters, cursor, limit }),
    cursorOf: (row) => [row.cursorKey, row.id],
    schema: CreditNoteSchema,
    toMessage: toCreditNote,
  });
  return { creditNotes, nextPageToken };
};
