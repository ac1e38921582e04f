import type { RecurringInvoiceService } from '../../../gen/numer/invoice/v1/recurring_invoice_service_pb.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import { CURSOR_PART } from '../../../runtime/paging/page-token.ts';
import { readPage } from '../../../runtime/paging/read-page.ts';
import type { Deps } from '../deps.ts';
import { getOwnRecurringInvoice } from '../recurring-invoices/own-recurring-invoice.ts';
import { toOccurrence } from '../recurring-invoices/recurring-message.ts';

/** Lists the dates for which a recurring invoice made invoices, latest first. */
export const listOccurrences: Rpc<Deps, typeof RecurringInvoiceService.method.listOccurrences> = async (
  deps,
  request,
  call,
) => {
  const { id: recurringInvoiceId, ownerId } = await getOwnRecurringInvoice(deps, call, request.recurringInvoiceId);
  const { rows, nextPageToken } = await readPage(request, {
    filters: recurringInvoiceId,
    cursorShape: [CURSOR_PART.date],
    read: ([before] = [], limit) => deps.store.listOccurrences({ ownerId, recurringInvoiceId, before, limit }),
    cursorOf: (row) => [row.occurrenceDate],
  });
  return { occurrences: rows.map(toOccurrence), nextPageToken };
};
