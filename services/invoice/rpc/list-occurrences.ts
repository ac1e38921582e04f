import type { RecurringInvoiceService } from '../../../gen/numer/invoice/v1/recurring_invoice_service_pb.ts';
import type { Rpc } from '../../../runtime/call.ts';
import { CURSOR_PART, decodePageToken, encodePageToken, PAGE_SIZE_DEFAULT } from '../../../runtime/page-token.ts';
import type { Deps } from '../deps.ts';
import { getOwnRecurringInvoice } from '../own-recurring-invoice.ts';
import { toOccurrence } from '../recurring-message.ts';

/** Lists the dates that a recurring invoice made invoices for, latest first. */
export const listOccurrences: Rpc<Deps, typeof RecurringInvoiceService.method.listOccurrences> = async (
  deps,
  request,
  call,
) => {
  const { id: recurringInvoiceId, ownerId } = await getOwnRecurringInvoice(deps, call, request.recurringInvoiceId);
  const cursor = decodePageToken(request.pageToken, recurringInvoiceId, [CURSOR_PART.date]);
  const limit = request.pageSize === 0 ? PAGE_SIZE_DEFAULT : request.pageSize;
  const rows = await deps.store.listOccurrences({ ownerId, recurringInvoiceId, before: cursor?.[0], limit: limit + 1 });
  const page = rows.slice(0, limit);
  const last = rows.length > limit ? page.at(-1) : undefined;
  return {
    occurrences: page.map(toOccurrence),
    nextPageToken: last === undefined ? '' : encodePageToken([last.occurrenceDate], recurringInvoiceId),
  };
};
