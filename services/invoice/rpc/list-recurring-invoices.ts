import { RecurringInvoice_State, RecurringInvoiceSchema } from '../../../gen/numer/invoice/v1/recurring_invoice_pb.ts';
import type { RecurringInvoiceService } from '../../../gen/numer/invoice/v1/recurring_invoice_service_pb.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import { CURSOR_PART } from '../../../runtime/paging/page-token.ts';
import { readMessagePage } from '../../../runtime/paging/read-page.ts';
import type { Deps } from '../deps.ts';
import { RECURRING_STATES } from '../domain/recurrence.ts';
import { toRecurringInvoice } from '../recurring-invoices/recurring-message.ts';

/** Lists recurring invoices of the caller, newest first. */
export const listRecurringInvoices: Rpc<Deps, typeof RecurringInvoiceService.method.listRecurringInvoices> = async (
  deps,
  request,
  call,
) => {
  const { pageSize: _pageSize, pageToken: _pageToken, ...bound } = request;
  const states = RECURRING_STATES.filter((state) => request.state.includes(RecurringInvoice_State[state]));
  const filters = {
    states: states.length === 0 ? undefined : states,
    customerId: request.customerId === '' ? undefined : request.customerId,
  };
  const { messages: recurringInvoices, nextPageToken } = await readMessagePage(request, {
    filters: bound,
    cursorShape: [CURSOR_PART.time, CURSOR_PART.uuid],
    read: (cursor, limit) => deps.store.listRecurringInvoices({ ownerId: call.user.userId, filters, cursor, limit }),
    cursorOf: (row) => [row.cursorKey, row.id],
    schema: RecurringInvoiceSchema,
    toMessage: toRecurringInvoice,
  });
  return { recurringInvoices, nextPageToken };
};
