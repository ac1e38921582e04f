import { RecurringInvoice_State, RecurringInvoiceSchema } from '../../../gen/numer/invoice/v1/recurring_invoice_pb.ts';
import type { RecurringInvoiceService } from '../../../gen/numer/invoice/v1/recurring_invoice_service_pb.ts';
import type { Rpc } from '../../../runtime/call.ts';
import { CURSOR_PART, decodePageToken, encodePageToken, PAGE_SIZE_DEFAULT } from '../../../runtime/page-token.ts';
import { pageWithin } from '../../../runtime/page-within.ts';
import type { Deps } from '../deps.ts';
import { RECURRING_STATES } from '../domain/recurrence.ts';
import { toRecurringInvoice } from '../recurring-message.ts';

/** Lists recurring invoices of the caller, newest first. */
export const listRecurringInvoices: Rpc<Deps, typeof RecurringInvoiceService.method.listRecurringInvoices> = async (
  deps,
  request,
  call,
) => {
  const { pageSize: _pageSize, pageToken: _pageToken, ...bound } = request;
  const limit = request.pageSize === 0 ? PAGE_SIZE_DEFAULT : request.pageSize;
  const states = RECURRING_STATES.filter((state) => request.state.includes(RecurringInvoice_State[state]));
  const rows = await deps.store.listRecurringInvoices({
    ownerId: call.user.userId,
    states: states.length === 0 ? undefined : states,
    customerId: request.customerId === '' ? undefined : request.customerId,
    cursor: decodePageToken(request.pageToken, bound, [CURSOR_PART.time, CURSOR_PART.uuid]),
    limit: limit + 1,
  });
  const recurringInvoices = pageWithin(rows.slice(0, limit), RecurringInvoiceSchema, toRecurringInvoice);
  const last = rows.length > recurringInvoices.length ? rows[recurringInvoices.length - 1] : undefined;
  return {
    recurringInvoices,
    nextPageToken: last === undefined ? '' : encodePageToken([last.cursorKey, last.id], bound),
  };
};
